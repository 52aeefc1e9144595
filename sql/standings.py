"""Reads accounts as they stood in former months, each in a month of its own."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from sql.dialects import given, quoted, read
from transforms.month import Month
from transforms.tiers.drivers import FACTS

_GIVEN = "_given_rows"


def points_at(connection: sa.Connection, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the components' points of some accounts, each in a month of its own.

    Args:
        connection: An open connection.
        pairs: One row per account and month, with account_id and month; unpublished pairs are left out.

    Returns:
        One row per account, month and component: account_id, month, pillar, component, points (0 to 100; null if the
        component was missing); sorted by account, month, pillar and component.
    """
    with given(connection, _GIVEN, pairs.select("account_id", "month")):
        return read(
            connection,
            # The view has the same rows, but may unfold the accounts of all months before it selects these.
            f"""
            with asked as materialized (
                select wide.account_id, wide.month, wide.policy_version, wide.component_scores
                from {quoted(connection, "score_contributions_wide")} as wide
                join {_GIVEN} as pairs on pairs.account_id = wide.account_id and pairs.month = wide.month
            )
            select
                asked.account_id,
                asked.month,
                components.pillar,
                components.component,
                asked.component_scores[components.position] as points
            from asked
            join {quoted(connection, "policy_components")} as components
                on components.policy_version = asked.policy_version
            """,
        ).sort("account_id", "month", "pillar", "component")


def facts_at(connection: sa.Connection, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return what drivers compare beside points, of some accounts, each in a month of its own.

    Args:
        connection: An open connection.
        pairs: One row per account and month, with account_id and month; unpublished pairs are left out.

    Returns:
        One row per account and month: account_id, month and the columns of ``FACTS``; sorted by account and month.
    """
    columns = ", ".join(f"{table}.{name}" for table, names in FACTS.items() for name in names)
    joined = " ".join(
        f"join {quoted(connection, table)} as {table} "
        f"on {table}.account_id = pairs.account_id and {table}.month = pairs.month"
        for table in FACTS
    )
    with given(connection, _GIVEN, pairs.select("account_id", "month")):
        return read(
            connection, f"select pairs.account_id, pairs.month, {columns} from {_GIVEN} as pairs {joined}"
        ).sort("account_id", "month")


def months_before_streak(connection: sa.Connection, account_ids: pl.Series, streak: str, before: Month) -> pl.DataFrame:
    """Return the last month in which a streak of accounts had not begun; the oldest published one where it always had.

    Args:
        connection: An open connection.
        account_ids: The accounts.
        streak: The column of account_tiers that counts the streak.
        before: Only months before this one count.

    Returns:
        One row per account with any month before: account_id, month; sorted by account.
    """
    asked = pl.DataFrame({"account_id": account_ids.cast(pl.String)}).unique()
    column = quoted(connection, streak)
    with given(connection, _GIVEN, asked):
        return read(
            connection,
            f"""
            select
                tiers.account_id,
                coalesce(max(tiers.month) filter (where tiers.{column} = 0), min(tiers.month)) as month
            from {quoted(connection, "account_tiers")} as tiers
            join {_GIVEN} as asked on asked.account_id = tiers.account_id
            where tiers.month < :before
            group by tiers.account_id
            """,
            before=before.first_day,
        ).sort("account_id")
