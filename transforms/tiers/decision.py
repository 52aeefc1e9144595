"""Which rule decided, and every reason code that applies, in the order of the rules."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.illness import is_chronic


def with_override(working: pl.LazyFrame) -> pl.LazyFrame:
    """Add the published ``tier`` and ``base_tier``: an active override beats everything, lifts too."""
    return working.with_columns(
        pl.col("override_tier").is_not_null().alias("is_overridden"),
        pl.coalesce("override_tier", "tier_without_override").alias("tier"),
        pl.coalesce("override_tier", "base_tier_without_override").alias("base_tier"),
    )


def with_decision(working: pl.LazyFrame, policy: Policy, month: Month) -> pl.LazyFrame:
    """Add ``decided_by`` and ``reasons``.

    ``decided_by`` is the first rule that made the tier or, where a gate blocked the move, the target.
    ``reasons`` starts with it and goes on with every other rule, gate and condition that applied.
    """
    rules = _rules()
    decided = pl.coalesce(pl.when(applies).then(pl.lit(name)) for name, applies in rules.items())
    is_long = (pl.col("target") - pl.col("base_before")).abs() > policy.movement.maximum_step_ranks
    is_stopped = pl.col("blocked_by").is_not_null()
    conditions = {
        "max_step": is_stopped & is_long,
        "provisional": pl.col("is_provisional"),
        "unaffordable_lift": pl.col("is_lift_unaffordable"),
        "chronic_risk": is_chronic(policy, month),
    }
    is_gate_before = is_stopped & (pl.col("blocked_by") != "max_step")
    codes = [
        *(pl.when(applies).then(pl.lit(name)) for name, applies in rules.items()),
        pl.when(is_gate_before).then("blocked_by"),
        *(pl.when(applies).then(pl.lit(name)) for name, applies in conditions.items()),
    ]
    return working.with_columns(
        decided.alias("decided_by"), pl.concat_str(codes, separator=",", ignore_nulls=True).alias("reasons")
    )


def _rules() -> dict[str, pl.Expr]:
    """Every rule that can decide, in the order of precedence; one of the last four always applies."""
    is_event = pl.col("is_event_move") & (pl.col("base") > pl.col("base_before"))
    return {
        "override": pl.col("is_overridden"),
        "risk_lift": pl.col("is_lift_raising"),
        "contract_event": is_event,
        "strategic_grant": pl.col("is_grant_move") | pl.col("is_floor_binding"),
        "economic_ceiling": pl.col("is_ceiling_binding"),
        "insufficient_data": ~pl.col("is_scored"),
        "score": pl.col("is_scored") & ~pl.col("is_ceiling_binding") & ~pl.col("is_floor_binding"),
    }
