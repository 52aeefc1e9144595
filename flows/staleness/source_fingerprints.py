"""What a month can see of its sources, as fingerprints: a row that lies after it makes no month stale."""

from __future__ import annotations

import polars as pl

from flows.inputs.effective_cutoff import effective_cutoff
from flows.inputs.fingerprints import fingerprint_of
from flows.inputs.service_facts import SOURCES_OF_SERVICE, is_versioned
from flows.inputs.snapshot import Extract
from flows.staleness.moved_rows import moved_print
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

_SEEDS = (1, 2)
"""Two hashes of 64 bits per row, so that no chance makes different rows look equal."""


def source_prints(extract: Extract, store: FactStore, currency: str) -> dict[str, str]:
    """Fingerprint what a month can see of each mapped source; equal exactly while that is.

    The order of rows does not count, nor do rows that begin after the month or became known after the cut-off.

    Args:
        extract: The sources as the month may know them.
        store: The fact store, which remembers when rows became known.
        currency: The currency of the run's amounts.
    """
    common = (extract.tier_at, currency)
    found = {name: fingerprint_of(common, _columns(extract, name), _content(extract, name)) for name in extract.tables}
    for name in extract.events:
        seen = {one: text for one, text in extract.months[name].items() if one <= extract.month}
        content = {str(one): text for one, text in seen.items()}
        cut = effective_cutoff(extract, store, name, list(seen))
        moves = name in SOURCES_OF_SERVICE and is_versioned(extract, name) and bool(extract.months[name])
        moved = moved_print(extract, store, name) if moves else None
        found[name] = fingerprint_of(common, _columns(extract, name), content, cut, moved)
    return dict(sorted(found.items()))


def _columns(extract: Extract, source: str) -> list[str]:
    return sorted(name for name in extract.configured if name.partition(".")[0] == source)


def _content(extract: Extract, source: str) -> list[int]:
    """Hash the rows of a source that is read whole: numbers that are equal while the rows are, in any order."""
    rows = as_of(extract.tables[source], SOURCES[source], extract.month)
    if source == "accounts":
        rows = rows.join(_accounts_seen(extract, rows), on="account_id", how="semi")
    elif source in _BEGINS:
        rows = rows.filter(_is_begun(_BEGINS[source], extract.month))
    hashes = [pl.struct(pl.all().exclude("known_at", "is_deleted")).hash(seed).alias(str(seed)) for seed in _SEEDS]
    # Halves of the hashes are added up, since whole ones would overflow.
    halves = [half.sum() for seed in _SEEDS for half in (pl.col(str(seed)) // 2**32, pl.col(str(seed)) % 2**32)]
    numbered = [half.alias(str(place)) for place, half in enumerate(halves)]
    return list(rows.select(hashes).select(pl.len().alias("rows"), *numbered).collect().row(0))


def _accounts_seen(extract: Extract, accounts: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts that a month may look at: there already, subscribed already, or the parent of one."""
    there = accounts.filter(_is_begun("created_date", extract.month)).select("account_id")
    begun = extract.tables["subscriptions"].filter(_is_begun("start_date", extract.month)).select("account_id")
    parents = accounts.select(account_id="parent_account_id").drop_nulls()
    return pl.concat([there, begun, parents]).unique()


def _is_begun(column: str, month: Month) -> pl.Expr:
    return pl.col(column).is_null() | (pl.col(column) <= month.last_day)
