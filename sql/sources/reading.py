"""Reads units: their usable rows, the places of those rows, and the rows that were refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from sql.sources.counting import added_up
from sql.sources.files import changed_sentence
from sql.sources.mapping import map_columns
from sql.sources.parquet import direct_value, scan
from sql.sources.raw import CELL, ROW
from sql.sources.refused import ERROR, ERRORS, MONTH, ROW_AS_READ
from sql.sources.spec import SourceSpec
from sql.sources.units import Unit
from transforms.contracts import Table
from transforms.errors import RetierError
from transforms.month import Month

_PLACE = {"origin": pl.String(), "row_word": pl.String(), "position": pl.Int64()}
"""The place of a row: its file or query, the word for a row of it, and its number in it, from 1."""

_REFUSAL = {"row_as_read": pl.String(), "errors": pl.List(ERROR)}
"""Why a row is refused: a JSON object of the row as it was read, and every rule that it breaks."""


class UnitReader:
    """Reads the units of one source; a month of None means all rows of a source without events."""

    def __init__(self, table: Table, spec: SourceSpec) -> None:
        self._table, self._spec = table, spec

    def accepted(self, units: Iterable[Unit], month: Month | None) -> pl.LazyFrame:
        """Return the usable rows, with the columns of the contract; counted rows of several files are added up."""
        units = list(units)
        if self._spec.count is not None and sum(unit.part(month) is not None for unit in units) > 1:
            return added_up([self.accepted([unit], month) for unit in units], self._table)
        staged: list[str] = []
        direct: dict[tuple[tuple[str, pl.DataType], ...], list[Unit]] = {}
        for unit in units:
            part = unit.part(month)
            if part is None:
                continue
            if unit.location is None:
                staged += [str(path) for path in unit.paths(part)]
            else:
                direct.setdefault(tuple(_schema(unit).items()), []).append(unit)
        frames = [self._staged(staged)] if staged else []
        frames += [self._direct(dict(schema), alike, month) for schema, alike in direct.items()]
        if not frames:
            return self._table.empty().lazy()
        return frames[0] if len(frames) == 1 else pl.concat(frames)

    def located(self, units: Iterable[Unit], month: Month | None) -> pl.LazyFrame:
        """Return the usable rows with their places; slower, since rows are numbered and files read one by one.

        Of rows that were cells, ``cell`` tells apart those of one original row.
        """
        found: list[pl.LazyFrame] = []
        for unit in units:
            part = unit.part(month)
            if part is None:
                continue
            if unit.location is None:
                rows = self._completed(scan([str(path) for path in unit.paths(part)]))
                found.append(rows.select(*self._table.columns, *_place(unit), *self._cell()))
            else:
                found.append(self._direct(_schema(unit), [unit], month, _place(unit)))
        cell = dict.fromkeys(["cell"] if self._spec.unpivot else [], pl.Int64())
        return pl.concat(found) if found else pl.LazyFrame(schema={**self._table.schema, **_PLACE, **cell})

    def _cell(self) -> list[pl.Expr]:
        return [pl.col(CELL).cast(pl.Int64).alias("cell")] if self._spec.unpivot else []

    def refused(self, units: Iterable[Unit], months: Sequence[Month] | None) -> pl.LazyFrame:
        """Return the refused rows with their places and errors; None means all months."""
        found = [self._refused(unit, months) for unit in units if unit.refused_in(months)]
        if not found:
            return pl.LazyFrame(schema={**self._table.schema, **_PLACE, **_REFUSAL})
        return pl.concat(found)

    def _refused(self, unit: Unit, months: Sequence[Month] | None) -> pl.LazyFrame:
        parts = unit.refused_in(months)
        days = [month.first_day for month in months or () if str(month) in {part.month for part in parts}]
        is_wanted = pl.col(MONTH).is_in(days)
        if any(part.month is None for part in parts):
            is_wanted = is_wanted.fill_null(value=True)
        (path,) = {path for part in parts for path in unit.paths(part)}
        return (
            self._completed(scan([str(path)]))
            .filter(is_wanted)
            .select(*self._table.columns, *_place(unit), row_as_read=pl.col(ROW_AS_READ), errors=pl.col(ERRORS))
        )

    def _staged(self, paths: Sequence[str]) -> pl.LazyFrame:
        """Read staged files; a column that was added to the contract after a file was staged is null."""
        return pl.scan_parquet(
            list(paths),
            glob=False,
            hive_partitioning=False,
            schema=self._table.schema,
            missing_columns="insert",
            extra_columns="ignore",
        )

    def _completed(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Do the same to rows with further columns, all of the same unit."""
        there = rows.collect_schema()
        return rows.with_columns(
            pl.lit(None, dtype).alias(name) for name, dtype in self._table.schema.items() if name not in there
        )

    def _direct(
        self,
        schema: Mapping[str, pl.DataType],
        units: Sequence[Unit],
        month: Month | None,
        more: Sequence[pl.Expr] = (),
    ) -> pl.LazyFrame:
        """Read files of equal schema in place; rows are numbered only if further columns need it."""
        mapped = {each.name: each for each in map_columns(self._table, self._spec, schema, units[0].origin)}
        rows = scan([str(unit.location) for unit in units], row_number=ROW if more else None)
        columns = []
        for name, dtype in self._table.schema.items():
            value = direct_value(mapped[name], schema, self._spec) if name in mapped else pl.lit(None, dtype)
            if value is None:
                # Only a file whose types need no conversion is read in place.
                raise RetierError(changed_sentence(self._table.name, units[0].origin))
            columns.append(value.alias(name))
        if month is not None and any(len(unit.parts) > 1 for unit in units):
            rows = rows.filter(_lies_in(month, mapped[str(self._table.event_time)].theirs or "", schema))
        return rows.select(*columns, *more)


def count_rows(units: Iterable[Unit], months: Sequence[Month] | None) -> int:
    """Count the rows of units, refused ones included; None means all months."""
    wanted = None if months is None else {str(month) for month in months}
    counted = 0
    for unit in units:
        usable = [part for part in unit.parts if wanted is None or part.month in wanted]
        counted += sum(part.rows for part in (*usable, *unit.refused_in(months)))
    return counted


def _schema(unit: Unit) -> Mapping[str, pl.DataType]:
    return scan([str(unit.location)]).collect_schema()


def _place(unit: Unit) -> list[pl.Expr]:
    return [
        pl.lit(unit.origin).alias("origin"),
        pl.lit(unit.row_word).alias("row_word"),
        pl.col(ROW).cast(pl.Int64).alias("position"),
    ]


def _lies_in(month: Month, theirs: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Compare the file's own column, so that whole row groups can be skipped by their statistics."""
    value, dtype = pl.col(theirs), schema[theirs]
    first, after = month.first_day, (month + 1).first_day
    if dtype == pl.Date:
        return value.is_between(first, after, closed="left")
    zone = UTC if isinstance(dtype, pl.Datetime) and dtype.time_zone else None
    start, end = (pl.lit(datetime.combine(day, datetime.min.time(), zone)).cast(dtype) for day in (first, after))
    return value.is_between(start, end, closed="left")
