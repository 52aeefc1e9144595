"""Where an account is in its life: an overlay that shapes hours and cadence, never a tier."""

from __future__ import annotations

import polars as pl

from transforms.policy.sections import Lifecycle

VERSIONS = {1: "as in 0.1.0"}


def lifecycle_stage(lifecycle: Lifecycle) -> pl.Expr:
    """The stage before the tier step, which alone knows of recovery (see ``with_recovery``).

    A renewal that is near wins; else tenure decides, then steadiness in good health.

    Args:
        lifecycle: The policy's limits.

    Returns:
        An expression over ``month``, ``tenure_months``, ``renewal_date``, ``events_variation`` (columns of
        ``account_features``) and ``health`` (of the scores). Where variation or health is null, nobody is
        called mature.
    """
    days_to_renewal = (pl.col("renewal_date") - pl.col("month").dt.month_end()).dt.total_days()
    is_steady = pl.col("events_variation") <= lifecycle.mature_maximum_variation
    is_well = pl.col("health") >= lifecycle.mature_minimum_health
    return (
        pl.when(days_to_renewal.is_between(0, lifecycle.renewal_within_days))
        .then(pl.lit("renewal"))
        .when(pl.col("tenure_months") < lifecycle.onboarding_below_months)
        .then(pl.lit("onboarding"))
        .when(pl.col("tenure_months") < lifecycle.adoption_below_months)
        .then(pl.lit("adoption"))
        .when(is_steady & is_well)
        .then(pl.lit("mature"))
        .otherwise(pl.lit("established"))
    )


def with_recovery(stage: pl.Expr, tier: pl.Expr, base_tier: pl.Expr) -> pl.Expr:
    """The stage after the tier step: ``recovery`` wins over all while a risk lift is in effect.

    Args:
        stage: The stage before the tier step.
        tier: What the customer gets this month.
        base_tier: The structural tier; only a lift in effect makes the two differ.
    """
    return pl.when(tier != base_tier).then(pl.lit("recovery")).otherwise(stage)
