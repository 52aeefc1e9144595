"""Recognises files that are something else than their name says, by how they begin."""

from __future__ import annotations

from sql.sources.files import Format, SourceFile
from transforms.errors import RetierError

HEAD_BYTES = 256
"""How much of the beginning of a file is looked at: the first entry of a zip file has its name there."""

GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_NAME_IN_ZIP = slice(30, None)
_IN_WORKBOOKS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/", b"mimetypeapplication/vnd.oasis")
_TAB = 9
_PARQUET = "a Parquet file"
_UNPACK = "unpack it, or compress the file itself with gzip"
_SHEET = "save the sheet as CSV, and read that"

_BINARY: tuple[tuple[bytes, str, str], ...] = (
    (b"PAR1", _PARQUET, "let its name end in .parquet, or set format of sources.{source} to parquet"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", _SHEET),
    (b"ARROW1", "an Arrow file", "write it as Parquet"),
    (b"ORC", "an ORC file", "write it as Parquet"),
    (b"Obj\x01", "an Avro file", "write it as Parquet"),
    (b"SQLite format 3", "an SQLite database", "read it by sql, with database of sources.{source}"),
    (b"BZh", "a file packed by bzip2", _UNPACK),
    (b"\xfd7zXZ", "a file packed by xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a file packed by zstd", _UNPACK),
    (b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK),
    (GZIP, "a file packed by gzip", "unpack it"),
)
"""How kinds of files begin, their names, and what to do."""

_CALLED: dict[Format, str] = {"csv": "CSV", "jsonl": "JSON lines", "parquet": "Parquet"}


def refuse_other_kind(head: bytes, file: SourceFile, source: str) -> None:
    """Refuse a file that is something else than it is read as, and say what it is.

    Args:
        head: Its first bytes, ``HEAD_BYTES`` of them; for a text file, of what gzip packed.
        file: The file.
        source: The source.

    Raises:
        RetierError: If it begins like a file of another kind.
    """
    found = _kind(head, file.format)
    if found is not None:
        kind, remedy = found
        raise RetierError(
            f"{source}: {file.name} is {kind}, but is read as {_CALLED[file.format]}: {remedy.format(source=source)}"
        )


def _kind(head: bytes, expected: Format) -> tuple[str, str] | None:
    if head.startswith(_ZIP):
        is_workbook = head[_NAME_IN_ZIP].startswith(_IN_WORKBOOKS)
        return ("an Excel workbook or the like", _SHEET) if is_workbook else ("a zip file", _UNPACK)
    # The header of a text file may begin with the same letters, but has no control characters.
    if all(byte >= _TAB for byte in head):
        is_text = expected == "parquet" and head and not head.startswith(b"PAR1")
        return ("a text file", "let its name end in .csv or .jsonl") if is_text else None
    found = ((kind, remedy) for beginning, kind, remedy in _BINARY if head.startswith(beginning))
    kind = next(found, None)
    return None if kind is not None and kind[0] == _PARQUET and expected == "parquet" else kind
