"""Sources without the rows that are held back: those refused when read, and those whose key stands more than once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

import polars as pl

from expectations.keys import has_repeats, held_for_their_key, key_columns
from sql.sources.source import EventSource, TableSource
from transforms.contracts import Table
from transforms.month import Month

_PLACE = ["origin", "position"]


class _Accepted:
    """What both kinds of sources have in common: who stands in whose way, found once per month."""

    def __init__(self, table: Table, configured: frozenset[str]) -> None:
        self.table = table
        self._configured = configured
        self._held: dict[Month | None, pl.DataFrame] = {}
        self._lock = threading.Lock()

    @property
    def keys(self) -> list[str]:
        """The columns that identify a row, as the source is mapped."""
        return key_columns(self.table, self._configured)

    def _note_unique(self, month: Month | None) -> None:
        self._held[month] = self.table.empty()

    def _held_in(self, month: Month | None, rows: pl.LazyFrame, located: pl.LazyFrame) -> pl.DataFrame:
        with self._lock:
            if month not in self._held:
                repeats = has_repeats(rows, self.keys)
                self._held[month] = (
                    held_for_their_key(located, self.table, self._configured) if repeats else self.table.empty()
                )
            return self._held[month]

    def _without(self, held: pl.DataFrame, rows: pl.LazyFrame, located: pl.LazyFrame) -> pl.LazyFrame:
        if held.is_empty():
            return rows
        return located.join(held.lazy().select(_PLACE), on=_PLACE, how="anti").select(self.table.columns)


class AcceptedTable(_Accepted):
    """A source without events."""

    def __init__(self, source: TableSource, configured: frozenset[str]) -> None:
        super().__init__(source.table, configured)
        self.source = source

    def note_unique(self) -> None:
        """Take it as known that no key stands more than once, so that nobody need look again."""
        self._note_unique(None)

    def held(self) -> pl.DataFrame:
        """Give the usable rows that are held back for their key, with where they stand; empty where there are none."""
        return self._held_in(None, self.source.rows(), self.source.located())

    def rows(self) -> pl.LazyFrame:
        """Give the accepted rows."""
        return self._without(self.held(), self.source.rows(), self.source.located())

    def fingerprint(self) -> str:
        """Give what is equal while the rows are."""
        return self.source.fingerprint()


class AcceptedEvents(_Accepted):
    """A source of events; keys are compared within a month."""

    def __init__(self, source: EventSource, configured: frozenset[str]) -> None:
        super().__init__(source.table, configured)
        self.source = source

    def note_unique(self, month: Month) -> None:
        """Take it as known that no key of a month stands more than once, so that nobody need look again."""
        self._note_unique(month)

    def months(self, wanted: Iterable[Month] = ()) -> Mapping[Month, str]:
        """List the months that hold usable rows, each with what is equal while its rows are."""
        return self.source.months(wanted)

    def held(self, month: Month) -> pl.DataFrame:
        """Give the usable rows of a month that are held back for their key, with where they stand."""
        return self._held_in(month, self.source.rows(month), self.source.located(month))

    def rows(self, month: Month) -> pl.LazyFrame:
        """Give the accepted rows of a month."""
        return self._without(self.held(month), self.source.rows(month), self.source.located(month))

    def rows_read(self, month: Month) -> int:
        """Give how many rows a month has, those held back included."""
        return self.source.rows_read(month)
