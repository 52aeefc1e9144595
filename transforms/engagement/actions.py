"""What is to be done for each account, carried from month to month until it is done or its reason is gone."""

from __future__ import annotations

import polars as pl

from transforms.engagement.occasions import occasions
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.actions import Actions

COLUMNS = ("account_id", "action", "due_date", "reason", "status", "opened_month", "done_date")
"""The columns of engagement_actions without the month."""


def next_actions(
    former: pl.LazyFrame,
    accounts: pl.LazyFrame,
    contacts: pl.LazyFrame | None,
    policy: Policy,
    month: Month,
    currency: str,
) -> pl.LazyFrame:
    """Step the actions of all accounts by a month.

    What is open is carried as it is: a contact of its kind after the month in which it was opened makes it done, a
    reason that holds no longer makes it dropped; both are told in this month and not again. Something new is opened
    where there is a reason, unless a contact of its kind shows that it was done lately.

    Args:
        former: engagement_actions of the month before.
        accounts: One row per account in scope, see :func:`transforms.engagement.occasions.occasions`; without the days
            of the last contacts, which are added here.
        contacts: Touchpoint facts of twelve months up to the month; None where nobody knows of contacts.
        policy: The policy in force.
        month: The month.
        currency: The currency of amounts.

    Returns:
        One row per account and action with ``COLUMNS``, in no particular order.
    """
    last = last_contacts(contacts, policy.actions, month)
    wanted = occasions(_with_last(accounts, last), policy, month, currency, are_contacts_known=contacts is not None)
    key = ["account_id", "action"]
    is_open = pl.col("status") == "open"
    carried = (
        former.filter(is_open)
        .select(*key, "due_date", "reason", "opened_month")
        .join(accounts.select("account_id"), on="account_id", how="semi")
    )
    return pl.concat(
        [
            _closed_or_open(carried, wanted.select(*key), last),
            _opened(wanted.join(carried, on=key, how="anti"), last, month),
        ]
    )


def last_contacts(contacts: pl.LazyFrame | None, actions: Actions, month: Month) -> pl.LazyFrame:
    """Give the last day on which something was done that an action asks for.

    Args:
        contacts: Touchpoint facts; None for none.
        actions: The policy's actions: which kinds of contacts show that one was done.
        month: Later contacts do not count.

    Returns:
        One row per account and action that was ever done: account_id, action, last_done_date.
    """
    schema = {"account_id": pl.String, "action": pl.String, "last_done_date": pl.Date}
    if contacts is None:
        return pl.LazyFrame(schema=schema)
    kinds = [(kind, action) for action in type(actions).model_fields for kind in actions.kinds_of(action)]
    shown_by = pl.LazyFrame(kinds, schema={"kind": pl.String, "action": pl.String}, orient="row").unique()
    return (
        contacts.filter(pl.col("month") <= month.first_day)
        .join(shown_by, on="kind")
        .group_by("account_id", "action")
        .agg(pl.col("last_touchpoint_date").max().alias("last_done_date"))
        .select(*schema)
    )


def _with_last(accounts: pl.LazyFrame, last: pl.LazyFrame) -> pl.LazyFrame:
    for action in ("business_review", "health_check"):
        of_action = last.filter(pl.col("action") == action)
        day = of_action.select("account_id", pl.col("last_done_date").alias(f"last_{action}"))
        accounts = accounts.join(day, on="account_id", how="left")
    return accounts


def _closed_or_open(carried: pl.LazyFrame, wanted: pl.LazyFrame, last: pl.LazyFrame) -> pl.LazyFrame:
    key = ["account_id", "action"]
    done = pl.col("last_done_date")
    is_done = (done >= pl.col("opened_month").dt.offset_by("1mo")).fill_null(value=False)
    status = pl.when(is_done).then(pl.lit("done")).when("holds").then(pl.lit("open")).otherwise(pl.lit("dropped"))
    return (
        carried.join(last, on=key, how="left")
        .join(wanted.with_columns(holds=pl.lit(value=True)), on=key, how="left")
        .with_columns(status.alias("status"), pl.when(is_done).then(done).alias("done_date"))
        .select(COLUMNS)
    )


def _opened(wanted: pl.LazyFrame, last: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    days_ago = (pl.lit(month.last_day) - pl.col("last_done_date")).dt.total_days()
    was_done_lately = (days_ago < pl.col("again_after_days")).fill_null(value=False)
    return (
        wanted.join(last, on=["account_id", "action"], how="left")
        .filter(pl.col("opens") & ~was_done_lately)
        .with_columns(
            pl.lit("open").alias("status"),
            pl.lit(month.first_day).alias("opened_month"),
            pl.lit(None, pl.Date).alias("done_date"),
        )
        .select(COLUMNS)
    )
