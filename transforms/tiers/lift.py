"""Risk lifts: an ill account gets one tier more for some months, once, until it has recovered and earned another."""

from __future__ import annotations

import polars as pl

from transforms.contracts.model import TIERS
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.ranks import TOP_RANK, months_since, null_as_false
from transforms.tiers.target import can_pay, entitled_cost


def with_lift_endings(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add whether a running lift ends or continues, before base tiers move.

    It ends after a streak of well months, not before its least duration, and at its longest in any case.
    ``is_lift_ending``: it ends, or an override takes its effect; a demotion in the same month would be a second step.
    """
    rule = policy.lift
    was_running = pl.col("previous_lift_started_month").is_not_null()
    age = months_since("previous_lift_started_month", month)
    has_recovered = (age >= rule.months) & (pl.col("healthy_streak_months") >= rule.end_healthy_months)
    is_over = null_as_false(has_recovered | (age >= rule.maximum_months))
    is_suspended = pl.col("override_tier").is_not_null()
    return (
        working.with_columns((was_running & is_over).alias("has_lift_ended"))
        .with_columns((was_running & ~pl.col("has_lift_ended")).alias("is_lift_continuing"))
        .with_columns(
            (pl.col("has_lift_ended") | (null_as_false(pl.col("previous_is_lift_in_effect")) & is_suspended)).alias(
                "is_lift_ending"
            )
        )
    )


def with_lift(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add the lift's state after base tiers have moved, and ``tier_rank``: base plus a running lift.

    A lift starts for an ill, armed account that can afford it, or holds a grant; it costs nothing at the top. Two
    consecutive well months since the start arm the next one, which waits for some months after the end.
    """
    rule = policy.lift
    waited = (months_since("last_lift_ended_month", month) >= rule.rearm_wait_months).fill_null(value=True)
    is_free = pl.col("lift_started_month").is_null() & ~pl.col("has_lift_ended") & pl.col("override_tier").is_null()
    ended = pl.when("has_lift_ended").then(pl.lit(month.first_day)).otherwise("previous_last_lift_ended_month")
    is_armed = pl.col("previous_is_lift_armed").fill_null(value=True) | (
        pl.col("healthy_streak_months") >= rule.rearm_healthy_months
    )
    return (
        working.with_columns(
            ended.alias("last_lift_ended_month"),
            pl.when("is_lift_continuing").then("previous_lift_started_month").alias("lift_started_month"),
            is_armed.alias("is_lift_armed"),
            _can_afford_lift(policy).alias("_affords"),
        )
        .with_columns((pl.col("is_ill") & pl.col("is_lift_armed") & waited & is_free).alias("_calls_for_lift"))
        .with_columns(
            (pl.col("_calls_for_lift") & (pl.col("_affords") | pl.col("has_grant"))).alias("has_lift_started")
        )
        .with_columns(
            (pl.col("_calls_for_lift") & ~pl.col("has_lift_started")).alias("is_lift_unaffordable"),
            *_state_after(month),
        )
        .with_columns(_raised_rank().alias("tier_rank"), *_effect())
        .drop("_affords", "_calls_for_lift")
    )


def _can_afford_lift(policy: Policy) -> pl.Expr:
    """Return whether the extra hours of a lift are affordable: those of its longest duration, not of a whole year."""
    hours = [getattr(policy.economics.entitled_hours_per_year, tier) for tier in TIERS]
    share_of_year = policy.lift.maximum_months / 12
    affords = pl.lit(value=True)
    for rank in range(TOP_RANK):
        lifted = hours[rank] + (hours[rank + 1] - hours[rank]) * share_of_year
        cost = entitled_cost(policy.economics, lifted) * policy.economics.upward_cost_factor
        affords = pl.when(pl.col("base") == rank).then(can_pay(policy.economics, cost)).otherwise(affords)
    return affords


def _state_after(month: Month) -> tuple[pl.Expr, ...]:
    started = pl.col("has_lift_started")
    return (
        pl.when(started).then(pl.lit(month.first_day)).otherwise("lift_started_month").alias("lift_started_month"),
        pl.when(started)
        .then("_affords")
        .when("is_lift_continuing")
        .then("previous_is_lift_affordable")
        .alias("is_lift_affordable"),
        (pl.col("is_lift_armed") & ~started).alias("is_lift_armed"),
        pl.when(started).then(0).otherwise("healthy_streak_months").cast(pl.Int64).alias("healthy_streak_months"),
    )


def _raised_rank() -> pl.Expr:
    is_running = pl.col("lift_started_month").is_not_null()
    raised = pl.col("base") + is_running.cast(pl.Int8)
    return pl.min_horizontal(pl.lit(TOP_RANK, pl.Int8), raised).cast(pl.Int8)


def _effect() -> tuple[pl.Expr, ...]:
    in_effect = pl.col("lift_started_month").is_not_null() & pl.col("override_tier").is_null()
    return in_effect.alias("is_lift_in_effect"), pl.lit(value=False).alias("is_held_out")
