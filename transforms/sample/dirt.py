"""Rows that no system should have sent: the demo's files hold some, as every company's do, and its runs hold them back.

They stand beside the good rows and change none of them, so what is published does not depend on them.
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
"""Per source the column that is made another one's, and the values that nobody can use."""

_TWICE = ("invoices",)
"""The sources that send a row twice."""

_FEWEST_ROWS = 200
"""Smaller files stay clean: in them a single bad row would be a larger share than the default policy lets pass."""


def with_dirt(source: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Add dirty rows to a file, made from its first row.

    Args:
        source: The source.
        rows: Its rows as they are exported.

    Returns:
        The same rows and, at the end, one that nobody can use, or a copy of the first; unchanged for most sources.
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
