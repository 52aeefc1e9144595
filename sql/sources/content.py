"""What a file holds: a digest of its bytes, taken when the file is first seen and after every change of its state.

A file that has the size and the times that it had is not read for this. One that was copied, restored, or written to
without another time of modification is: an equal digest means that nothing changed, whatever the times say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sql.atomic import new_file
from sql.sources.files import FileState, SourceFile, changed_sentence, state_of
from transforms.errors import RetierError

_RECORD = "seen.json"

_COARSE_NS = 2_000_000_000
"""The coarsest clock of a file system: within it a file may be written twice and have the same times."""


@dataclass(frozen=True, slots=True)
class Found:
    """A local file as it was found.

    Attributes:
        state: Its size and times.
        digest: The digest of its bytes; empty where it was not taken.
    """

    state: FileState
    digest: str = ""

    def is_still(self, location: str) -> bool:
        """Return whether a file holds what it held; its bytes are read where size and modification say so."""
        now = state_of(location)
        if now is None or (now.size, now.written) != (self.state.size, self.state.written):
            return False
        if now == self.state or not self.digest:
            return True
        try:
            return digest_of(location) == self.digest
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found out about a file.

    Attributes:
        size: Its size in bytes.
        written: The time of its last modification in ns.
        changed: The time of the last change of anything about it in ns.
        digest: The digest of its bytes.
        content: What its content is called: the digest, unless it was called otherwise before digests were taken.
    """

    size: int
    written: str
    changed: str
    digest: str
    content: str


def content_of(
    file: SourceFile, folder: Path, source: str, *, is_staged_as: Callable[[str], bool], is_forced: bool
) -> tuple[str, str]:
    """Return what the content of a local file is called, and the digest of its bytes.

    Equal content of a file keeps its name, whatever its times are; other content has another one.

    Args:
        file: The file.
        folder: The folder of what is staged from it, in which is recorded what was found.
        source: The source, for messages.
        is_staged_as: Whether content with a name was staged before: a project of a former version calls content by the
            file's size and time.
        is_forced: Whether its bytes are digested even if its state is what it was.

    Raises:
        RetierError: If the file cannot be read, or is written to meanwhile.
    """
    record = folder / _RECORD
    seen, is_certain = _load(record)
    is_same = seen is not None and FileState(seen.size, seen.written, seen.changed) == file.state
    if seen is not None and is_same and is_certain and not is_forced:
        return seen.content, seen.digest
    digest = _digested(file, source)
    if seen is not None and seen.digest == digest:
        content = seen.content
    elif seen is None and is_staged_as(file.fingerprint):
        content = file.fingerprint
    else:
        content = digest
    _save(record, _Seen(file.size, file.version, file.changed, digest, content))
    return content, digest


def digest_of(location: str) -> str:
    """Digest the bytes of a file.

    Raises:
        OSError: If it cannot be read.
    """
    with Path(location).open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _digested(file: SourceFile, source: str) -> str:
    try:
        digest = digest_of(file.location)
    except OSError as error:
        raise RetierError(f"{source}: {file.name} cannot be read: {error.strerror}") from error
    if state_of(file.location) != file.state:
        raise RetierError(changed_sentence(source, file.name))
    return digest


def _load(record: Path) -> tuple[_Seen | None, bool]:
    """Return what was found before, and whether the file cannot have been written to since without another time."""
    try:
        seen = _Seen(**json.loads(record.read_text(encoding="utf-8")))
        return seen, record.stat().st_mtime_ns - int(seen.changed) > _COARSE_NS
    except (OSError, ValueError, TypeError):
        return None, False


def _save(record: Path, seen: _Seen) -> None:
    # Without it the file is digested once more. Whoever may only read the folder of facts can still compare; whoever
    # must stage something there is told why that is not possible.
    with suppress(RetierError), new_file(record, is_durable=False) as written:
        written.write_text(json.dumps(asdict(seen)), encoding="utf-8")
