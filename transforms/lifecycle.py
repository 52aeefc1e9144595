"""Where an account is in its life: an overlay that shapes hours and cadence, never a tier."""

from __future__ import annotations

import polars as pl

from transforms.policy.sections import Lifecycle

VERSIONS = {1: "as in 0.1.0", 2: "the stage lapsed, and recovery at the top tier too"}

RECOVERY = "recovery"
"""The stage of an account with a lift in effect."""

LAPSED = "lapsed"
"""The stage of an account in grace: its contract has ended and nobody has signed."""


def lifecycle_stage(lifecycle: Lifecycle) -> pl.Expr:
    """Return the stage before the tier step, which alone knows of recovery (see ``with_recovery``).

    A contract that has ended wins, then a renewal that is near; else it is the structural stage.

    Args:
        lifecycle: The policy's limits.

    Returns:
        An expression over ``month``, ``is_in_grace``, ``renewal_date`` and the columns of ``structural_stage``.
    """
    days_to_renewal = (pl.col("renewal_date") - pl.col("month").dt.month_end()).dt.total_days()
    return (
        pl.when(pl.col("is_in_grace"))
        .then(pl.lit(LAPSED))
        .when(days_to_renewal.is_between(0, lifecycle.renewal_within_days))
        .then(pl.lit("renewal"))
        .otherwise(structural_stage(lifecycle))
    )


def structural_stage(lifecycle: Lifecycle) -> pl.Expr:
    """Return the stage by tenure and then by steadiness in good health, whatever is renewed, lapsed or lifted.

    Args:
        lifecycle: The policy's limits.

    Returns:
        An expression over ``tenure_months``, ``events_variation`` (columns of ``account_features``) and ``health`` (of
        the scores). Where variation or health is null, nobody is called mature.
    """
    is_steady = pl.col("events_variation") <= lifecycle.mature_maximum_variation
    is_well = pl.col("health") >= lifecycle.mature_minimum_health
    return (
        pl.when(pl.col("tenure_months") < lifecycle.onboarding_below_months)
        .then(pl.lit("onboarding"))
        .when(pl.col("tenure_months") < lifecycle.adoption_below_months)
        .then(pl.lit("adoption"))
        .when(is_steady & is_well)
        .then(pl.lit("mature"))
        .otherwise(pl.lit("established"))
    )


def with_recovery(stage: pl.Expr, is_lift_in_effect: pl.Expr) -> pl.Expr:
    """Return the stage after the tier step: ``recovery`` while a risk lift is in effect, unless the contract has ended.

    Args:
        stage: The stage before the tier step.
        is_lift_in_effect: Whether a lift is in effect, at the top tier too.
    """
    return pl.when(is_lift_in_effect & (stage != LAPSED)).then(pl.lit(RECOVERY)).otherwise(stage)
