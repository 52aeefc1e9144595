"""Detects the layout of a CSV file: its delimiter and its header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sql.sources.spec import SourceSpec
from transforms.errors import RetierError, first_few

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", ";", "\t", "|")
MAXIMUM_CELL_CHARACTERS = 16 << 20
"""A longer cell is assumed to be due to a quote that was never closed."""

_SAMPLE_CHARACTERS = 1 << 20
_LONE_CARRIAGE_RETURN = re.compile("\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a CSV file.

    Attributes:
        delimiter: What separates cells.
        quote: What encloses cells; empty if the file has no quotes.
        names: The header, in order.
        is_usual: Whether the fast reader can read it, as far as was seen.
    """

    delimiter: str
    quote: str
    names: tuple[str, ...]
    is_usual: bool


def layout_of(path: Path, name: str, source: str, spec: SourceSpec, expected: Collection[str]) -> Layout:
    """Read a file's header.

    The delimiter is the one with which the header names most of the expected columns.

    Args:
        path: A text file in UTF-8.
        name: The name of the file in messages.
        source: The source.
        spec: May specify the delimiter and the quote.
        expected: The names that the source's columns may have in it.

    Raises:
        RetierError: If the file is empty, or its header names a column twice or is not text.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
        sample = opened.read(_SAMPLE_CHARACTERS)
    if not sample.strip("\r\n"):
        raise RetierError(f"{source}: {name} is empty, without even a header: export it again")
    delimiters = [spec.delimiter] if spec.delimiter else DELIMITERS
    headers = {delimiter: _header(sample, delimiter, spec.quote) for delimiter in delimiters}
    delimiter = max(headers, key=lambda one: (len(set(headers[one]) & set(expected)), len(headers[one])))
    names = headers[delimiter]
    if any("\x00" in column for column in names):
        raise RetierError(
            f"{source}: {name} is not text in UTF-8: set encoding of sources.{source} (utf-16-le ...), "
            "or export the file as UTF-8"
        )
    twice = [column for column, times in Counter(names).items() if times > 1 and column]
    if twice:
        raise RetierError(
            f"{source}: the header of {name} names {first_few(twice)} more than once: rename the columns in the file"
        )
    is_usual = not (sample[0] in "\r\n" or _LONE_CARRIAGE_RETURN.search(sample[:-1]))
    return Layout(delimiter, spec.quote, names, is_usual)


def cells(lines: Iterable[str], delimiter: str, quote: str) -> Reader:
    """Return Python's own CSV reader over lines, strict about quotes, for any line endings."""
    csv.field_size_limit(MAXIMUM_CELL_CHARACTERS)
    if not quote:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)


def _header(sample: str, delimiter: str, quote: str) -> tuple[str, ...]:
    try:
        row = next((row for row in cells(io.StringIO(sample, newline=""), delimiter, quote) if row), [])
    except csv.Error:
        return ()
    return tuple(column.strip() for column in row)
