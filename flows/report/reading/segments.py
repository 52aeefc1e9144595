"""Counts accounts by segment in the database."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from sql.dialects import exact_sum, quoted, read
from transforms.month import Month

SEGMENTS = ("rfm_segment", "value_band", "primary_need", "trait")
"""The columns of ``account_segments`` that are shown."""

SHOWN_VALUES = 12


def read_segments(connection: Connection, month: Month) -> dict[str, pl.DataFrame]:
    """Count accounts by each of the segments.

    Returns:
        By column: segment (null if unknown), accounts, arr, health_mean, segments (how many there are in total); the
        most accounts first, and only as many as are shown.
    """
    return {column: _counted(connection, month, column) for column in SEGMENTS}


def _counted(connection: Connection, month: Month, column: str) -> pl.DataFrame:
    return read(
        connection,
        f"""
        with counted as (
            select
                segments.{column} as segment,
                count(*) as accounts,
                {exact_sum(connection, "tiers.arr")} as arr,
                {exact_sum(connection, "scores.health")} / nullif(count(scores.health), 0) as health_mean
            from {quoted(connection, "account_segments")} as segments
            join {quoted(connection, "account_tiers")} as tiers
                on tiers.account_id = segments.account_id and tiers.month = segments.month
            left join {quoted(connection, "account_scores")} as scores
                on scores.account_id = segments.account_id and scores.month = segments.month
            where segments.month = :month
            group by segments.{column}
        )
        select segment, accounts, arr, health_mean, count(*) over () as segments
        from counted
        order by accounts desc, segment
        limit {SHOWN_VALUES}
        """,
        month=month.first_day,
    )
