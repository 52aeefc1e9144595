"""Bring the published state of the month before and the features of this month together."""

from __future__ import annotations

import polars as pl

from transforms.tiers.ranks import null_as_false, rank_of
from transforms.tiers.working import FEATURES, PREVIOUS, STATE


def arrive(state: pl.LazyFrame, features: pl.LazyFrame) -> pl.LazyFrame:
    """Join state and features into the working frame of the step.

    Args:
        state: account_tiers of the month before; empty for the first month.
        features: The ``FEATURES`` of this month, one row per account in scope.

    Returns:
        One row per account in scope: the working frame's columns of ``arrival``.
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
            null_as_false(pl.col("is_in_grace")).alias("is_in_grace"),
            null_as_false(pl.col("has_grant")).alias("has_grant"),
            null_as_false(pl.col("has_renewal_freeze")).alias("has_renewal_freeze"),
            null_as_false(pl.col("has_open_escalation")).alias("has_open_escalation"),
        )
    )
