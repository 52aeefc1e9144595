"""Prepares text files for the fast readers: local, decompressed, in UTF-8."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from sql.atomic import is_out_of_space
from sql.sources.files import SourceFile, remote_file_system
from sql.sources.magic import GZIP, HEAD_BYTES, refuse_other_kind
from sql.sources.spec import SourceSpec
from transforms.errors import RetierError

CHUNK_BYTES = 1 << 20

# The longer marks come first: that of UTF-32 starts with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


class Readable(Protocol):
    """A source of bytes: a file, compressed or not."""

    def read(self, size: int, /) -> bytes:
        """Return at most the given number of bytes; none at the end."""


def local_copy(file: SourceFile, source: str, scratch: Path) -> Path:
    """Return the path of a file, which is fetched from its store if it is not local.

    Raises:
        RetierError: If it cannot be fetched.
        OSError: If the scratch folder has no room for it.
    """
    if not file.is_remote:
        return Path(file.location)
    files, path = remote_file_system(file.location, source)
    target = scratch / f"fetched-{Path(path).name}"
    try:
        files.get_file(path, str(target))
    except Exception as error:
        if is_out_of_space(error):
            raise
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise RetierError(f"{source}: {file.name} cannot be fetched: {reason}") from error
    return target


def plain_copy(file: SourceFile, source: str, spec: SourceSpec, scratch: Path) -> Path:
    """Return the path of a file with the same text, local, decompressed and in UTF-8.

    This is the file itself if it is so already.

    Raises:
        RetierError: If the file cannot be read, is truncated, holds bytes that are invalid in its encoding, or is no
            text but a Parquet file, a workbook or the like.
        OSError: If the scratch folder has no room for it.
    """
    path = local_copy(file, source, scratch)
    try:
        with path.open("rb") as opened:
            head = opened.read(HEAD_BYTES)
        is_packed = head.startswith(GZIP)
        if is_packed:
            with gzip.open(path, "rb") as unpacked:
                head = unpacked.read(HEAD_BYTES)
        refuse_other_kind(head, file, source)
        encoding = _encoding(head, spec)
        if not is_packed and encoding in {"utf-8", "utf-8-sig"}:
            return path
        target = scratch / "plain.txt"
        if is_packed:
            with gzip.open(path, "rb") as unpacked:
                _rewrite(unpacked, target, encoding, file.name, source)
        else:
            with path.open("rb") as opened:
                _rewrite(opened, target, encoding, file.name, source)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise RetierError(
            f"{source}: {file.name} is not a whole gzip file ({error}): fetch or export it again"
        ) from error
    except OSError as error:
        if is_out_of_space(error):
            raise
        raise RetierError(f"{source}: {file.name} cannot be read: {error.strerror or error}") from error
    return target


def decoded(read: Readable, encoding: str, name: str, source: str) -> Iterator[str]:
    """Decode a stream piece by piece.

    Raises:
        RetierError: At the first byte that does not decode, with its position and line.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    consumed = lines = 0
    while True:
        chunk = read.read(CHUNK_BYTES)
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            position = consumed - pending + error.start
            line = lines + _line_ends(error.object[: error.start].decode(encoding, "replace")) + 1
            raise RetierError(
                f"{source}: {name} is not {encoding}: byte {position + 1:,}, in line {line:,}, is "
                f"0x{error.object[error.start]:02x}: set encoding of sources.{source} (cp1252, latin-1, "
                "mac-roman ...), or export the file as UTF-8"
            ) from error
        consumed += len(chunk)
        lines += _line_ends(text)
        yield text
        if not chunk:
            return


def _rewrite(read: Readable, target: Path, encoding: str, name: str, source: str) -> None:
    with target.open("wb") as written:
        for text in decoded(read, encoding, name, source):
            written.write(text.encode("utf-8"))


def _encoding(head: bytes, spec: SourceSpec) -> str:
    """Return the encoding: a byte order mark takes precedence over the specification."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), spec.encoding)


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")
