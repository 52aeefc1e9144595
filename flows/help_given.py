"""What was done for accounts at risk that have no action open."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from sql.dialects import given, quoted, read
from transforms.month import Month
from transforms.tiers.risks import RISK_ACTIONS

_GIVEN = "_risks_given"

_DONE = """
    select asked.account_id, actions.action as done_action, actions.done_date
    from {actions} as actions
    join {given} as asked on asked.account_id = actions.account_id
    where actions.month between asked.reason_since_month and :month
        and actions.status = 'done' and actions.done_date >= asked.reason_since_month
        and actions.action in ({answers})
"""


def with_help_given(connection: Connection, risks: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Add what was done last for each account at risk since its reason began.

    Args:
        connection: To the warehouse.
        risks: Rows of account_risks of the month: account_id, reason_since_month, next_action.
        month: The month.

    Returns:
        The rows in their order with month, done_action and done_date; the last two are null where an action is open,
        or nothing was done.
    """
    asked = risks.filter(pl.col("next_action").is_null()).select("account_id", "reason_since_month")
    answers = ", ".join(f"'{action}'" for action in RISK_ACTIONS)
    with given(connection, _GIVEN, asked):
        query = _DONE.format(actions=quoted(connection, "engagement_actions"), given=_GIVEN, answers=answers)
        done = read(connection, query, month=month.first_day)
    last = done.sort("done_date", "done_action").unique("account_id", keep="last", maintain_order=True)
    return risks.with_columns(pl.lit(month.first_day).alias("month")).join(
        last, on="account_id", how="left", maintain_order="left"
    )
