"""Movement gates: what stops or shortens a move from the former base rank to the target."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.cap import with_cap
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
        .with_columns(_first_gate(policy, month).alias("gate"), _one_step(policy).alias("step_rank"))
    )
    return (
        with_cap(gated, state, policy)
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
        .drop("is_gated", "gate", "step_rank", "is_over_cap", "_passed")
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


def _passed_rank() -> pl.Expr:
    stopped = pl.col("gate").is_not_null() | pl.col("is_over_cap")
    return pl.when(pl.col("is_gated") & ~stopped).then("step_rank").otherwise("base_before")


def _blocked_by() -> pl.Expr:
    is_short = pl.col("base") != pl.col("target")
    return pl.when(pl.col("is_gated") & is_short).then(
        pl.when(pl.col("gate").is_not_null())
        .then("gate")
        .when("is_over_cap")
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
