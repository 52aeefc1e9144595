"""The strict readers: slow, for files that the fast one cannot read, and to describe what is wrong with a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sql.sources.delimited import MAXIMUM_CELL_CHARACTERS, Layout, cells
from sql.sources.plain import decoded
from transforms.errors import RetierError

BATCH_ROWS = 50_000

Batch = list[Sequence[str | None]]


def strict_csv(path: Path, layout: Layout, wanted: Sequence[str], name: str, source: str) -> Iterator[Batch]:
    """Read a CSV file with any line endings, row by row.

    Args:
        path: A text file in UTF-8.
        layout: Its layout.
        wanted: The columns to return, by their name in the header.
        name: The name of the file in messages.
        source: The source.

    Raises:
        RetierError: At the first row with too few or too many cells, unclosed quote, or byte that is not UTF-8; with
            its line.
    """
    positions = [layout.names.index(column) for column in wanted]
    batch: Batch = []
    for line, row in _records(path, layout, name, source):
        if len(row) != len(layout.names):
            raise RetierError(
                f"{source}: {name} line {line:,} has {len(row):,} cells, expected {len(layout.names):,} as in the "
                f"header: fix the line, for example by quoting cells that hold {layout.delimiter!r}"
            )
        batch.append([row[position] or None for position in positions])
        if len(batch) == BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def strict_jsonl(path: Path, wanted: Sequence[str], name: str, source: str) -> Iterator[Batch]:
    """Read a file of JSON objects, one per line, row by row; other values than text become their JSON text.

    Raises:
        RetierError: At the first line that is not one JSON object, with its number.
    """
    batch: Batch = []
    for line, text in enumerate(_lines(path, name, source), start=1):
        if not text.strip():
            continue
        found = _json_object(text, line, name, source)
        row = [_text_of(found.get(key)) for key in wanted]
        _refuse_halves(row, line, name, source)
        batch.append(row)
        if len(batch) == BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def first_keys(path: Path, name: str, source: str, rows: int = 100) -> set[str]:
    """Return the keys of the first objects of a file of JSON lines; none if it has no rows."""
    keys: set[str] = set()
    for line, text in enumerate(_lines(path, name, source), start=1):
        if line > rows:
            break
        if text.strip():
            keys |= _json_object(text, line, name, source).keys()
    return keys


def _records(path: Path, layout: Layout, name: str, source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row below the header with the line in which it begins; blank lines are not rows."""
    reader = cells(_lines(path, name, source), layout.delimiter, layout.quote)
    is_header = True
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise _malformed(error, line, name, source) from error
        if row is None:
            return
        if row and not is_header:
            yield line, row
        is_header = is_header and not row


def _malformed(error: csv.Error, line: int, name: str, source: str) -> RetierError:
    if "expected after" in str(error):
        what = "holds a quote in the middle of a quoted cell: write such a quote twice"
    elif "unexpected end" in str(error):
        what = "opens a quote that is never closed: close it, or set quote to '' if quotes mean nothing in this file"
    elif "field limit" in str(error):
        what = (
            f"begins a cell of more than {MAXIMUM_CELL_CHARACTERS:,} characters, so a quote is not closed there: "
            "close it, or set quote to '' if quotes mean nothing in this file"
        )
    else:
        what = f"cannot be read ({error}): fix the line"
    return RetierError(f"{source}: {name} line {line:,} {what}")


def _lines(path: Path, name: str, source: str) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        try:
            yield from opened
        except UnicodeDecodeError as error:
            # The error's position is that in a buffer: read again to find the position in the file.
            with path.open("rb") as reopened:
                for _ in decoded(reopened, "utf-8", name, source):
                    pass
            raise RetierError(f"{source}: {name} is not UTF-8: {error}") from error


def _json_object(text: str, line: int, name: str, source: str) -> dict[str, Any]:
    try:
        found = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_without_duplicates
        )
    except (ValueError, RecursionError) as error:
        raise RetierError(
            f"{source}: {name} line {line:,} is not one JSON object ({error}): write one object on each line"
        ) from error
    if not isinstance(found, dict):
        raise RetierError(
            f"{source}: {name} line {line:,} is not a JSON object but {text.strip()[:40]!r}: "
            "write one object on each line, without a list around them"
        )
    return found


def _refuse_halves(row: Sequence[str | None], line: int, name: str, source: str) -> None:
    """Refuse lone surrogates: JSON can express them, but they are not characters and cannot be stored."""
    try:
        "".join(cell for cell in row if cell).encode()
    except UnicodeEncodeError as error:
        raise RetierError(
            f"{source}: {name} line {line:,} holds {error.object[error.start]!r}, which is half a character: "
            "export the file again, or leave it out"
        ) from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it holds a key twice")
    return found


def _text_of(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
