"""The pure step: published state of M-1, features of M and the policy give the tiers of M."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.arrival import arrive
from transforms.tiers.decision import with_decision, with_override
from transforms.tiers.distances import with_distances
from transforms.tiers.events import with_contract_event, with_streaks
from transforms.tiers.gates import with_moves
from transforms.tiers.lift import with_lift, with_lift_endings
from transforms.tiers.ranks import tier_of
from transforms.tiers.target import with_target

VERSIONS = {1: "as in 0.1.0"}

STEPPED = (
    "account_id",
    "tier",
    "base_tier",
    "previous_tier",
    "previous_base_tier",
    "tier_without_override",
    "base_tier_without_override",
    "score_target_tier",
    "ceiling_tier",
    "floor_tier",
    "target_tier",
    "decided_by",
    "reasons",
    "blocked_by",
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
    "points_to_promotion",
    "points_to_demotion",
    "months_to_wait",
    "earliest_promotion_month",
    "binding_constraint",
    "arr",
)
"""The columns of account_tiers that the step itself gives."""


def step(state: pl.LazyFrame, features: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Compute a month's tiers, over all accounts at once.

    Args:
        state: account_tiers as published for the month before, accounts that have left since included; empty
            in the first month.
        features: The month's account_features joined with its account_scores, one row per account in scope.
        policy: The policy in force in the month.
        month: The month.

    Returns:
        One row per account in scope with the ``STEPPED`` columns of account_tiers, in no particular order.
    """
    working = arrive(state, features)
    working = with_target(working, policy)
    working = with_streaks(working)
    working = with_contract_event(working, policy, month)
    working = with_lift_endings(working, policy, month)
    working = with_moves(working, state, policy, month)
    working = with_lift(working, policy, month)
    working = _with_names(working)
    working = with_override(working)
    working = with_decision(working, policy)
    working = with_distances(working, policy, month)
    return working.select(STEPPED)


def _with_names(working: pl.LazyFrame) -> pl.LazyFrame:
    is_still_provisional = pl.col("has_entered") | pl.col("previous_is_provisional")
    return working.with_columns(
        (~pl.col("is_scored") & is_still_provisional).alias("is_provisional"),
        (pl.col("tier_rank") > pl.col("base")).alias("is_lift_in_effect"),
        tier_of("tier_rank").alias("tier_without_override"),
        tier_of("base").alias("base_tier_without_override"),
        tier_of("score_target").alias("score_target_tier"),
        tier_of("ceiling").alias("ceiling_tier"),
        tier_of("floor").alias("floor_tier"),
        tier_of("target").alias("target_tier"),
    )
