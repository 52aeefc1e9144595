"""A sheet: the rows of one file before they are written, so loose that it can be wrong in every way."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl


class Token(str):
    """What stands in JSON as it is, such as 1e400 or NaN; plain text everywhere else."""

    __slots__ = ()


@dataclass(frozen=True)
class Sheet:
    """The rows of one file; names may repeat, rows may be longer or shorter than the header."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, records: Sequence[Mapping[str, Any]]) -> Sheet:
        """Make a sheet of records; a text without characters is nothing."""
        names = tuple(dict.fromkeys(name for record in records for name in record))
        rows = tuple(
            tuple(None if record.get(name) in ("", None) else record[name] for name in names) for record in records
        )
        return cls(names, rows)

    def with_rows(self, rows: Iterable[Sequence[Any]]) -> Sheet:
        """Return the same header above other rows."""
        return replace(self, rows=tuple(map(tuple, rows)))

    def with_cell(self, row: int, column: int, value: Any) -> Sheet:
        """Return the same sheet with another value in one cell."""
        cells = list(self.rows[row])
        cells[column] = value
        return self.with_rows([*self.rows[:row], cells, *self.rows[row + 1 :]])

    def with_column(self, name: str, values: Iterable[Any]) -> Sheet:
        """Return the same sheet with one column more, at the end."""
        rows = tuple((*row, value) for row, value in zip(self.rows, values, strict=True))
        return Sheet((*self.names, name), rows)


def as_csv(sheet: Sheet, *, delimiter: str = ",", is_quoted: bool = True, line_end: str = "\n") -> bytes:
    """Write a sheet as CSV, whatever its rows are like."""
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow(sheet.names)
    writer.writerows([["" if cell is None else _plain(cell) for cell in row] for row in sheet.rows])
    return text.getvalue().encode("utf-8", "surrogatepass")


def as_json_lines(sheet: Sheet) -> bytes:
    """Write a sheet as JSON lines; nothing is left out where a row has it, and keys may repeat."""
    lines = []
    for row in sheet.rows:
        pairs = (f"{json.dumps(name)}: {_json(cell)}" for name, cell in zip(sheet.names, row, strict=False))
        lines.append("{" + ", ".join(pairs) + "}\n")
    return "".join(lines).encode("utf-8", "surrogatepass")


def as_frame(sheet: Sheet) -> pl.DataFrame:
    """Return a sheet as a frame: columns of one type where all their values have it, else text; twins get a tail."""
    columns: dict[str, pl.Series] = {}
    for position, name in enumerate(sheet.names):
        cells = [row[position] if position < len(row) else None for row in sheet.rows]
        kept = name if name not in columns else f"{name}_{position}"
        columns[kept] = _series(cells)
    return pl.DataFrame(columns)


def _series(cells: Sequence[Any]) -> pl.Series:
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, float} and not any(isinstance(cell, int) and abs(cell) >= 2**63 for cell in cells):
        return pl.Series([None if cell is None else float(cell) for cell in cells] if float in kinds else cells)
    texts = [None if cell is None else _plain(cell).encode("utf-8", "replace").decode() for cell in cells]
    return pl.Series(texts, dtype=pl.String)


def _plain(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)


def _json(cell: Any) -> str:
    if isinstance(cell, Token):
        return str(cell)
    has_half = isinstance(cell, str) and any("\ud800" <= letter <= "\udfff" for letter in cell)
    return json.dumps(cell, ensure_ascii=has_half)
