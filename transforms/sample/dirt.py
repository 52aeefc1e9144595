"""Dirty rows: the demo's files contain some, as every company's do, and its runs quarantine them.

They are added to the good rows and change none of them, so what is published does not depend on them.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.sample.exports import EXPORTS

_SPOILT: Mapping[str, tuple[str, Mapping[str, str | float]]] = {
    "accounts": ("account_id", {"created_date": "yesterday"}),
    "tickets": ("ticket_id", {"priority": "P1 (call me!!)"}),
    "touchpoints": ("touchpoint_id", {"minutes": -30.0}),
}
"""Per source, the id column of the added row, and its unusable values."""

_TWICE = ("invoices",)
"""The sources that send a row twice."""

_FEWEST_ROWS = 200
"""Smaller files stay clean: a single bad row would be a larger share of them than the default policy allows."""


def with_dirt(source: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Add a dirty row to a file, derived from its first row.

    Args:
        source: The source.
        rows: Its rows as they are exported.

    Returns:
        The same rows and, at the end, an unusable one or a copy of the first; unchanged for most sources.
    """
    if rows.height < _FEWEST_ROWS:
        return rows
    first = rows.head(1)
    if source in _TWICE:
        return pl.concat([rows, first])
    if source not in _SPOILT:
        return rows
    identity, values = _SPOILT[source]
    columns = EXPORTS[source].columns
    spoilt = first.with_columns(
        (pl.col(columns[identity]) + "-upload").alias(columns[identity]),
        *(pl.lit(value).alias(columns[name]) for name, value in values.items()),
    )
    return pl.concat([rows, spoilt], how="vertical_relaxed")
