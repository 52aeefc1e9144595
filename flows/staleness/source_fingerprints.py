"""What a month can see of its sources, as fingerprints: a row that lies after it makes no month stale."""

from __future__ import annotations

import polars as pl

from flows.inputs.effective_cutoff import effective_cutoff
from flows.inputs.fingerprints import fingerprint_of
from flows.inputs.service_facts import SOURCES_OF_SERVICE, is_versioned
from flows.inputs.snapshot import Snapshot
from flows.staleness.moved_rows import moved_print
from flows.staleness.recipes import FIRST, TODAY, Recipe, columns_of
from sql import first_recipe
from sql.facts import FactStore
from transforms.contracts import SOURCES
from transforms.knowledge import as_of
from transforms.month import Month

_BEGINS = {
    "subscriptions": "start_date",
    "strategic_grants": "start_date",
    "overrides": "start_date",
    "account_merges": "date",
    "rates": "month",
}
"""By which column a row of a source that is read whole lies after a month, where it has one."""


def source_prints(snapshot: Snapshot, store: FactStore, currency: str) -> dict[str, str]:
    """Fingerprint what a month can see of each mapped source; equal exactly while that is.

    The order of rows does not count, nor do rows that begin after the month or became known after the cut-off.

    Args:
        snapshot: The sources as the month may know them.
        store: The fact store, which remembers when rows became known.
        currency: The currency of the run's amounts.
    """
    return {name: _print(snapshot, store, name, currency, TODAY) for name in sorted(_names(snapshot))}


def is_as_in_0_1_0(snapshot: Snapshot, store: FactStore, currency: str, source: str, recorded: str) -> bool | None:
    """Return whether what a month can see of a source is what 0.1.0 recorded; None where that cannot be said.

    Args:
        snapshot: The sources as the month may know them.
        store: The fact store.
        currency: The currency of the run's amounts.
        source: The source.
        recorded: The fingerprint that a run recorded.
    """
    if source not in _names(snapshot) or recorded.startswith(TODAY.prefix):
        return False
    if not first_recipe.is_reproduced():
        return None
    return _print(snapshot, store, source, currency, FIRST) == recorded


def _names(snapshot: Snapshot) -> set[str]:
    return {*snapshot.tables, *snapshot.events}


def _print(snapshot: Snapshot, store: FactStore, source: str, currency: str, recipe: Recipe) -> str:
    parts: tuple[object, ...] = ((snapshot.tier_at, currency), _columns(snapshot, source))
    if source in snapshot.tables:
        return recipe.prefix + fingerprint_of(*parts, recipe.of_rows(_visible(snapshot, source, recipe)))
    seen = {one: text for one, text in snapshot.months[source].items() if one <= snapshot.month}
    content = {str(one): text for one, text in seen.items()}
    cut = effective_cutoff(snapshot, store, source, list(seen))
    if not (source in SOURCES_OF_SERVICE and is_versioned(snapshot, source) and bool(snapshot.months[source])):
        # Nothing but texts goes into it, by whichever recipe.
        return fingerprint_of(*parts, content, cut, None)
    return recipe.prefix + fingerprint_of(*parts, content, cut, moved_print(snapshot, store, source, recipe))


def _columns(snapshot: Snapshot, source: str) -> list[str]:
    return sorted(name for name in snapshot.configured if name.partition(".")[0] == source)


def _visible(snapshot: Snapshot, source: str, recipe: Recipe) -> pl.LazyFrame:
    """Return what a month can see of a source that is read whole, without when it became known."""
    rows = as_of(snapshot.tables[source], SOURCES[source], snapshot.month)
    if source == "accounts":
        rows = rows.join(_accounts_seen(snapshot, rows), on="account_id", how="semi")
    elif source in _BEGINS:
        rows = rows.filter(_is_begun(_BEGINS[source], snapshot.month))
    columns = columns_of(SOURCES[source], recipe)
    return rows.select(name for name in columns if name not in {"known_at", "is_deleted"})


def _accounts_seen(snapshot: Snapshot, accounts: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts that a month may look at: there already, subscribed already, or the parent of one."""
    there = accounts.filter(_is_begun("created_date", snapshot.month)).select("account_id")
    begun = snapshot.tables["subscriptions"].filter(_is_begun("start_date", snapshot.month)).select("account_id")
    parents = accounts.select(account_id="parent_account_id").drop_nulls()
    return pl.concat([there, begun, parents]).unique()


def _is_begun(column: str, month: Month) -> pl.Expr:
    return pl.col(column).is_null() | (pl.col(column) <= month.last_day)
