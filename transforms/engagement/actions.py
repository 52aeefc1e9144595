"""The actions of each account, carried from month to month until they are done or no longer needed."""

from __future__ import annotations

import polars as pl

from transforms.engagement.occasions import ACTIONS, last_done, occasions
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.actions import Actions
from transforms.tiers.risks import RISK_ACTIONS

VERSIONS = {1: "as in 0.1.0", 2: "one action for every account at risk"}

COLUMNS = ("account_id", "action", "due_date", "reason", "status", "opened_month", "done_date")
"""The columns of engagement_actions without the month."""


def next_actions(
    former: pl.LazyFrame,
    accounts: pl.LazyFrame,
    contacts: pl.LazyFrame | None,
    policy: Policy,
    month: Month,
    currency: str,
) -> pl.DataFrame:
    """Carry the actions of all accounts forward by one month.

    An open action is carried forward with its due date; one that answers a risk says why in this month's figures. A
    contact of its kind after the month in which it was opened completes it, and it is dropped once its reason no longer
    holds; both statuses appear in this month only. A new action is opened if there is a reason, unless a contact of its
    kind shows that it was done recently.

    Args:
        former: engagement_actions of the month before.
        accounts: One row per account in scope, see :func:`transforms.engagement.occasions.occasions`, but without the
            days of the last contacts, which are added here.
        contacts: Touchpoint facts of twelve months up to the month; None where contacts are not known.
        policy: The policy in force.
        month: The month.
        currency: The currency of amounts.

    Returns:
        One row per account and action with ``COLUMNS``, in no particular order.
    """
    # Collected once: seven actions read it, and each would compute it again.
    last = last_contacts(contacts, policy.actions, month)
    known = accounts.join(last, on="account_id", how="left").collect(engine="in-memory").lazy()
    wanted = occasions(known, policy, month, currency, are_contacts_known=contacts is not None)
    key = ["account_id", "action"]
    is_open = pl.col("status") == "open"
    carried = (
        former.filter(is_open)
        .select(*key, "due_date", "reason", "opened_month")
        .join(known.select("account_id", *last_done_columns()), on="account_id")
    )
    stepped = pl.concat(
        [
            _closed_or_open(carried, wanted.select(*key, pl.col("reason").alias("reason_now"))),
            _opened(wanted.join(carried, on=key, how="anti"), month),
        ]
    )
    # The streaming engine of Polars 2.1 panics one time in twenty when it formats sentences for no rows.
    return stepped.collect(engine="in-memory")


def last_contacts(contacts: pl.LazyFrame | None, actions: Actions, month: Month) -> pl.LazyFrame:
    """Return the last day on which each action was done.

    Args:
        contacts: Touchpoint facts; None for none.
        actions: The policy's actions: which kinds of contacts show that one was done.
        month: Later contacts do not count.

    Returns:
        One row per account with any contact: account_id, and for each action ``last_<action>``, null if it was never
        done.
    """
    if contacts is None:
        return pl.LazyFrame(schema={"account_id": pl.String} | dict.fromkeys(last_done_columns(), pl.Date()))
    day = pl.col("last_touchpoint_date")
    # Row by row before the grouping: many times faster than a filter in each group.
    last = [
        pl.when(pl.col("kind").is_in(actions.kinds_of(action))).then(day).max().alias(last_done(action))
        for action in ACTIONS
    ]
    return contacts.filter(pl.col("month") <= month.first_day).group_by("account_id").agg(last)


def last_done_columns() -> list[str]:
    """List the columns that say when each action was last done."""
    return [last_done(action) for action in ACTIONS]


def _closed_or_open(carried: pl.LazyFrame, wanted: pl.LazyFrame) -> pl.LazyFrame:
    done = pl.coalesce(pl.when(pl.col("action") == action).then(last_done(action)) for action in ACTIONS)
    is_done = (done >= pl.col("opened_month").dt.offset_by("1mo")).fill_null(value=False)
    status = pl.when(is_done).then(pl.lit("done")).when("holds").then(pl.lit("open")).otherwise(pl.lit("dropped"))
    is_at_risk = pl.col("action").is_in(RISK_ACTIONS)
    reason = pl.when(is_at_risk).then(pl.coalesce("reason_now", "reason")).otherwise("reason")
    return (
        carried.join(wanted.with_columns(holds=pl.lit(value=True)), on=["account_id", "action"], how="left")
        .with_columns(
            status.alias("status"),
            pl.when(is_done).then(done).alias("done_date"),
            reason.alias("reason"),
        )
        .select(COLUMNS)
    )


def _opened(wanted: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    days_ago = (pl.lit(month.last_day) - pl.col("last_done_date")).dt.total_days()
    was_done_lately = (days_ago < pl.col("again_after_days")).fill_null(value=False)
    return (
        wanted.filter(pl.col("opens") & ~was_done_lately)
        .with_columns(
            pl.lit("open").alias("status"),
            pl.lit(month.first_day).alias("opened_month"),
            pl.lit(None, pl.Date).alias("done_date"),
        )
        .select(COLUMNS)
    )
