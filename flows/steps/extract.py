"""The sources as a month may know them: opened, checked for keys, reduced to what was known, merged accounts mapped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import polars as pl

from expectations.keys import refuse_duplicates
from flows.settings import Project
from flows.steps.prints import print_of
from sql.sources.source import open_sources
from transforms.accounts import TierAt, account_map, mapped
from transforms.contracts import SOURCES
from transforms.knowledge import as_known, as_of
from transforms.month import Month

TRAILING_MONTHS = 13
"""What the metrics of a month look back on: a year, and the month before it."""

_STAGED = "staged"


class EventSource(Protocol):
    """A source of events, month by month."""

    def months(self, wanted: Iterable[Month] = ()) -> Mapping[Month, str]:
        """Months that hold rows, each with what is equal while its rows are."""
        ...

    def rows(self, month: Month) -> pl.LazyFrame:
        """The rows of a month, as the contract says."""
        ...

    def rows_read(self, month: Month) -> int:
        """How many rows the month has."""
        ...


@dataclass(frozen=True)
class Extract:
    """Everything that a month is computed from.

    Attributes:
        month: The month M.
        known_until: The knowledge cut-off.
        tier_at: Whether families of accounts are tiered as one.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
        tables: Known rows of the sources that are read whole, by source.
        fingerprints: Of what those were read from.
        events: The sources of events.
        months: Per source of events: the months that hold rows, each with what is equal while its rows are.
        mapping: Which account stands for which as of M.
        stale: The sources that have had no row for too long.
    """

    month: Month
    known_until: datetime
    tier_at: TierAt
    configured: frozenset[str]
    tables: Mapping[str, pl.LazyFrame]
    fingerprints: Mapping[str, str]
    events: Mapping[str, EventSource]
    months: Mapping[str, Mapping[Month, str]]
    mapping: pl.DataFrame
    stale: frozenset[str] = frozenset()
    _mappings: dict[Month, pl.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    def with_stale(self, stale: frozenset[str]) -> Extract:
        """Give the same extract with what is known of staleness."""
        return replace(self, stale=stale)

    def is_cut(self, newest_known_at: str | None) -> bool:
        """Tell whether the knowledge cut-off leaves out rows, the newest of which became known at an instant."""
        return newest_known_at is not None and datetime.fromisoformat(newest_known_at) > self.known_until

    def table(self, source: str) -> pl.LazyFrame | None:
        """Known rows of a source that is read whole; None where it is not mapped."""
        return self.tables.get(source)

    def mapped_table(self, source: str) -> pl.LazyFrame | None:
        """The same with merged accounts replaced by those that stand for them."""
        rows = self.tables.get(source)
        return None if rows is None else mapped(rows, self.mapping)

    @property
    def accounts(self) -> pl.LazyFrame:
        """Accounts as of the month, those that others stand for left out."""
        stood_for = self.mapping.lazy().select("account_id")
        return _accounts_as_of(self.tables, self.month).join(stood_for, on="account_id", how="anti")

    @property
    def subscriptions(self) -> pl.LazyFrame:
        """Known subscriptions, accounts mapped."""
        return mapped(self.tables["subscriptions"], self.mapping)

    @property
    def merged_ids(self) -> pl.LazyFrame:
        """The accounts that others stand for."""
        return self.mapping.lazy().select("account_id")

    def mapping_of(self, month: Month) -> pl.DataFrame:
        """Which account stood for which as of a month: rows of events are mapped as of their own."""
        if self.tier_at == "account" and "account_merges" not in self.tables:
            return self.mapping
        if month not in self._mappings:
            self._mappings[month] = _mapping(self.tables, month, self.tier_at)
        return self._mappings[month]

    def rows_read(self, month: Month) -> dict[str, int]:
        """Rows read by source: all rows of those read whole, the month's rows of events."""
        whole = {name: int(rows.select(pl.len()).collect().item()) for name, rows in self.tables.items()}
        return whole | {name: source.rows_read(month) for name, source in self.events.items()}

    def fingerprint(self, month: Month) -> str:
        """Fingerprint of everything that the month may have been computed from."""
        events = {
            name: {str(one): text for one, text in months.items() if one <= month}
            for name, months in self.months.items()
        }
        return print_of(dict(self.fingerprints), events, sorted(self.configured), self.tier_at)


def read_sources(project: Project, month: Month, known_until: datetime) -> Extract:
    """Open the sources of a project and read those that are read whole.

    Raises:
        DataQualityError: If values do not fit the contracts, rows share their key, or merges run in a circle.
        RetierError: If a file or query cannot be read, or a required source has no rows.
    """
    opened = open_sources(project.settings.sources, project.directory, project.facts / _STAGED)
    # Queries that are run for each month must be told which ones; files say themselves which months they hold.
    wanted = month.trailing(TRAILING_MONTHS)
    months = {name: source.months(wanted) for name, source in opened.events.items()}
    tables = {name: source.rows() for name, source in opened.tables.items()}
    fingerprints = {name: source.fingerprint() for name, source in opened.tables.items()}
    return make_extract(
        month, known_until, project.settings.tier_at, opened.configured, tables, fingerprints, opened.events, months
    )


def make_extract(
    month: Month,
    known_until: datetime,
    tier_at: TierAt,
    configured: frozenset[str],
    tables: Mapping[str, pl.LazyFrame],
    fingerprints: Mapping[str, str],
    events: Mapping[str, EventSource],
    months: Mapping[str, Mapping[Month, str]],
) -> Extract:
    """Check the keys of the sources that are read whole, and reduce them to what was known.

    Raises:
        DataQualityError: If rows share their key, or merges and parents run in a circle.
    """
    known: dict[str, pl.LazyFrame] = {}
    for name, rows in tables.items():
        refuse_duplicates(rows, SOURCES[name], configured)
        known[name] = as_known(rows, SOURCES[name], known_until, configured)
    mapping = _mapping(known, month, tier_at)
    return Extract(month, known_until, tier_at, configured, known, fingerprints, events, months, mapping)


def _accounts_as_of(tables: Mapping[str, pl.LazyFrame], month: Month) -> pl.LazyFrame:
    return as_of(tables["accounts"], SOURCES["accounts"], month)


def _mapping(tables: Mapping[str, pl.LazyFrame], month: Month, tier_at: TierAt) -> pl.DataFrame:
    return account_map(_accounts_as_of(tables, month), tables.get("account_merges"), month, tier_at)
