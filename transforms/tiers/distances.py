"""The distance to the next tier up and down, the months to wait, and the binding constraint."""

from __future__ import annotations

import polars as pl

from transforms.contracts.model import TIERS
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.ranks import TOP_RANK, months_since
from transforms.tiers.target import is_affordable


def with_distances(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add points to the next boundaries, months to wait and the binding constraint.

    All of it is seen from the new base tier without override. ``months_to_wait`` supposes that the score is
    high enough from the next month on, or goes on being so: it counts what dwell, cooldown and an active
    override still take.
    """
    return (
        working.with_columns(
            _points_to_promotion(policy).alias("points_to_promotion"),
            _points_to_demotion(policy).alias("points_to_demotion"),
            _can_afford_next(policy).alias("_affords_next"),
            pl.col("override_end_date").dt.offset_by("1d").alias("_override_gone_date"),
        )
        .with_columns(_months_to_wait(policy, month).alias("months_to_wait"))
        .with_columns(
            pl.lit(month.first_day).dt.offset_by(pl.format("{}mo", "months_to_wait")).alias("earliest_promotion_month"),
            _binding_constraint().alias("binding_constraint"),
        )
        .drop("_affords_next", "_override_gone_date")
    )


def _edges(policy: Policy) -> list[float]:
    return [getattr(policy.movement.boundaries, tier) for tier in TIERS[1:]]


def _points_to_promotion(policy: Policy) -> pl.Expr:
    missing = pl.lit(None, pl.Float64)
    for rank, edge in enumerate(_edges(policy)):
        needed = edge + policy.movement.margin - pl.col("priority")
        missing = pl.when(pl.col("base") == rank).then(needed.clip(lower_bound=0)).otherwise(missing)
    return missing


def _points_to_demotion(policy: Policy) -> pl.Expr:
    left = pl.lit(None, pl.Float64)
    for rank, edge in enumerate(_edges(policy), start=1):
        spare = pl.col("priority") - (edge - policy.movement.margin)
        left = pl.when(pl.col("base") == rank).then(spare.clip(lower_bound=0)).otherwise(left)
    return left


def _can_afford_next(policy: Policy) -> pl.Expr:
    affords = pl.lit(value=True)
    for rank in range(TOP_RANK):
        next_one = is_affordable(policy, rank + 1, pl.lit(value=True))
        affords = pl.when(pl.col("base") == rank).then(next_one).otherwise(affords)
    return affords


def _months_to_wait(policy: Policy, month: Month) -> pl.Expr:
    """Months still missing of the dwell (one at least: the next month), the cooldown and the override.

    No gate waits for the first priority, nor for the contract event that acts with the next one. An override
    is gone in the first month whose last day lies after its end.
    """
    dwell = pl.lit(policy.movement.promotion_dwell_months, pl.Int64) - pl.col("promotion_streak_months")
    cooldown = pl.lit(policy.movement.cooldown_months, pl.Int64) - months_since("last_base_move_month", month)
    is_gated = ~(pl.col("is_provisional") | pl.col("is_contract_event_pending"))
    wait = pl.max_horizontal(
        pl.lit(1, pl.Int64),
        pl.when(is_gated).then(pl.max_horizontal(dwell, cooldown.cast(pl.Int64))),
        pl.when("is_overridden").then(-months_since("_override_gone_date", month).cast(pl.Int64)),
    )
    return pl.when(pl.col("base") < TOP_RANK).then(wait)


def _binding_constraint() -> pl.Expr:
    """Return the first constraint that binds: an override, missing data, the score, the economics, then a gate."""
    is_score_short = pl.col("points_to_promotion") > 0
    return pl.when(pl.col("base") < TOP_RANK).then(
        pl.when("is_overridden")
        .then(pl.lit("override"))
        .when(~pl.col("is_scored"))
        .then(pl.lit("insufficient_data"))
        .when(is_score_short)
        .then(pl.lit("score"))
        .when(~pl.col("_affords_next"))
        .then(pl.lit("economic_ceiling"))
        .otherwise(pl.coalesce("blocked_by", pl.lit("dwell")))
    )
