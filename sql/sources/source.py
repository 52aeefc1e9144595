"""Sources as the rest of the product sees them: frames that match their contract, and what they were read from."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sql.sources.files import fingerprint_of
from sql.sources.origins import Place, Queries, load_files
from sql.sources.reading import UnitReader, count_rows
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
        self._reader = UnitReader(table, spec)
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
                f"fix the files, or sources.{self.table.name} in retier.yaml"
            )
        return units

    def _content(self, month: Month | None) -> str:
        parts = [part.content for unit in self._units() if (part := unit.part(month)) is not None]
        return fingerprint_of(*sorted(self.configured), *sorted(parts))


class TableSource(_Source):
    """A source without events: all its rows are read for any month."""

    def rows(self) -> pl.LazyFrame:
        """Return all usable rows, with all columns of the contract.

        Raises:
            RetierError: If a file or query cannot be read, or a required source has no rows.
        """
        return self._reader.accepted(self._units(), None)

    def located(self) -> pl.LazyFrame:
        """Return the same rows with ``origin``, ``row_word`` and ``position``: where each of them stands."""
        return self._reader.located(self._units(), None)

    def refused(self) -> pl.LazyFrame:
        """Return the rows that break a rule of their columns.

        Returns:
            One row per refused row: the columns of the contract as far as they could be had, those of
            :meth:`located`, ``row_as_read`` (a JSON object) and ``faults`` (rule, column and value each).
        """
        return self._reader.refused(self._units(), None)

    def fingerprint(self) -> str:
        """Return what is equal while the rows and the columns that are mapped are."""
        return self._content(None)

    def version(self) -> str:
        """Return what is equal while everything that is read is, refused rows and the order of all included."""
        return fingerprint_of(*(part for unit in self._units() for part in (unit.origin, unit.folder.name)))

    def rows_read(self) -> int:
        """Return how many rows there are, refused ones included."""
        return count_rows(self._units(), None)


class EventSource(_Source):
    """A source of events: rows belong to the month of their event time, and are read month by month."""

    @property
    def is_by_month(self) -> bool:
        """Whether a query is run for each month, so that the months must be named."""
        return self._queries is not None and self._queries.are_by_month

    def months(self, wanted: Iterable[Month] = ()) -> dict[Month, str]:
        """List the months that hold usable rows, in order, each with what is equal while its rows are.

        Args:
            wanted: For a query that is run for each month: the months that are wanted; else of no effect.

        Raises:
            RetierError: If a file or query cannot be read, or a required source has no rows.
        """
        units = self._units(wanted)
        months = {Month.parse(part.month) for unit in units for part in unit.parts if part.month and part.rows}
        return {month: self._content(month) for month in sorted(months)}

    def rows(self, month: Month) -> pl.LazyFrame:
        """Return the usable rows of a month, with all columns of the contract; nothing else is read."""
        return self._reader.accepted(self._units([month]), month)

    def located(self, month: Month) -> pl.LazyFrame:
        """Return the same rows with ``origin``, ``row_word`` and ``position``: where each of them stands."""
        return self._reader.located(self._units([month]), month)

    def months_read(self) -> list[Month]:
        """List the months that hold any row, usable or refused, in order."""
        return sorted(Month.parse(month) for unit in self._units() for month in unit.months)

    def refused(self, *months: Month) -> pl.LazyFrame:
        """Return the rows that break a rule of their columns and are of some months, or may be; each once.

        A row whose event time cannot be used is among those of every month of its file.

        Returns:
            As :meth:`TableSource.refused`.
        """
        return self._reader.refused(self._units(months), months)

    def rows_read(self, *months: Month) -> int:
        """Return how many rows some months have, refused ones included."""
        return count_rows(self._units(months), months)


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
