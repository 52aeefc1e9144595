"""Streaks of months with a target on one side, and contract events that allow a promotion at once."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.amounts import at_most
from transforms.tiers.ranks import months_since, null_as_false


def with_streaks(working: pl.LazyFrame) -> pl.LazyFrame:
    """Add the streaks, this month included.

    A streak restarts if the target is not on its side. A month without a priority does not change it, unless
    the ceiling alone puts the target below: such a month counts.
    """
    above = pl.col("target") > pl.col("base_before")
    below = pl.col("target") < pl.col("base_before")
    stands_still = ~pl.col("is_scored") & ~below

    def streak(name: str, on_its_side: pl.Expr) -> pl.Expr:
        former = pl.col(f"previous_{name}").fill_null(0)
        return (
            pl.when(pl.col("is_start"))
            .then(0)
            .when(stands_still)
            .then(former)
            .when(on_its_side)
            .then(former + 1)
            .otherwise(0)
            .cast(pl.Int64)
            .alias(name)
        )

    return working.with_columns(streak("promotion_streak_months", above), streak("demotion_streak_months", below))


def with_contract_event(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add whether a contract event acts this month, and the state that the next month needs of it.

    An event acts in its own month or, without a priority then, in the next scored one, a few months later at
    most; the first scored month uses it up, promotion or not.
    """
    waits = policy.movement.contract_event.waits_months
    since = months_since("previous_last_contract_event_month", month)
    still_pending = null_as_false(pl.col("previous_is_contract_event_pending") & (since <= waits))
    return (
        working.with_columns((_has_event(policy) & ~pl.col("has_entered")).alias("_has_event"))
        .with_columns((pl.col("_has_event") | still_pending).alias("_awaits"))
        .with_columns(
            (pl.col("_awaits") & pl.col("is_scored") & ~pl.col("is_start")).alias("does_contract_event_act"),
            pl.when("_has_event")
            .then(pl.lit(month.first_day))
            .otherwise("previous_last_contract_event_month")
            .alias("last_contract_event_month"),
            (pl.col("_awaits") & ~pl.col("is_scored") & null_as_false(pl.col("_has_event") | (since < waits))).alias(
                "is_contract_event_pending"
            ),
        )
        .drop("_has_event", "_awaits")
    )


def _has_event(policy: Policy) -> pl.Expr:
    rule = policy.movement.contract_event
    arr = pl.col("arr")
    month_ago = pl.col("arr_1_month_ago")
    reference = pl.max_horizontal("arr_1_month_ago", "arr_2_months_ago")
    has_grown = (
        (reference > 0)
        & at_most((1 + rule.growth_share) * reference, arr)
        & at_most(pl.lit(rule.minimum_growth_amount), arr - reference)
    )
    has_new_product = (month_ago > 0) & at_most(rule.new_product_share * month_ago, pl.col("new_product_arr"))
    return null_as_false(has_grown) | null_as_false(has_new_product)
