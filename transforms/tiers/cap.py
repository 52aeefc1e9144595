"""The move cap: how many accounts may leave a tier in a month, and who goes first."""

from __future__ import annotations

import polars as pl

from transforms.policy import Policy
from transforms.tiers.ranks import null_as_false


def with_cap(gated: pl.LazyFrame, state: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """Add ``is_over_cap``: the move passed every other gate, but too many leave its tier this month.

    The longest streak goes first, then the largest distance beyond the boundary crossed, then the lowest
    account_id. Score moves and ceiling demotions are capped separately, each by a share of the accounts that had
    that base tier the month before.

    Args:
        gated: The working frame with ``is_gated``, ``gate`` and ``step_rank``.
        state: account_tiers of the month before, exiting accounts included: the shares count them.
        policy: The policy.
    """
    before, target = pl.col("base_before"), pl.col("target")
    # A floor can stop the fall above the ceiling. It is still the ceiling's move unless the score asked for it.
    pulls_down = (target == pl.col("ceiling")) | (pl.col("score_target") >= before)
    is_granted = pl.col("has_floor_above") & (pl.col("step_rank") <= pl.col("floor"))
    place = pl.col("_is_candidate").cast(pl.Int64).cum_sum().over("base_before", "_is_ceiling_move", order_by="_order")
    cap = pl.when("_is_ceiling_move").then("_ceiling_cap").otherwise("_score_cap")
    return (
        gated.join(_caps(state, policy), left_on="previous_base_tier_without_override", right_on="_tier", how="left")
        .with_columns(
            (pl.col("is_gated") & pl.col("gate").is_null() & ~is_granted).alias("_is_candidate"),
            ((target < before) & pl.col("is_ceiling_binding") & pulls_down).alias("_is_ceiling_move"),
        )
        .with_columns(_order(policy).alias("_order"))
        .with_columns(null_as_false(pl.col("_is_candidate") & (place > cap)).alias("is_over_cap"))
        .drop("_is_candidate", "_is_ceiling_move", "_order", "_score_cap", "_ceiling_cap")
    )


def _caps(state: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """Return both caps of each tier, in accounts: _tier, _score_cap, _ceiling_cap."""
    cap = policy.movement.move_cap

    def at_least(share: float) -> pl.Expr:
        # Rounded first: 0.07 x 100 is 7.000000000000001 in floating point, and must not become 8.
        return pl.max_horizontal(pl.lit(cap.minimum_accounts), (pl.len() * share).round(9).ceil()).cast(pl.Int64)

    return state.group_by(pl.col("base_tier_without_override").alias("_tier")).agg(
        at_least(cap.score_share).alias("_score_cap"), at_least(cap.ceiling_share).alias("_ceiling_cap")
    )


def _order(policy: Policy) -> pl.Expr:
    """Return each account's place in the queue of all moves."""
    is_up = pl.col("target") > pl.col("base_before")
    streak = pl.when(is_up).then("promotion_streak_months").otherwise("demotion_streak_months")
    distance = pl.when("_is_ceiling_move").then(0.0).otherwise(_distance(policy))
    queue = pl.arg_sort_by(streak, distance, "account_id", descending=[True, True, False], nulls_last=True)
    # The inverse of the permutation: sorting the frame would move all its columns.
    return queue.arg_sort()


def _distance(policy: Policy) -> pl.Expr:
    """Return the points beyond the boundary that the move crosses first, without margin."""
    edges = policy.movement.boundaries
    before, score = pl.col("base_before"), pl.col("priority")
    return (
        pl.when(pl.col("target") > before)
        .then(score - pl.when(before == 0).then(edges.mid_touch).otherwise(edges.high_touch))
        .otherwise(pl.when(before == 1).then(edges.mid_touch).otherwise(edges.high_touch) - score)
    )
