"""Movement gates: what stops or shortens a move from the former base rank to the target."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.ranks import months_since, null_as_false


def with_moves(working: pl.LazyFrame, state: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add ``base`` (the new base rank without override), ``blocked_by`` and how the move came about.

    Starts and contract events go straight to the target, a grant straight to its floor; everything else
    passes the gates in their order.

    Args:
        working: The working frame with targets, streaks, contract events and lift endings.
        state: account_tiers of the month before, exiting accounts included: the cap counts them.
        policy: The policy.
        month: The month.
    """
    before, target, floor = pl.col("base_before"), pl.col("target"), pl.col("floor")
    moves_freely = pl.col("is_start") | pl.col("is_event_move")
    gated = (
        working.with_columns(
            (pl.col("does_contract_event_act") & (target > before)).alias("is_event_move"),
            null_as_false(~pl.col("is_start") & (floor > before)).alias("has_floor_above"),
        )
        .with_columns((~moves_freely & (target != before)).alias("is_gated"))
        .with_columns(_first_gate(policy, month).alias("_gate"), _one_step(policy).alias("_step_rank"))
    )
    return (
        _with_cap(gated, state, policy)
        .with_columns(_passed_rank().alias("_passed"))
        .with_columns(
            pl.when(moves_freely)
            .then(target)
            .when("has_floor_above")
            .then(pl.max_horizontal(floor, "_passed"))
            .otherwise("_passed")
            .cast(pl.Int8)
            .alias("base"),
        )
        .with_columns(
            (pl.col("has_floor_above") & ~pl.col("is_event_move") & (pl.col("base") == floor)).alias("is_grant_move"),
            _blocked_by().alias("blocked_by"),
        )
        .with_columns(_last_base_move(month).alias("last_base_move_month"))
        .drop("_gate", "_step_rank", "_is_over_cap", "_passed", "is_gated")
    )


def _first_gate(policy: Policy, month: Month) -> pl.Expr:
    """Name the first gate that stops a gated move; the cap comes later, because it looks at all accounts."""
    movement = policy.movement
    is_up = pl.col("target") > pl.col("base_before")
    down_streak = pl.col("demotion_streak_months")
    is_frozen_down = ~is_up & (down_streak < movement.freezes_give_way_months)
    dwell = (
        pl.when(is_up)
        .then(pl.col("promotion_streak_months") < movement.promotion_dwell_months)
        .otherwise(down_streak < movement.demotion_dwell_months)
    )
    in_cooldown = months_since("previous_last_base_move_month", month) < movement.cooldown_months
    gates = {
        "dwell": dwell,
        "renewal_freeze": is_frozen_down & pl.col("has_renewal_freeze"),
        "open_escalation": is_frozen_down & pl.col("has_open_escalation"),
        "lift_ending": ~is_up & pl.col("is_lift_ending"),
        "cooldown": null_as_false(in_cooldown),
    }
    first = pl.coalesce(pl.when(stops).then(pl.lit(name)) for name, stops in gates.items())
    return pl.when("is_gated").then(first)


def _one_step(policy: Policy) -> pl.Expr:
    step = policy.movement.maximum_step_ranks
    before = pl.col("base_before")
    return pl.col("target").clip(before - step, before + step)


def _with_cap(gated: pl.LazyFrame, state: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """Add ``_is_over_cap``: the move passed every other gate, but too many leave its tier this month.

    Longest streak first, then the distance beyond the bare boundary crossed, then account_id. Score moves and
    ceiling demotions have caps of their own, counted on the accounts with that base tier the month before.
    """
    before, target = pl.col("base_before"), pl.col("target")
    is_up = target > before
    # A floor may stop the fall above the ceiling: it is the ceiling's all the same where the score did not ask for it.
    pulls_down = (target == pl.col("ceiling")) | (pl.col("score_target") >= before)
    is_ceiling_move = (target < before) & pl.col("is_ceiling_binding") & pulls_down
    is_granted = pl.col("has_floor_above") & (pl.col("_step_rank") <= pl.col("floor"))
    streak = pl.when(is_up).then("promotion_streak_months").otherwise("demotion_streak_months")
    return (
        gated.join(
            _tier_caps(state, policy),
            left_on="previous_base_tier_without_override",
            right_on="_tier",
            how="left",
        )
        .with_columns(
            (pl.col("is_gated") & pl.col("_gate").is_null() & ~is_granted).alias("_is_candidate"),
            is_ceiling_move.alias("_is_ceiling_move"),
            streak.alias("_streak"),
            pl.when(is_ceiling_move).then(0.0).otherwise(_distance(policy)).alias("_distance"),
        )
        .sort("_streak", "_distance", "account_id", descending=[True, True, False], nulls_last=True)
        .with_row_index("_order")
        .with_columns(
            pl.col("_is_candidate")
            .cast(pl.Int64)
            .cum_sum()
            .over("base_before", "_is_ceiling_move", order_by="_order")
            .alias("_place"),
            pl.when("_is_ceiling_move").then("_ceiling_cap").otherwise("_score_cap").alias("_cap"),
        )
        .with_columns(
            null_as_false(pl.col("_is_candidate") & (pl.col("_place") > pl.col("_cap"))).alias("_is_over_cap")
        )
        .drop(
            "_is_candidate",
            "_is_ceiling_move",
            "_streak",
            "_distance",
            "_order",
            "_place",
            "_cap",
            "_score_cap",
            "_ceiling_cap",
        )
    )


def _tier_caps(state: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    cap = policy.movement.move_cap

    def at_least(share: float) -> pl.Expr:
        # Rounded first: 0.15 x 20 is 3.0000000000000004 in floating point, and must not become 4.
        return pl.max_horizontal(pl.lit(cap.minimum_accounts), (pl.len() * share).round(9).ceil()).cast(pl.Int64)

    return state.group_by(pl.col("base_tier_without_override").alias("_tier")).agg(
        at_least(cap.score_share).alias("_score_cap"), at_least(cap.ceiling_share).alias("_ceiling_cap")
    )


def _distance(policy: Policy) -> pl.Expr:
    """Points beyond the bare boundary that the move crosses first."""
    edges = policy.movement.boundaries
    before, score = pl.col("base_before"), pl.col("priority")
    return (
        pl.when(pl.col("target") > before)
        .then(score - pl.when(before == 0).then(edges.mid_touch).otherwise(edges.high_touch))
        .otherwise(pl.when(before == 1).then(edges.mid_touch).otherwise(edges.high_touch) - score)
    )


def _passed_rank() -> pl.Expr:
    stopped = pl.col("_gate").is_not_null() | pl.col("_is_over_cap")
    return pl.when(pl.col("is_gated") & ~stopped).then("_step_rank").otherwise("base_before")


def _blocked_by() -> pl.Expr:
    is_short = pl.col("base") != pl.col("target")
    return pl.when(pl.col("is_gated") & is_short).then(
        pl.when(pl.col("_gate").is_not_null())
        .then("_gate")
        .when("_is_over_cap")
        .then(pl.lit("move_cap"))
        .otherwise(pl.lit("max_step"))
    )


def _last_base_move(month: Month) -> pl.Expr:
    """A base move starts a cooldown, other than a start and a provisional account's move by grant."""
    has_moved = ~pl.col("is_start") & (pl.col("base") != pl.col("base_before"))
    is_provisional_grant = (
        ~pl.col("is_scored") & null_as_false(pl.col("previous_is_provisional")) & pl.col("is_grant_move")
    )
    return (
        pl.when(has_moved & ~is_provisional_grant)
        .then(pl.lit(month.first_day))
        .otherwise("previous_last_base_move_month")
    )
