"""Sources: the rows of each that a month uses, and the rows that it quarantines."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import polars as pl

from sql.sources.files import fingerprint_of
from sql.sources.origins import Place, Queries, load_files
from sql.sources.reading import UnitReader, count_rows
from sql.sources.spec import SourceSpec
from sql.sources.units import Unit
from transforms.contracts import SOURCES, Table
from transforms.errors import RetierError, WrongUseError, first_few
from transforms.keys import has_repeats, key_columns, repeated_rows
from transforms.month import Month

_PLACE = ["origin", "position"]
_FEW_ROWS = 500_000


class Source:
    """A source of a project; thread-safe.

    Each row read is ``usable`` or ``refused``: a refused row breaks a rule of its columns. Some usable rows are
    ``held`` because their key is not unique; the others are its ``rows``, from which everything is computed.

    A source of events (usage, invoices, tickets, touchpoints) has a slot of rows for each month, and keys are compared
    within a month. A table has one slot, which every month reads; the month is optional for it.

    Attributes:
        table: The contract of its rows.
    """

    def __init__(self, table: Table, spec: SourceSpec, place: Place) -> None:
        self.table = table
        self._spec, self._place = spec, place
        self._reader = UnitReader(table, spec)
        self._queries = Queries(table, spec, place) if spec.path is None else None
        self._files: list[Unit] | None = None
        self._lock = threading.Lock()
        self._usable: dict[Month | None, pl.LazyFrame] = {}
        self._in_memory: set[Month | None] = set()
        self._held: dict[Month | None, pl.DataFrame] = {}
        self._looking: dict[Month | None, threading.Lock] = {}

    @property
    def is_by_month(self) -> bool:
        """Whether a query is run for each month, so that the months must be passed."""
        return self._queries is not None and self._queries.are_by_month

    @property
    def known_since(self) -> Month | None:
        """The month from which on the project says that the source is complete; None where it does not."""
        return None if self._spec.known_since is None else Month.parse(self._spec.known_since)

    @property
    def rhythm(self) -> Literal["daily", "weekly", "monthly"] | None:
        """How often the project says that the source has rows; None where it does not."""
        return self._spec.rhythm

    @property
    def configured(self) -> frozenset[str]:
        """The source and its mapped columns, as ``usage`` and ``usage.user_id``."""
        units = self._units()
        if not units:
            raise RuntimeError(f"{self.table.name} is queried by month: ask for months() first")
        columns = {column for unit in units for column in unit.columns}
        return frozenset({self.table.name, *(f"{self.table.name}.{column}" for column in columns)})

    @property
    def columns(self) -> list[str]:
        """The mapped columns, in the order of the contract."""
        configured = self.configured
        return [name for name in self.table.columns if f"{self.table.name}.{name}" in configured]

    def slot(self, month: Month | None) -> Month | None:
        """Return the slot with the rows of a month: the month itself for events, None for a table."""
        return None if self.table.event_time is None else month

    def months(self, wanted: Iterable[Month] = ()) -> dict[Month, str]:
        """List the months with usable rows, in order, each with a fingerprint of its rows; empty for a table.

        Args:
            wanted: For a query that is run for each month: the months to read; otherwise ignored.

        Raises:
            RetierError: If a file or query cannot be read, or a required source has no rows.
        """
        units = self._units(wanted)
        months = {Month.parse(part.month) for unit in units for part in unit.parts if part.month and part.rows}
        return {month: self._content(month) for month in sorted(months)}

    def months_up_to(self, month: Month) -> list[Month]:
        """List the months with any row, up to and including the given one; only that one for a table."""
        read = (Month.parse(one) for unit in self._units() for one in unit.months)
        return sorted({month, *(one for one in read if one <= month)})

    def version(self) -> str:
        """Return a fingerprint of everything that is read, including refused rows and the order of rows."""
        return fingerprint_of(*(part for unit in self._units() for part in (unit.origin, unit.folder.name)))

    def changed_files(self, until: Month | None = None) -> list[str]:
        """List the files that are read in place and are no longer what they were when they were opened.

        Args:
            until: For a source of events: only the files with rows up to this month; None means all.
        """
        opened = [unit for unit in self._files or () if unit.found is not None]
        if until is not None and self.table.event_time is not None:
            opened = [unit for unit in opened if any(one <= str(until) for one in unit.months)]
        return [unit.origin for unit in opened if unit.found and not unit.found.is_still(str(unit.location))]

    def rows_read(self, *months: Month) -> int:
        """Return how many rows some months have, refused ones included, without reading them."""
        return count_rows(self._units(months), self._slots(months))

    def rows_of(self, query: str) -> int:
        """Return how many rows a query has returned so far, refused ones included, by the query's name."""
        return sum(unit.rows for unit in self._units() if f"{unit.origin} ".startswith(f"{query} "))

    def rows(self, month: Month | None = None) -> pl.LazyFrame:
        """Return the rows that a month is computed from: usable rows without those that are held for their key."""
        held = self.held(month)
        if held.is_empty():
            return self.usable(month)
        return self.located(month).join(held.lazy(), on=_PLACE, how="anti").select(self.table.columns)

    def usable(self, month: Month | None = None) -> pl.LazyFrame:
        """Return the rows that break no rule of their columns, with all columns of the contract.

        Raises:
            RetierError: If a file or query cannot be read, or a required source has no rows.
        """
        slot = self.slot(month)
        known = self._usable.get(slot)
        if known is None:
            known = self._usable[slot] = self._reader.accepted(self._units_of(slot), slot)
        return known

    def located(self, month: Month | None = None) -> pl.LazyFrame:
        """Return the usable rows with ``origin``, ``row_word`` and ``position``: the place of each of them."""
        slot = self.slot(month)
        return self._reader.located(self._units_of(slot), slot)

    def refused(self, *months: Month) -> pl.LazyFrame:
        """Return the rows of some months that break a rule of their columns, each once.

        A row whose event time cannot be used counts as a row of every month of its file.

        Returns:
            One row per refused row: the columns of the contract as far as they could be read, those of
            :meth:`located`, ``row_as_read`` (a JSON object) and ``errors`` (rule, column and value each).
        """
        return self._reader.refused(self._units(months), self._slots(months))

    def held(self, month: Month | None = None) -> pl.DataFrame:
        """Return the usable rows whose key is not unique, with their places; computed once per month."""
        slot = self.slot(month)
        with self._lock:
            looking = self._looking.setdefault(slot, threading.Lock())
        # Different months may run in parallel; each month is computed by one thread.
        with looking:
            if slot not in self._held:
                self._held[slot] = self._held_in(slot)
            return self._held[slot]

    def has_few_rows(self, month: Month) -> bool:
        """Return whether the usable rows of a month are few enough to keep in memory."""
        return self.rows_read(month) <= _FEW_ROWS

    def is_held_in_memory(self, month: Month) -> bool:
        """Return whether the usable rows of a month have been read into memory."""
        return self.slot(month) in self._in_memory

    def hold_in_memory(self, month: Month, usable: pl.DataFrame) -> None:
        """Keep the usable rows of a month in memory, replacing those of any other month."""
        slot = self.slot(month)
        with self._lock:
            for former in self._in_memory:
                self._usable.pop(former, None)
            self._in_memory = {slot}
            self._usable[slot] = usable.lazy()

    def note_unique(self, month: Month) -> None:
        """Record that all keys are unique, so that ``held`` need not compute it."""
        self._held[self.slot(month)] = self.table.empty()

    def _held_in(self, slot: Month | None) -> pl.DataFrame:
        configured = self.configured
        if has_repeats(self.usable(slot), key_columns(self.table, configured)):
            return repeated_rows(self.located(slot), self.table, configured)
        return self.table.empty()

    def _slots(self, months: Iterable[Month]) -> list[Month] | None:
        """Return the slots of some months; None for all rows of a table."""
        return None if self.table.event_time is None else list(months)

    def _units_of(self, slot: Month | None) -> list[Unit]:
        return self._units([] if slot is None else [slot])

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

    def _content(self, month: Month) -> str:
        parts = [part.content for unit in self._units() if (part := unit.part(month)) is not None]
        return fingerprint_of(*sorted(self.configured), *sorted(parts))


def open_sources(
    specs: Mapping[str, SourceSpec], project: Path, staging: Path, *, is_forced: bool = False
) -> dict[str, Source]:
    """Open the sources of a project, in the order of the contracts; they are read when they are first used.

    Args:
        specs: The specification of each source in `retier.yaml`, by its name.
        project: The folder to which its paths are relative.
        staging: The folder for rows that cannot be read in place; created if it is missing.
        is_forced: Whether files are read through that look as they were found before.

    Raises:
        RetierError: If a template cannot be read.
        WrongUseError: If a required source is missing, or a specification names an unknown column.
    """
    unknown = sorted(specs.keys() - SOURCES.keys())
    if unknown:
        raise WrongUseError(f"there is no source {first_few(unknown)}: the sources are {', '.join(SOURCES)}")
    missing = [name for name, table in SOURCES.items() if table.is_required and name not in specs]
    if missing:
        raise WrongUseError(f"sources lacks {first_few(missing)}: say in retier.yaml where they are")
    problems = [problem for name, spec in specs.items() for problem in _problems(name, spec)]
    if problems:
        raise WrongUseError("; ".join(problems))
    place = Place(project, staging, is_forced=is_forced)
    return {name: Source(table, specs[name], place) for name, table in SOURCES.items() if name in specs}


def configured_of(sources: Mapping[str, Source]) -> frozenset[str]:
    """Return all mapped sources and columns, as ``usage`` and ``usage.user_id``."""
    return frozenset[str]().union(*(source.configured for source in sources.values()))


def _problems(name: str, spec: SourceSpec) -> list[str]:
    return [f"sources.{name}: {problem}" for problem in spec.problems(SOURCES[name])]
