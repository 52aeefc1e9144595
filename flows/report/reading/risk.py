"""Reads the accounts whose health needs a person's attention."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from sql.dialects import exact_sum, quoted, read
from transforms.month import Month

SHOWN_LIFTED = 10

_HAS_LIFT = "tiers.lift_started_month is not null"
# As in the view accounts_at_risk: a lift that is paid for, or that an override keeps out of sight.
_IS_LIFTED = (
    f"{_HAS_LIFT} and (coalesce(tiers.is_lift_affordable, false) "
    "or tiers.tier_without_override <> tiers.base_tier_without_override)"
)


def read_running(connection: Connection, month: Month) -> pl.DataFrame:
    """Count accounts in poor health.

    Returns:
        One row: lifted and lifted_arr (the lift runs and is paid for), unpaid (their health calls for a lift that
        their gross profit cannot pay for), chronic (long in poor health, without a lift).
    """
    return read(
        connection,
        f"""
        select
            count(*) filter (where {_IS_LIFTED}) as lifted,
            {exact_sum(connection, f"case when {_IS_LIFTED} then tiers.arr else 0 end")} as lifted_arr,
            count(*) filter (where {_HAS_LIFT} and not ({_IS_LIFTED})) as unpaid,
            count(*) filter (
                where tiers.lift_started_month is null and position(',chronic_risk,' in ',' || tiers.reasons || ',') > 0
            ) as chronic
        from {quoted(connection, "account_tiers")} as tiers
        where tiers.month = :month
        """,
        month=month.first_day,
    )


def read_lifted(connection: Connection, month: Month) -> pl.DataFrame:
    """Read the largest accounts with a running lift, whether it can be paid for or not.

    Returns:
        As many rows as are shown, the largest ARR first: account_id, name, tier, base_tier, health,
        health_1_month_ago, lift_started_month, is_lifted, arr, owner.
    """
    return read(
        connection,
        f"""
        select
            tiers.account_id, features.name, tiers.tier, tiers.base_tier, scores.health, scores.health_1_month_ago,
            tiers.lift_started_month, {_IS_LIFTED} as is_lifted, tiers.arr, tiers.owner
        from {quoted(connection, "account_tiers")} as tiers
        left join {quoted(connection, "account_scores")} as scores
            on scores.account_id = tiers.account_id and scores.month = tiers.month
        left join {quoted(connection, "account_features")} as features
            on features.account_id = tiers.account_id and features.month = tiers.month
        where tiers.month = :month and {_HAS_LIFT}
        order by tiers.arr desc, tiers.account_id
        limit {SHOWN_LIFTED}
        """,
        month=month.first_day,
    )
