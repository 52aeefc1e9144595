"""Rows whose later version lies in another month: the only ones by which a month depends on the months after it."""

from __future__ import annotations

import polars as pl

from flows.inputs.fingerprints import fingerprint_of
from flows.inputs.snapshot import Snapshot
from flows.staleness.recipes import FIRST, Recipe, columns_of
from sql.facts import Fact, FactStore
from transforms.contracts import SOURCES


def moved_print(snapshot: Snapshot, store: FactStore, source: str, recipe: Recipe) -> int:
    """Fingerprint the rows of a versioned source that have a version in the month or before, and one in another month.

    A touchpoint that was put off to a later month is gone from the former one as soon as that is known.

    Args:
        snapshot: The sources as the month may know them.
        store: The fact store: the rows are looked through once, as long as none of them changes.
        source: A source of events whose rows carry ``known_at`` or ``is_deleted``.
        recipe: How rows are hashed.
    """
    content = {str(month): text for month, text in snapshot.months[source].items()}
    kind, name, newest = f"{source}_moved", fingerprint_of(content), max(snapshot.months[source])
    name = name if recipe is FIRST else fingerprint_of(name, recipe.prefix)
    found = store.get_or_make(kind, newest, name, lambda: Fact(_moved(snapshot, source, recipe)))
    seen = found.frame.filter(pl.col("first_month") <= snapshot.month.first_day)
    # Of hashes of 64 bits only the lower half is added up, so that no sum overflows.
    return int(seen.select((pl.col("content") % 2**32).sum()).collect().item())


def _moved(snapshot: Snapshot, source: str, recipe: Recipe) -> pl.LazyFrame:
    """One row per key that has rows in several months: the first of these, and a hash of all its rows."""
    table = SOURCES[source]
    columns = columns_of(table, recipe)
    versions = pl.concat(
        [
            recipe.hashed(snapshot.events[source].usable(month).select(columns), table.key).with_columns(
                pl.lit(month.first_day).alias("month")
            )
            for month in snapshot.months[source]
        ]
    )
    return (
        versions.group_by(table.key)
        .agg(
            pl.col("month").min().alias("first_month"),
            pl.col("month").n_unique().alias("months"),
            (pl.col("hash") % 2**32).sum().alias("content"),
        )
        .filter(pl.col("months") > 1)
        .select("first_month", "content")
        .sort("first_month", "content")
    )
