"""Who is ill, who is well and who is silent: what lifts, actions and the list of accounts at risk go by."""

from __future__ import annotations

import polars as pl

from transforms.contracts.columns.tiers import ILL_CONDITION_CODES
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.amounts import at_most
from transforms.tiers.ranks import null_as_false

_MASK_MONTHS = 6


def with_silence(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add whether accounts are silent and since when, and whether silence is suspended for all.

    A month without events is silence only where usage is known: elsewhere ``events`` is null.
    """
    rule = policy.silence
    if rule is None:
        return working.with_columns(
            pl.lit(value=False).alias("is_silent"),
            pl.lit(None, pl.Date).alias("silent_since_month"),
            pl.lit(value=False).alias("has_widespread_silence"),
            pl.lit(value=True).alias("is_silence_suspended"),
        )
    is_silent = null_as_false((pl.col("events") == 0) & (_tenure_days(month) >= rule.minimum_tenure_days))
    share = pl.col("is_silent").mean()
    was_widespread = pl.col("previous_has_widespread_silence").any()
    is_widespread = (pl.len() >= rule.minimum_accounts) & (
        (share > rule.suspended_above_share) | (was_widespread & (share >= rule.resumed_below_share))
    )
    return (
        working.with_columns(is_silent.alias("is_silent"))
        .with_columns(
            pl.when("is_silent")
            .then(pl.coalesce("previous_silent_since_month", pl.lit(month.first_day)))
            .alias("silent_since_month"),
            is_widespread.alias("has_widespread_silence"),
            pl.col("has_sudden_silence").any().alias("_is_sudden"),
        )
        .with_columns((pl.col("has_widespread_silence") | pl.col("_is_sudden")).alias("is_silence_suspended"))
        .drop("_is_sudden")
    )


def with_illness(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add which conditions make accounts ill, the months of illness, and the streak of well months.

    An account about which too little is known, or that is silent while silence is suspended, is neither ill nor
    well: its streak stands still.
    """
    conditions = {code: _may_be_ill(policy, month) & holds for code, holds in _conditions(policy, month).items()}
    codes = pl.concat_str(
        [pl.when(holds).then(pl.lit(code)) for code, holds in conditions.items()], separator=",", ignore_nulls=True
    )
    is_unclear = (pl.col("health").is_null() & ~pl.col("is_silent")) | _is_silence_void()
    former_streak = pl.col("previous_healthy_streak_months").fill_null(0)
    streak = pl.when(is_unclear).then(former_streak).when(_is_well(policy)).then(former_streak + 1).otherwise(0)
    mask = pl.col("previous_ill_months_of_6").fill_null(0) * 2 + pl.col("is_ill").cast(pl.Int64)
    return (
        working.with_columns(codes.replace("", None).alias("ill_conditions"))
        .with_columns(pl.col("ill_conditions").is_not_null().alias("is_ill"))
        .with_columns(
            (mask % 2**_MASK_MONTHS).alias("ill_months_of_6"),
            streak.cast(pl.Int64).alias("healthy_streak_months"),
        )
    )


def is_chronic(policy: Policy, month: Month) -> pl.Expr:
    """Return whether an account has been ill for long, or again while no lift can start.

    Args:
        policy: The policy in force.
        month: The month.

    Returns:
        An expression over is_ill, ill_months_of_6, lift_started_month, is_lift_armed and last_lift_ended_month, as
        they stand in ``account_tiers`` of the month.
    """
    mask = pl.col("ill_months_of_6")
    is_long_ill = mask.bitwise_count_ones() >= policy.lift.chronic_months
    was_ill = mask // 2 % 2 == 1
    is_waiting = null_as_false(pl.col("last_lift_ended_month") > (month - policy.lift.rearm_wait_months).first_day)
    has_no_way = pl.col("lift_started_month").is_null() & (~pl.col("is_lift_armed") | is_waiting)
    return pl.col("is_ill") & (is_long_ill | (was_ill & has_no_way))


def _conditions(policy: Policy, month: Month) -> dict[str, pl.Expr]:
    rule, health = policy.lift, pl.col("health")
    fall = pl.max_horizontal("health_1_month_ago", "health_2_months_ago") - health
    used_since = (month - rule.newly_silent_months).first_day
    holds = (
        health < rule.ill_below,
        (health < rule.falling_below) & at_most(pl.lit(rule.falling_by), fall),
        pl.col("is_silent") & (pl.col("last_active_date") >= used_since),
    )
    return {code: null_as_false(one) for code, one in zip(ILL_CONDITION_CODES, holds, strict=True)}


def _may_be_ill(policy: Policy, month: Month) -> pl.Expr:
    """Return whether anything may make an account ill: not in grace, not in its first days, not by a broken feed."""
    is_settled = _tenure_days(month) >= policy.lift.minimum_tenure_days
    # The metric leaves out the usual gap but for its last day, so one day of it is still within the gap.
    is_idle = null_as_false(pl.col("usage_recency_days") > policy.lift.young_idle_days + 1)
    return ~pl.col("is_in_grace") & (null_as_false(is_settled) | is_idle) & ~_is_silence_void()


def _is_well(policy: Policy) -> pl.Expr:
    is_used = (pl.col("events") > 0).fill_null(value=True)
    return null_as_false(pl.col("health") >= policy.lift.healthy_from) & ~pl.col("is_ill") & is_used


def _is_silence_void() -> pl.Expr:
    return pl.col("is_silent") & pl.col("is_silence_suspended")


def _tenure_days(month: Month) -> pl.Expr:
    return (pl.lit(month.last_day) - pl.col("tenure_start_date")).dt.total_days()
