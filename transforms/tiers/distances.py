"""The distance to the next tier up and down, the months to wait, and all that stands between."""

from __future__ import annotations

import polars as pl

from transforms.contracts.model import TIERS
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.ranks import TOP_RANK, months_since
from transforms.tiers.target import arr_to_pay, entitled_cost, is_affordable


def with_distances(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add points to the next boundaries, the ARR that the next tier takes, months to wait and the constraints.

    All of it is seen from the new base tier without override. ``months_to_wait`` supposes that the score is
    high enough from the next month on, or goes on being so: it counts what dwell, cooldown and an active
    override still take. Where money forbids the next tier, there is no month to wait for.
    """
    return (
        working.with_columns(
            _points_to_promotion(policy).alias("points_to_promotion"),
            _points_to_demotion(policy).alias("points_to_demotion"),
            _arr_for_promotion(policy).alias("arr_for_promotion"),
            pl.col("override_end_date").dt.offset_by("1d").alias("_override_gone_date"),
            _can_afford_next(policy).alias("_affords_next"),
            *_waits(policy, month),
        )
        .with_columns(_constraints().alias("binding_constraints"), _months_to_wait(month).alias("months_to_wait"))
        .with_columns(
            pl.lit(month.first_day).dt.offset_by(pl.format("{}mo", "months_to_wait")).alias("earliest_promotion_month"),
            pl.col("binding_constraints").str.split(",").list.first().alias("binding_constraint"),
        )
        .drop("_override_gone_date", "_affords_next", "_dwell", "_cooldown")
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
    """Return whether money allows the next tier; nothing is dearer at the first priority, which passes no gate."""
    affords = pl.lit(value=True)
    for rank in range(TOP_RANK):
        next_one = is_affordable(policy, rank + 1, ~pl.col("is_provisional"))
        affords = pl.when(pl.col("base") == rank).then(next_one).otherwise(affords)
    return affords


def _arr_for_promotion(policy: Policy) -> pl.Expr:
    """Return the ARR from which on the next tier is affordable; null where it is already, and at the top."""
    economics = policy.economics
    needed = pl.lit(None, pl.Float64)
    for rank in range(TOP_RANK):
        hours: float = getattr(economics.entitled_hours_per_year, TIERS[rank + 1])
        factor = pl.when("is_provisional").then(1.0).otherwise(economics.upward_cost_factor)
        cost = entitled_cost(economics, hours) * factor
        needed = pl.when(pl.col("base") == rank).then(arr_to_pay(economics, cost)).otherwise(needed)
    return pl.when(~_can_afford_next(policy)).then(needed)


def _waits(policy: Policy, month: Month) -> tuple[pl.Expr, pl.Expr]:
    """Return the months still missing of the dwell and of the cooldown.

    No gate waits for the first priority, nor for the contract event that acts with the next one.
    """
    dwell = pl.lit(policy.movement.promotion_dwell_months, pl.Int64) - pl.col("promotion_streak_months")
    cooldown = pl.lit(policy.movement.cooldown_months, pl.Int64) - months_since("last_base_move_month", month)
    is_gated = ~(pl.col("is_provisional") | pl.col("is_contract_event_pending"))
    return (
        pl.when(is_gated).then(dwell).alias("_dwell"),
        pl.when(is_gated).then(cooldown.cast(pl.Int64)).alias("_cooldown"),
    )


def _months_to_wait(month: Month) -> pl.Expr:
    """Return the months until a promotion, one at least: the next month; null at the top and where money forbids it.

    An override is gone in the first month whose last day lies after its end.
    """
    wait = pl.max_horizontal(
        pl.lit(1, pl.Int64),
        "_dwell",
        "_cooldown",
        pl.when("is_overridden").then(-months_since("_override_gone_date", month).cast(pl.Int64)),
    )
    return pl.when((pl.col("base") < TOP_RANK) & pl.col("_affords_next")).then(wait)


def _constraints() -> pl.Expr:
    """Return all constraints in order: an override, missing data, money, the score, the gate that waits longest.

    A gate that opens next month waits for nothing; it is listed only where it stopped this month's promotion.
    """
    is_stopped = (pl.col("target") > pl.col("base")) & pl.col("blocked_by").is_not_null()
    gate = (
        pl.when(pl.col("_cooldown") > pl.max_horizontal("_dwell", pl.lit(1)))
        .then(pl.lit("cooldown"))
        .when(pl.col("_dwell") > 1)
        .then(pl.lit("dwell"))
        .when(is_stopped)
        .then("blocked_by")
    )
    constraints = {
        "override": pl.col("is_overridden"),
        "insufficient_data": ~pl.col("is_scored"),
        "economic_ceiling": ~pl.col("_affords_next"),
        "score": pl.col("points_to_promotion") > 0,
    }
    codes = [pl.when(holds).then(pl.lit(code)) for code, holds in constraints.items()]
    listed = pl.concat_str([*codes, gate], separator=",", ignore_nulls=True)
    return pl.when(pl.col("base") < TOP_RANK).then(listed.replace("", None))
