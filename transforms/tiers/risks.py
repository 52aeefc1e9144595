"""Which accounts call for a person, why, and since when."""

from __future__ import annotations

import polars as pl

from transforms.contracts.columns.tiers import RISK_REASONS
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.illness import is_chronic

VERSIONS = {1: "accounts at risk, by the first reason that holds"}

RISK_ACTIONS = ("renewal_call", "chronic_risk", "usage_call", "adoption_help", "risk_call")
"""The actions that answer a risk; an account has one of them at most."""

_STAY = ("reason", "since_month", "reason_since_month")


def account_risks(
    accounts: pl.LazyFrame, former: pl.LazyFrame, before_former: pl.LazyFrame, policy: Policy, month: Month
) -> pl.LazyFrame:
    """List the accounts that call for a person, by the first reason that holds.

    A stay on the list, and for a reason, begins with its first month; a gap of one month does not break it, but an
    exit does: an account that returns starts anew.

    Args:
        accounts: One row per account in scope: the columns of account_tiers, and is_in_grace and last_active_date.
        former: account_risks of the month before.
        before_former: account_risks of the month before that.
        policy: The policy in force.
        month: The month.

    Returns:
        The accounts at risk, with reason, since_month and reason_since_month added.
    """
    before = [
        rows.select("account_id", *(pl.col(name).alias(f"_{name}_{ago}") for name in _STAY))
        for ago, rows in enumerate((former, before_former), start=1)
    ]
    since = pl.coalesce("_since_month_1", "_since_month_2", pl.lit(month.first_day))
    reason_since = pl.coalesce(
        *(
            pl.when(pl.col(f"_reason_{ago}") == pl.col("reason")).then(pl.col(f"_reason_since_month_{ago}"))
            for ago in (1, 2)
        ),
        pl.lit(month.first_day),
    )
    has_stayed = pl.col("previous_tier").is_not_null()
    return (
        accounts.with_columns(_reason(policy, month).alias("reason"))
        .filter(pl.col("reason").is_not_null())
        .join(before[0], on="account_id", how="left")
        .join(before[1], on="account_id", how="left")
        .with_columns(
            pl.when(has_stayed).then(since).otherwise(pl.lit(month.first_day)).alias("since_month"),
            pl.when(has_stayed).then(reason_since).otherwise(pl.lit(month.first_day)).alias("reason_since_month"),
        )
        .drop(f"_{name}_{ago}" for name in _STAY for ago in (1, 2))
    )


def risk_action(reason: pl.Expr, is_lift_in_effect: pl.Expr, is_held_out: pl.Expr) -> pl.Expr:
    """Return the one action that answers a risk; null for an account that an experiment holds out.

    Args:
        reason: The risk's reason; null where the account is not at risk: then a lift in effect still calls for help.
        is_lift_in_effect: Whether a lift is in effect.
        is_held_out: Whether an experiment withholds help from the account.
    """
    action = (
        pl.when(reason == "lapsed")
        .then(pl.lit("renewal_call"))
        .when(reason == "chronic")
        .then(pl.lit("chronic_risk"))
        .when(reason.is_in(["never_used", "silent"]))
        .then(pl.lit("usage_call"))
        .when(is_lift_in_effect)
        .then(pl.lit("adoption_help"))
        .when(reason.is_not_null())
        .then(pl.lit("risk_call"))
    )
    return pl.when(~is_held_out).then(action)


def _reason(policy: Policy, month: Month) -> pl.Expr:
    is_silent = pl.col("is_silent") & ~pl.col("is_silence_suspended")
    was_ever_used = pl.col("last_active_date").is_not_null()
    holds = {
        "lapsed": pl.col("is_in_grace"),
        "chronic": is_chronic(policy, month),
        "never_used": is_silent & ~was_ever_used,
        "silent": is_silent & was_ever_used,
        "ill_unaffordable": pl.col("is_lift_unaffordable"),
        "ill": pl.col("is_ill"),
    }
    return pl.coalesce(pl.when(holds[reason]).then(pl.lit(reason)) for reason in RISK_REASONS)
