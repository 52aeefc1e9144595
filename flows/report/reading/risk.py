"""Reads the accounts that call for a person, the lifts in effect, and how many accounts are silent."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from flows.help_given import with_help_given
from sql.dialects import exact_sum, quoted, read
from transforms.month import Month

SHOWN_LIFTED = 10
SHOWN_OF_A_REASON = 3


def read_lifted(connection: Connection, month: Month) -> pl.DataFrame:
    """Count lifts and silence.

    Returns:
        One row: lifted and lifted_arr (a lift is in effect), silent (accounts that used nothing in the month) and
        is_silence_suspended (so many are silent that silence says nothing).
    """
    return read(
        connection,
        f"""
        select
            count(*) filter (where tiers.is_lift_in_effect) as lifted,
            {exact_sum(connection, "case when tiers.is_lift_in_effect then tiers.arr else 0 end")} as lifted_arr,
            count(*) filter (where tiers.is_silent) as silent,
            count(*) filter (where tiers.is_silence_suspended) > 0 as is_silence_suspended
        from {quoted(connection, "account_tiers")} as tiers
        where tiers.month = :month
        """,
        month=month.first_day,
    )


def read_risks(connection: Connection, month: Month) -> pl.DataFrame:
    """Count accounts at risk: one row per reason, that with the most ARR first: reason, accounts, arr."""
    risks = quoted(connection, "account_risks")
    counted = read(
        connection,
        f"""
        select reason, count(*) as accounts, {exact_sum(connection, "arr")} as arr
        from {risks} where month = :month group by reason
        """,
        month=month.first_day,
    )
    return counted.sort(["arr", "reason"], descending=[True, False])


def read_dearest(connection: Connection, month: Month) -> pl.DataFrame:
    """Read the dearest accounts at risk of each reason.

    Returns:
        As many rows of each reason as are shown, the largest ARR first: account_id, name, tier, reason,
        reason_since_month, health, next_action, next_action_due_date, arr, owner, month, and what was done where no
        action is open: done_action and done_date.
    """
    dearest = read(
        connection,
        f"""
        with placed as (
            select
                risks.*,
                row_number() over (partition by risks.reason order by risks.arr desc, risks.account_id) as place
            from {quoted(connection, "account_risks")} as risks
            where risks.month = :month
        )
        select
            placed.account_id, features.name, tiers.tier, placed.reason, placed.reason_since_month, placed.health,
            placed.next_action, placed.next_action_due_date, placed.arr, placed.owner
        from placed
        left join {quoted(connection, "account_tiers")} as tiers
            on tiers.account_id = placed.account_id and tiers.month = placed.month
        left join {quoted(connection, "account_features")} as features
            on features.account_id = placed.account_id and features.month = placed.month
        where placed.place <= {SHOWN_OF_A_REASON}
        order by placed.arr desc, placed.account_id
        """,
        month=month.first_day,
    )
    return with_help_given(connection, dearest, month)
