"""Sources as the rest of the product sees them: frames that match their contract, and what they were read from."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from sql.sources.files import fingerprint_of
from sql.sources.mapping import map_columns
from sql.sources.origins import Place, Queries, load_files
from sql.sources.parquet import direct_value, scan
from sql.sources.spec import SourceSpec
from sql.sources.units import Unit
from transforms.contracts import SOURCES, Table
from transforms.errors import RetierError, WrongUseError, first_few
from transforms.month import Month


class _Source:
    """What sources with and without events have in common; may be used by several threads."""

    def __init__(self, table: Table, spec: SourceSpec, place: Place) -> None:
        self.table = table
        self._spec, self._place = spec, place
        self._queries = None if spec.sql is None else Queries(table, spec, place)
        self._files: list[Unit] | None = None
        self._lock = threading.Lock()

    @property
    def configured(self) -> frozenset[str]:
        """The source and its columns that the company has mapped, as ``usage`` and ``usage.user_id``."""
        units = self._units()
        if not units:
            raise RuntimeError(f"{self.table.name} is queried by month: ask for months() first")
        columns = {column for unit in units for column in unit.columns}
        return frozenset({self.table.name, *(f"{self.table.name}.{column}" for column in columns)})

    def _units(self, months: Iterable[Month] = ()) -> list[Unit]:
        with self._lock:
            if self._queries is not None:
                units = self._queries.load(months)
            elif self._files is None:
                units = self._files = load_files(self.table, self._spec, self._place)
            else:
                units = self._files
        if self.table.is_required and units and not any(unit.rows for unit in units):
            raise RetierError(
                f"{self.table.name} has no rows in {first_few(unit.origin for unit in units)}: "
                f"mend the files, or sources.{self.table.name} in retier.yaml"
            )
        return units

    def _content(self, month: Month | None) -> str:
        parts = [part.content for unit in self._units() if (part := unit.part(month)) is not None]
        return fingerprint_of(*sorted(self.configured), *sorted(parts))

    def _scan(self, month: Month | None) -> pl.LazyFrame:
        staged: list[str] = []
        direct: dict[tuple[tuple[str, pl.DataType], ...], list[Unit]] = {}
        for unit in self._units():
            part = unit.part(month)
            if part is None:
                continue
            if unit.location is None:
                staged += [str(path) for path in unit.paths(part)]
            else:
                direct.setdefault(tuple(scan([unit.location]).collect_schema().items()), []).append(unit)
        frames = [scan(staged)] if staged else []
        frames += [self._direct(dict(schema), units, month) for schema, units in direct.items()]
        if not frames:
            return self.table.empty().lazy()
        return frames[0] if len(frames) == 1 else pl.concat(frames)

    def _direct(self, schema: Mapping[str, pl.DataType], units: Sequence[Unit], month: Month | None) -> pl.LazyFrame:
        """Read files of equal schema where they are."""
        mapped = {each.name: each for each in map_columns(self.table, self._spec, schema, units[0].origin)}
        rows = scan([str(unit.location) for unit in units])
        columns = []
        for name, dtype in self.table.schema.items():
            value = direct_value(mapped[name], schema, self._spec) if name in mapped else pl.lit(None, dtype)
            assert value is not None
            columns.append(value.alias(name))
        if month is not None and any(len(unit.parts) > 1 for unit in units):
            rows = rows.filter(_lies_in(month, mapped[str(self.table.event_time)].theirs or "", schema))
        return rows.select(columns)


class TableSource(_Source):
    """A source without events: all its rows are read for any month."""

    def rows(self) -> pl.LazyFrame:
        """Give all rows, with all columns of the contract.

        Raises:
            DataQualityError: If there are values that cannot be used.
            RetierError: If a file or query cannot be read, or a required source has no rows.
        """
        return self._scan(None)

    def fingerprint(self) -> str:
        """Give what is equal while the rows and the columns that are mapped are."""
        return self._content(None)

    def rows_read(self) -> int:
        """Give how many rows there are."""
        return sum(unit.rows for unit in self._units())


class EventSource(_Source):
    """A source of events: rows belong to the month of their event time, and are read month by month."""

    @property
    def is_by_month(self) -> bool:
        """Whether a query is run for each month, so that the months must be named."""
        return self._queries is not None and self._queries.are_by_month

    def months(self, wanted: Iterable[Month] = ()) -> dict[Month, str]:
        """List the months that hold rows, in order, each with what is equal while its rows are.

        Args:
            wanted: For a query that is run for each month: the months that are wanted; else of no effect.

        Raises:
            DataQualityError: If there are values that cannot be used.
            RetierError: If a file or query cannot be read, or a required source has no rows.
        """
        units = self._units(wanted)
        months = {Month.parse(part.month) for unit in units for part in unit.parts if part.month and part.rows}
        return {month: self._content(month) for month in sorted(months)}

    def rows(self, month: Month) -> pl.LazyFrame:
        """Give the rows of a month, with all columns of the contract; nothing else is read."""
        self._units([month])
        return self._scan(month)

    def rows_read(self, month: Month) -> int:
        """Give how many rows a month has."""
        parts = (unit.part(month) for unit in self._units([month]))
        return sum(part.rows for part in parts if part is not None)


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of a project.

    Attributes:
        events: Those of events by name: usage, invoices, tickets, touchpoints.
        tables: The others by name.
    """

    events: Mapping[str, EventSource]
    tables: Mapping[str, TableSource]

    @property
    def configured(self) -> frozenset[str]:
        """All sources and columns that the company has mapped, as ``usage`` and ``usage.user_id``."""
        every = [*self.events.values(), *self.tables.values()]
        return frozenset[str]().union(*(source.configured for source in every))


def open_sources(specs: Mapping[str, SourceSpec], project: Path, staging: Path) -> Sources:
    """Open the sources of a project; nothing is read before rows, months or columns are asked for.

    Args:
        specs: What `retier.yaml` says of each source, by its name.
        project: The folder to which its paths are relative.
        staging: The folder in which rows are staged that cannot be read where they are; made where it is missing.

    Raises:
        RetierError: If a template cannot be read.
        WrongUseError: If a required source is missing, or a specification names what there is not.
    """
    unknown = sorted(specs.keys() - SOURCES.keys())
    if unknown:
        raise WrongUseError(f"there is no source {first_few(unknown)}: the sources are {', '.join(SOURCES)}")
    missing = [name for name, table in SOURCES.items() if table.is_required and name not in specs]
    if missing:
        raise WrongUseError(f"sources lacks {first_few(missing)}: say in retier.yaml where they lie")
    problems = [problem for name, spec in specs.items() for problem in _problems(name, spec)]
    if problems:
        raise WrongUseError("; ".join(problems))
    place = Place(project, staging)
    events, tables = {}, {}
    for name, table in SOURCES.items():
        if name in specs and table.event_time is not None:
            events[name] = EventSource(table, specs[name], place)
        elif name in specs:
            tables[name] = TableSource(table, specs[name], place)
    return Sources(events, tables)


def _problems(name: str, spec: SourceSpec) -> list[str]:
    return [f"sources.{name}: {problem}" for problem in spec.problems(SOURCES[name])]


def _lies_in(month: Month, theirs: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Compare the file's own column, so that its statistics can spare whole row groups."""
    value, dtype = pl.col(theirs), schema[theirs]
    first, after = month.first_day, (month + 1).first_day
    if dtype == pl.Date:
        return value.is_between(first, after, closed="left")
    zone = UTC if isinstance(dtype, pl.Datetime) and dtype.time_zone else None
    start, end = (pl.lit(datetime.combine(day, datetime.min.time(), zone)).cast(dtype) for day in (first, after))
    return value.is_between(start, end, closed="left")
