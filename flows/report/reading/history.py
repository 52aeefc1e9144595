"""The portfolio month by month, up to the month of the report."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from sql.dialects import quoted, read
from transforms.month import Month

SHOWN_MONTHS = 36
"""A chart of more months cannot be read on a phone."""


def read_portfolio(connection: Connection, month: Month) -> pl.DataFrame:
    """Read ``portfolio_by_month``: one row per published month, the last of them the month itself."""
    return read(
        connection,
        f"""
        select *
        from {quoted(connection, "portfolio_by_month")}
        where month between :first and :month
        order by month
        """,
        first=(month - (SHOWN_MONTHS - 1)).first_day,
        month=month.first_day,
    )


def read_movements(connection: Connection, month: Month) -> pl.DataFrame:
    """Read ``tier_movements`` of a month: one row per pair of tiers: from_tier, to_tier, accounts, arr.

    A null from_tier means that the accounts came into scope, a null to_tier that they left.
    """
    return read(
        connection,
        f"""
        select from_tier, to_tier, accounts, arr
        from {quoted(connection, "tier_movements")}
        where month = :month
        order by from_tier, to_tier
        """,
        month=month.first_day,
    )


def read_lifts(connection: Connection, month: Month) -> pl.DataFrame:
    """Count lifts by month: one row per month with any: month, started, ended; the numbers of accounts."""
    return read(
        connection,
        f"""
        select
            month,
            count(*) filter (where kind = 'lift_started') as started,
            count(*) filter (where kind = 'lift_ended') as ended
        from {quoted(connection, "tier_changes")}
        where kind in ('lift_started', 'lift_ended') and month between :first and :month
        group by month
        order by month
        """,
        first=(month - (SHOWN_MONTHS - 1)).first_day,
        month=month.first_day,
    )
