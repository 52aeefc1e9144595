"""Sources without the rows that are held back: those refused when read, and those whose key stands more than once."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

import polars as pl

from expectations.keys import has_repeats, held_for_their_key, key_columns
from sql.sources.source import EventSource, TableSource
from transforms.contracts import Table
from transforms.month import Month

_PLACE = ["origin", "position"]


class Accepted(ABC):
    """A source as a month reads it; which rows stand in each other's way is found once per month."""

    def __init__(self, table: Table, configured: frozenset[str]) -> None:
        self.table = table
        self.configured = configured
        self._held: dict[Month | None, pl.DataFrame] = {}
        self._lock = threading.Lock()
        self._locks: dict[Month | None, threading.Lock] = {}

    @abstractmethod
    def usable(self, month: Month) -> pl.LazyFrame:
        """Return the rows that break no rule of their columns."""

    @abstractmethod
    def located(self, month: Month) -> pl.LazyFrame:
        """Return the same rows with where they stand."""

    @abstractmethod
    def refused(self, *months: Month) -> pl.LazyFrame:
        """Return the rows that break a rule of their columns, with where they stand and why."""

    @abstractmethod
    def rows_read(self, *months: Month) -> int:
        """Return how many rows there are, those held back included."""

    @abstractmethod
    def months_up_to(self, month: Month) -> list[Month]:
        """Return the months that hold rows up to one, itself included; only itself where all rows are read in each."""

    @abstractmethod
    def slot(self, month: Month) -> Month | None:
        """Return the month whose rows are read; None where all are, in every month."""

    @property
    def columns(self) -> list[str]:
        """The mapped columns, in the order of the contract."""
        return [name for name in self.table.columns if f"{self.table.name}.{name}" in self.configured]

    def note_unique(self, month: Month) -> None:
        """Take it as known that no key stands more than once, so that nobody need look again."""
        self._held[self.slot(month)] = self.table.empty()

    def held(self, month: Month) -> pl.DataFrame:
        """Return the usable rows that are held back for their key, with where they stand; may be empty."""
        slot = self.slot(month)
        with self._lock:
            one_by_one = self._locks.setdefault(slot, threading.Lock())
        # Months are looked at beside one another, the same month by one thread.
        with one_by_one:
            if slot not in self._held:
                repeats = has_repeats(self.usable(month), key_columns(self.table, self.configured))
                self._held[slot] = (
                    held_for_their_key(self.located(month), self.table, self.configured)
                    if repeats
                    else self.table.empty()
                )
            return self._held[slot]

    def rows(self, month: Month) -> pl.LazyFrame:
        """Return the accepted rows, as the contract says."""
        held = self.held(month)
        if held.is_empty():
            return self.usable(month)
        places = held.lazy().select(_PLACE)
        return self.located(month).join(places, on=_PLACE, how="anti").select(self.table.columns)


class AcceptedTable(Accepted):
    """A source without events: every month reads all of it."""

    def __init__(self, source: TableSource, configured: frozenset[str]) -> None:
        super().__init__(source.table, configured)
        self._source = source

    def usable(self, month: Month) -> pl.LazyFrame:  # noqa: ARG002 - the same in every month, here and below
        """Return the rows that break no rule of their columns."""
        return self._source.rows()

    def located(self, month: Month) -> pl.LazyFrame:  # noqa: ARG002
        """Return the same rows with where they stand."""
        return self._source.located()

    def refused(self, *months: Month) -> pl.LazyFrame:  # noqa: ARG002
        """Return the rows that break a rule of their columns, with where they stand and why."""
        return self._source.refused()

    def rows_read(self, *months: Month) -> int:  # noqa: ARG002
        """Return how many rows there are, those held back included."""
        return self._source.rows_read()

    def months_up_to(self, month: Month) -> list[Month]:
        """Return the month itself, since it reads all rows."""
        return [month]

    def slot(self, month: Month) -> None:  # noqa: ARG002
        """Say that all rows are read in every month."""
        return

    def fingerprint(self) -> str:
        """Return what is equal while the usable rows are."""
        return self._source.fingerprint()

    def version(self) -> str:
        """Return what is equal while everything that is read is, refused rows included."""
        return self._source.version()


class AcceptedEvents(Accepted):
    """A source of events; keys are compared within a month."""

    def __init__(self, source: EventSource, configured: frozenset[str]) -> None:
        super().__init__(source.table, configured)
        self._source = source

    def months(self, wanted: Iterable[Month] = ()) -> Mapping[Month, str]:
        """List the months that hold usable rows, each with what is equal while its rows are."""
        return self._source.months(wanted)

    def usable(self, month: Month) -> pl.LazyFrame:
        """Return the rows of a month that break no rule of their columns."""
        return self._source.rows(month)

    def located(self, month: Month) -> pl.LazyFrame:
        """Return the same rows with where they stand."""
        return self._source.located(month)

    def refused(self, *months: Month) -> pl.LazyFrame:
        """Return the rows of some months that break a rule of their columns, with where they stand and why."""
        return self._source.refused(*months)

    def rows_read(self, *months: Month) -> int:
        """Return how many rows some months have, those held back included."""
        return self._source.rows_read(*months)

    def months_up_to(self, month: Month) -> list[Month]:
        """Return the months that hold rows up to one, itself included."""
        return sorted({month, *(one for one in self._source.months_read() if one <= month)})

    def slot(self, month: Month) -> Month:
        """Return the month itself."""
        return month
