"""Risk lifts: poor health raises the tier by one rank for some months, once, and then a person is asked."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.ranks import TOP_RANK, months_since, null_as_false
from transforms.tiers.target import is_affordable


def with_lift_endings(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add whether a running lift ends or continues, before base tiers move.

    ``is_lift_ending``: the lift had an effect last month and no longer has one, because it ends, or because it is
    unaffordable and the account's grant has ended. A demotion in the same month would take two ranks at once.
    """
    had_effect = pl.col("tier_before") > pl.col("base_before")
    was_running = pl.col("previous_lift_started_month").is_not_null()
    is_over = null_as_false(months_since("previous_lift_started_month", month) >= policy.lift.months)
    is_well = null_as_false(pl.col("health") >= policy.lift.healthy_from)
    return (
        working.with_columns((was_running & (is_over | is_well)).alias("has_lift_ended"))
        .with_columns((was_running & ~pl.col("has_lift_ended")).alias("is_lift_continuing"))
        .with_columns(
            (
                null_as_false(had_effect)
                & ~(
                    pl.col("is_lift_continuing")
                    & (null_as_false(pl.col("previous_is_lift_affordable")) | pl.col("has_grant"))
                )
            ).alias("is_lift_ending")
        )
    )


def with_lift(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add the lift's state after base tiers have moved, and ``tier_rank``: base plus a lift in effect.

    A null health neither starts nor ends a lift. The next lift needs good health in some consecutive scored
    months since the last one and some months of waiting; one that was unaffordable leaves it armed.
    """
    rule = policy.lift
    health = pl.col("health")
    former_streak = pl.col("previous_healthy_streak_months").fill_null(0)
    streak = pl.when(health.is_null()).then(former_streak).when(health >= rule.healthy_from).then(former_streak + 1)
    ended = pl.when("has_lift_ended").then(pl.lit(month.first_day)).otherwise("previous_last_lift_ended_month")
    return (
        working.with_columns(
            streak.otherwise(0).cast(pl.Int64).alias("healthy_streak_months"),
            ended.alias("last_lift_ended_month"),
            is_ill(policy).alias("is_ill"),
            _can_afford_lift(policy).alias("_affords"),
        )
        .with_columns(
            (
                pl.col("previous_is_lift_armed").fill_null(value=True)
                | (pl.col("healthy_streak_months") >= rule.rearm_healthy_months)
            ).alias("_was_armed")
        )
        .with_columns(_starts(policy, month).alias("has_lift_started"))
        .with_columns(*_state_after(month))
        .with_columns(
            (
                pl.col("lift_started_month").is_not_null()
                & (null_as_false(pl.col("is_lift_affordable")) | pl.col("has_grant"))
            ).alias("_has_effect")
        )
        .with_columns(
            pl.min_horizontal(pl.lit(TOP_RANK, pl.Int8), pl.col("base") + pl.col("_has_effect").cast(pl.Int8))
            .cast(pl.Int8)
            .alias("tier_rank")
        )
        .drop("_affords", "_was_armed", "_has_effect")
    )


def is_ill(policy: Policy) -> pl.Expr:
    """Return whether health justifies a lift: it is poor, or doubtful and has fallen within two months."""
    rule = policy.lift
    health = pl.col("health")
    best_of_late = pl.max_horizontal("health_1_month_ago", "health_2_months_ago")
    has_fallen = (health < rule.falling_below) & (best_of_late - health >= rule.falling_by)
    return null_as_false(health < rule.ill_below) | null_as_false(has_fallen)


def _can_afford_lift(policy: Policy) -> pl.Expr:
    """Return whether the account can afford the lifted rank: the one above the base, or the top if that is the base."""
    affords = is_affordable(policy, TOP_RANK, pl.lit(value=False))
    for rank in range(TOP_RANK, 0, -1):
        affords = (
            pl.when(pl.col("base") == rank - 1).then(is_affordable(policy, rank, pl.lit(value=True))).otherwise(affords)
        )
    return affords


def _starts(policy: Policy, month: Month) -> pl.Expr:
    waited = months_since("last_lift_ended_month", month) >= policy.lift.rearm_wait_months
    return (
        ~pl.col("is_lift_continuing")
        & ~pl.col("has_lift_ended")
        & pl.col("_was_armed")
        & waited.fill_null(value=True)
        & pl.col("is_ill")
    )


def _state_after(month: Month) -> tuple[pl.Expr, ...]:
    started = pl.col("has_lift_started")
    uses_up = pl.col("_affords") | pl.col("has_grant")
    return (
        pl.when(started)
        .then(pl.lit(month.first_day))
        .when("is_lift_continuing")
        .then("previous_lift_started_month")
        .alias("lift_started_month"),
        pl.when(started)
        .then("_affords")
        .when("is_lift_continuing")
        .then("previous_is_lift_affordable")
        .alias("is_lift_affordable"),
        pl.when(started).then(~uses_up).otherwise("_was_armed").alias("is_lift_armed"),
        pl.when(started).then(0).otherwise("healthy_streak_months").cast(pl.Int64).alias("healthy_streak_months"),
    )
