"""Where an account should be: by its score, under the economic ceiling, above the strategic floor."""

from __future__ import annotations

import polars as pl

from transforms.contracts.model import TIERS
from transforms.economics import complexity_factor
from transforms.exact import divided
from transforms.policy import Policy
from transforms.policy.sections import Economics
from transforms.tiers.amounts import at_most
from transforms.tiers.ranks import null_as_false


def is_affordable(policy: Policy, rank: int, is_above_present: pl.Expr) -> pl.Expr:
    """Return whether an account can pay for a rank; rank 0 always can.

    Entitled cost = hours x (1 + complexity surcharge) x rate, raised by the upward factor for a rank above
    the present one. It may take at most its share of gross profit, and enough must remain after support.

    Args:
        policy: The policy.
        rank: The rank that is judged.
        is_above_present: Whether that rank lies above the account's present base.
    """
    if rank == 0:
        return pl.lit(value=True)
    economics = policy.economics
    cost = entitled_cost(economics, getattr(economics.entitled_hours_per_year, TIERS[rank]))
    return can_pay(economics, pl.when(is_above_present).then(cost * economics.upward_cost_factor).otherwise(cost))


def entitled_cost(economics: Economics, hours: float) -> pl.Expr:
    """Return what entitled hours per year cost, in currency per year, the complexity surcharge included."""
    return complexity_factor(economics) * (hours * economics.csm_rate_per_hour)


def can_pay(economics: Economics, cost: pl.Expr) -> pl.Expr:
    """Return whether a cost per year takes no more than its share of gross profit and leaves enough after support."""
    profit = pl.col("gross_profit").fill_null(0.0)
    remaining = profit - pl.col("support_cost").fill_null(0.0) - cost
    return at_most(cost, economics.maximum_cost_share * profit) & at_most(
        economics.minimum_remaining_share * profit, remaining
    )


def arr_to_pay(economics: Economics, cost: pl.Expr) -> pl.Expr:
    """Return the ARR from which on a cost per year is affordable, support cost as it is; null where none is enough."""
    support = pl.col("support_cost").fill_null(0.0)
    per_share = economics.maximum_cost_share * economics.gross_margin_share
    per_rest = (1 - economics.minimum_remaining_share) * economics.gross_margin_share
    if min(per_share, per_rest) <= 0:
        return pl.lit(None, pl.Float64)
    return pl.max_horizontal(divided(cost, per_share), divided(cost + support, per_rest))


def ceiling_rank(policy: Policy, present: pl.Expr, *, is_strict: pl.Expr) -> pl.Expr:
    """Return the highest affordable rank.

    Args:
        policy: The policy.
        present: The present base rank.
        is_strict: Whether ranks above the present one need the extra room (not at a start).
    """
    highest = pl.lit(0, pl.Int8)
    for rank in range(1, len(TIERS)):
        affordable = is_affordable(policy, rank, is_strict & (present < rank))
        highest = pl.when(affordable).then(pl.lit(rank, pl.Int8)).otherwise(highest)
    return highest


def with_target(working: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """Add ``score_target``, ``ceiling``, ``target`` as ranks, and what made the target.

    ``is_ceiling_binding``: the ceiling lies below the score target. ``is_floor_binding``: the floor raised
    the target.
    """
    before, is_start = pl.col("base_before"), pl.col("is_start")
    return (
        working.with_columns(
            _score_target(policy).alias("score_target"),
            ceiling_rank(policy, before, is_strict=~is_start).alias("ceiling"),
        )
        .with_columns(pl.min_horizontal("score_target", "ceiling").alias("_capped"))
        .with_columns(
            pl.max_horizontal("_capped", "floor").alias("target"),
            (pl.col("ceiling") < pl.col("score_target")).alias("is_ceiling_binding"),
            null_as_false(pl.col("floor") > pl.col("_capped")).alias("is_floor_binding"),
        )
        .drop("_capped")
    )


def _score_target(policy: Policy) -> pl.Expr:
    """Bare boundaries at a start; otherwise the walk from the former rank, which a margin holds back.

    Walking up while s >= b + margin and down while s < b - margin ends at the former rank clipped between
    the number of boundaries passed with and without the margin, because boundaries rise with the rank.
    """
    boundaries = [getattr(policy.movement.boundaries, tier) for tier in TIERS[1:]]
    margin = policy.movement.margin

    def passed(offset: float) -> pl.Expr:
        return pl.sum_horizontal((pl.col("priority") >= edge + offset).cast(pl.Int8) for edge in boundaries)

    before = pl.col("base_before")
    return (
        pl.when(~pl.col("is_scored"))
        .then(before)
        .when(pl.col("is_start"))
        .then(passed(0))
        .otherwise(pl.min_horizontal(pl.max_horizontal(before, passed(margin)), passed(-margin)))
        .cast(pl.Int8)
    )
