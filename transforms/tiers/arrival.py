"""Bring the published state of the month before and the features of this month together."""

from __future__ import annotations

import polars as pl

from transforms.tiers.ranks import null_as_false, rank_of

STATE = (
    "tier",
    "base_tier",
    "tier_without_override",
    "base_tier_without_override",
    "promotion_streak_months",
    "demotion_streak_months",
    "last_base_move_month",
    "is_provisional",
    "override_start_date",
    "lift_started_month",
    "last_lift_ended_month",
    "is_lift_armed",
    "healthy_streak_months",
    "is_lift_affordable",
    "last_contract_event_month",
    "is_contract_event_pending",
)
"""What the step needs of a month's account_tiers to compute the next month."""

FEATURES = (
    "account_id",
    "arr",
    "arr_1_month_ago",
    "arr_2_months_ago",
    "new_product_arr",
    "priority",
    "health",
    "health_1_month_ago",
    "health_2_months_ago",
    "complexity_without_touchpoints",
    "gross_profit",
    "support_cost",
    "has_grant",
    "grant_floor_tier",
    "override_tier",
    "override_start_date",
    "override_end_date",
    "has_renewal_freeze",
    "has_open_escalation",
)
"""What the step needs of a month's account_features and account_scores."""

PREVIOUS = "previous_"


def arrive(state: pl.LazyFrame, features: pl.LazyFrame) -> pl.LazyFrame:
    """Join state and features into the working frame of the step.

    Args:
        state: account_tiers of the month before; empty for the first month.
        features: The ``FEATURES`` of this month, one row per account in scope.

    Returns:
        One row per account in scope: features, state with the prefix ``previous_`` and
        ``has_entered``: the account was not in scope the month before, whatever it was earlier.
        ``is_start``: the tier is assigned without gates, at entry and at the first month with a priority.
    """
    former = state.select("account_id", *(pl.col(name).alias(PREVIOUS + name) for name in STATE))
    has_entered = pl.col("previous_base_tier_without_override").is_null()
    is_scored = pl.col("priority").is_not_null()
    return (
        features.select(FEATURES)
        .join(former, on="account_id", how="left")
        .with_columns(
            has_entered.alias("has_entered"),
            is_scored.alias("is_scored"),
            (has_entered | (pl.col("previous_is_provisional") & is_scored)).alias("is_start"),
            rank_of("previous_base_tier_without_override").fill_null(0).alias("base_before"),
            rank_of("previous_tier_without_override").fill_null(0).alias("tier_before"),
            rank_of("grant_floor_tier").alias("floor"),
            null_as_false(pl.col("has_grant")).alias("has_grant"),
            null_as_false(pl.col("has_renewal_freeze")).alias("has_renewal_freeze"),
            null_as_false(pl.col("has_open_escalation")).alias("has_open_escalation"),
        )
    )
