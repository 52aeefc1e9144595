"""A sample of a source of events: its newest files, and of large text files their beginning."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sql.atomic import translate_write_errors
from sql.sources.files import SourceFile, find_files
from sql.sources.spec import SourceSpec

_NEWEST_FILES = 2
_LONGEST_TEXT_BYTES = 64 * 1024 * 1024
_WIDE_ENCODINGS = ("utf-16", "utf-32")


@dataclass(frozen=True, slots=True)
class Sample:
    """A part of a source.

    Attributes:
        spec: The source's specification, of the part only.
        names: The name of the source's own file, by its copy.
    """

    spec: SourceSpec
    names: dict[str, str] = field(default_factory=dict)

    def translate(self, message: str) -> str:
        """Replace the names of copies in a message by the names of the source's own files."""
        for copy, name in self.names.items():
            message = message.replace(copy, name)
        return message


def sample_of(source: str, spec: SourceSpec, project: Path, scratch: Path) -> Sample:
    """Take the newest files of a source, as their names sort; queries stay as they are.

    Args:
        source: The source.
        spec: What `retier.yaml` says of it.
        project: The project's folder.
        scratch: A folder for the beginnings of large files.

    Raises:
        RetierError: If there is no such file, or no room for the beginning of one.
    """
    if spec.path is None:
        return Sample(spec)
    paths: list[str] = []
    names: dict[str, str] = {}
    for file in find_files(source, spec, project)[-_NEWEST_FILES:]:
        if _is_large_text(file, spec):
            copy = scratch / source / Path(file.location).name
            _copy_beginning(Path(file.location), copy, spec.quote.encode())
            paths.append(str(copy))
            names[str(copy)] = file.name
        else:
            paths.append(file.location)
    return Sample(spec.model_copy(update={"path": paths}), names)


def _is_large_text(file: SourceFile, spec: SourceSpec) -> bool:
    is_wide = spec.encoding.startswith(_WIDE_ENCODINGS)
    return file.format != "parquet" and not file.is_remote and not is_wide and file.size > _LONGEST_TEXT_BYTES


def _copy_beginning(path: Path, copy: Path, quote: bytes) -> None:
    """Copy the beginning of a file, up to the last line ending that is not within quotes."""
    with translate_write_errors(copy.parent):
        copy.parent.mkdir(parents=True, exist_ok=True)
    with _opened(path) as text:
        beginning = text.read(_LONGEST_TEXT_BYTES)
    end = len(beginning)
    while (end := beginning.rfind(b"\n", 0, end)) > 0:
        if not quote or beginning.count(quote, 0, end) % 2 == 0:
            beginning = beginning[: end + 1]
            break
    with translate_write_errors(copy.parent):
        copy.write_bytes(gzip.compress(beginning, compresslevel=1) if path.suffix == ".gz" else beginning)
    shutil.copystat(path, copy)


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]
