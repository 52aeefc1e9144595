"""The pure step: published state of M-1, features of M and the policy give the tiers of M."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from transforms.lifecycle import structural_stage
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.arrival import arrive
from transforms.tiers.decision import with_decision, with_override
from transforms.tiers.distances import with_distances
from transforms.tiers.events import with_contract_event, with_streaks
from transforms.tiers.gates import with_moves
from transforms.tiers.illness import with_illness, with_silence
from transforms.tiers.lift import with_lift, with_lift_endings
from transforms.tiers.ranks import tier_of
from transforms.tiers.target import with_target
from transforms.tiers.working import STEPPED

VERSIONS = {
    1: "as in 0.1.0",
    2: "silence and illness as facts, lifts of three to six months, placement, money before points",
}

SubStep = Callable[[pl.LazyFrame], pl.LazyFrame]


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
    working = features
    for sub_step in sub_steps(state, policy, month).values():
        working = working.pipe(sub_step)
    return working.select(STEPPED)


def sub_steps(state: pl.LazyFrame, policy: Policy, month: Month) -> dict[str, SubStep]:
    """Return the parts of the step in order, each under the name by which ``WORKING`` describes its columns.

    Args:
        state: account_tiers of the month before.
        policy: The policy in force in the month.
        month: The month.
    """
    return {
        "arrival": lambda features: arrive(state, features),
        "silence": lambda working: with_silence(working, policy, month),
        "illness": lambda working: with_illness(working, policy, month),
        "target": lambda working: with_target(working, policy),
        "streaks": with_streaks,
        "contract_event": lambda working: with_contract_event(working, policy, month),
        "lift_endings": lambda working: with_lift_endings(working, policy, month),
        "moves": lambda working: with_moves(working, state, policy, month),
        "lift": lambda working: with_lift(working, policy, month),
        "names": lambda working: _with_names(working, policy),
        "override": with_override,
        "decision": lambda working: with_decision(working, policy, month),
        "distances": lambda working: with_distances(working, policy, month),
    }


def _with_names(working: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    is_still_provisional = pl.col("has_entered") | pl.col("previous_is_provisional")
    return working.with_columns(
        (~pl.col("is_scored") & is_still_provisional).alias("is_provisional"),
        (pl.col("is_lift_in_effect") & (pl.col("tier_rank") > pl.col("base"))).alias("is_lift_raising"),
        structural_stage(policy.lifecycle).alias("structural_stage"),
        tier_of("tier_rank").alias("tier_without_override"),
        tier_of("base").alias("base_tier_without_override"),
        tier_of("score_target").alias("score_target_tier"),
        tier_of("ceiling").alias("ceiling_tier"),
        tier_of("floor").alias("floor_tier"),
        tier_of("target").alias("target_tier"),
    )
