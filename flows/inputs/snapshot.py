"""The sources as a month may know them: accepted rows, reduced to what was known, merged accounts mapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from flows.inputs.opened import Opened
from sql.sources.source import Source
from transforms.accounts import TierAt, account_map, mapped
from transforms.contracts import SOURCES
from transforms.facts.rhythm import Kind
from transforms.knowledge import as_known, as_of, beginning
from transforms.month import Month


@dataclass(frozen=True)
class Snapshot:
    """The sources as a month may know them: everything that it is computed from.

    Attributes:
        month: The month M.
        known_until: The knowledge cut-off.
        tier_at: Whether families of accounts are tiered as one.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
        tables: The known rows of each table.
        events: The sources of events.
        months: Per source of events: the months that hold rows, each with what is equal while its rows are.
        mapping: The account map as of M.
        stale: The sources that have had no row for too long.
    """

    month: Month
    known_until: datetime
    tier_at: TierAt
    configured: frozenset[str]
    tables: Mapping[str, pl.LazyFrame]
    events: Mapping[str, Source]
    months: Mapping[str, Mapping[Month, str]]
    mapping: pl.DataFrame
    stale: frozenset[str] = frozenset()
    _mappings: dict[Month, pl.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    def with_stale(self, stale: Mapping[str, bool]) -> Snapshot:
        """Return the same sources with those marked that are stale."""
        return replace(self, stale=frozenset(source for source, is_stale in stale.items() if is_stale))

    def is_cut(self, newest_known_at: str | None) -> bool:
        """Return whether the knowledge cut-off leaves out rows, the newest of which became known at an instant."""
        return newest_known_at is not None and datetime.fromisoformat(newest_known_at) > self.known_until

    @property
    def known_since(self) -> dict[str, Month]:
        """The month from which on each source of events is known; sources without rows are left out."""
        found = {
            name: source.known_since or beginning(self.months[name], self.month) for name, source in self.events.items()
        }
        return {name: since for name, since in found.items() if since is not None}

    @property
    def rhythm(self) -> Kind | None:
        """The rhythm of usage that the project sets; None where it is to be found."""
        return self.events["usage"].rhythm

    def table(self, source: str) -> pl.LazyFrame | None:
        """Return the known rows of a table; None where it is not mapped."""
        return self.tables.get(source)

    def mapped_table(self, source: str) -> pl.LazyFrame | None:
        """Return the same with merged accounts replaced by those that they are mapped to."""
        rows = self.tables.get(source)
        return None if rows is None else mapped(rows, self.mapping)

    @property
    def accounts(self) -> pl.LazyFrame:
        """Accounts as of the month, without those that are mapped to others."""
        return _accounts_as_of(self.tables, self.month).join(self.merged_ids, on="account_id", how="anti")

    @property
    def subscriptions(self) -> pl.LazyFrame:
        """Known subscriptions, accounts mapped."""
        return mapped(self.tables["subscriptions"], self.mapping)

    @property
    def merged_ids(self) -> pl.LazyFrame:
        """The accounts that are mapped to others."""
        return self.mapping.lazy().select("account_id")

    def mapping_of(self, month: Month) -> pl.DataFrame:
        """Return the account map as of a month: rows of events are mapped as of their own month."""
        if self.tier_at == "account" and "account_merges" not in self.tables:
            return self.mapping
        if month not in self._mappings:
            self._mappings[month] = _mapping(self.tables, month, self.tier_at)
        return self._mappings[month]


def snapshot_of(opened: Opened, month: Month, known_until: datetime, tier_at: TierAt) -> Snapshot:
    """Reduce opened sources to what a month may know.

    Args:
        opened: The sources.
        month: The month M.
        known_until: The knowledge cut-off.
        tier_at: Whether families of accounts are tiered as one.

    Raises:
        DataQualityError: If merges and parents run in a circle.
    """
    tables = {name: source.rows(month) for name, source in opened.tables.items()}
    return make_snapshot(month, known_until, tier_at, opened.configured, tables, opened.events, opened.months)


def make_snapshot(
    month: Month,
    known_until: datetime,
    tier_at: TierAt,
    configured: frozenset[str],
    tables: Mapping[str, pl.LazyFrame],
    events: Mapping[str, Source],
    months: Mapping[str, Mapping[Month, str]],
) -> Snapshot:
    """Reduce the accepted rows of sources to what was known.

    Raises:
        DataQualityError: If merges and parents run in a circle.
    """
    known = {name: as_known(rows, SOURCES[name], known_until, configured) for name, rows in tables.items()}
    mapping = _mapping(known, month, tier_at)
    return Snapshot(month, known_until, tier_at, configured, known, events, months, mapping)


def _accounts_as_of(tables: Mapping[str, pl.LazyFrame], month: Month) -> pl.LazyFrame:
    return as_of(tables["accounts"], SOURCES["accounts"], month)


def _mapping(tables: Mapping[str, pl.LazyFrame], month: Month, tier_at: TierAt) -> pl.DataFrame:
    return account_map(_accounts_as_of(tables, month), tables.get("account_merges"), month, tier_at)
