"""What a tier means for each account: owner model, entitlements, cadence and hours."""

from __future__ import annotations

import polars as pl

from transforms.contracts.columns.metrics import LIFECYCLE_STAGE, STRUCTURAL_STAGES
from transforms.contracts.model import TIERS
from transforms.economics import complexity_factor
from transforms.engagement.units import hours_of, units_of
from transforms.lifecycle import RECOVERY
from transforms.policy import Policy
from transforms.policy.engagement import TierService

VERSIONS = {
    1: "as in 0.1.0",
    2: "hours of the stage lapsed, and of recovery never fewer than those of the structural stage",
}

TECHNICAL_MANAGER = "technical_account_manager"
"""The entitlement that only complex accounts of its tier have."""

_STAGES = LIFECYCLE_STAGE.allowed
_MONTHS_PER_YEAR = 12


def engagement(accounts: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """Add how each account is served.

    Args:
        accounts: One row per account: account_id, tier and base_tier (as published), lifecycle_stage (the final one),
            structural_stage, complexity and complexity_without_touchpoints (points, may be null), integrations (may be
            null).
        policy: The policy in force.

    Returns:
        The frame with owner_model, entitlements (codes, separated by commas), cadence_days (at least 1),
        hours_per_month of the owner, rounded to 1/10000, technical_hours_per_month of the technical account manager,
        0 if the account has none, and base_owner_model and base_hours_per_month: the same of the base tier.
    """
    hours, base_hours = (
        hours_of(units_of(pl.col(name) * complexity_factor(policy.economics))) for name in ("_hours", "_base_hours")
    )
    services, stages = _services(policy), ("lifecycle_stage", "structural_stage")
    of_base = services.select(
        "tier", *stages, pl.col("owner_model").alias("base_owner_model"), pl.col("_hours").alias("_base_hours")
    )
    has_manager = pl.col("_may_have_manager") & _is_complex(policy)
    technical_hours = policy.staffing.technical_hours_per_year / _MONTHS_PER_YEAR
    return (
        accounts.join(services, on=["tier", *stages], how="left")
        .join(of_base, left_on=["base_tier", *stages], right_on=["tier", *stages], how="left")
        .with_columns(
            pl.when(has_manager).then("_all").otherwise("_without_manager").alias("entitlements"),
            hours.alias("hours_per_month"),
            base_hours.alias("base_hours_per_month"),
            hours_of(units_of(pl.when(has_manager).then(technical_hours).otherwise(0.0))).alias(
                "technical_hours_per_month"
            ),
        )
        .drop("_hours", "_base_hours", "_all", "_without_manager", "_may_have_manager")
    )


def _is_complex(policy: Policy) -> pl.Expr:
    rule = policy.engagement.technical_account_manager
    by_score = (pl.col("complexity") >= rule.minimum_complexity).fill_null(value=False)
    return by_score | (pl.col("integrations") >= rule.minimum_integrations).fill_null(value=False)


def _services(policy: Policy) -> pl.LazyFrame:
    """Return one row per tier and pair of stages with what they determine together."""
    rows = [
        _service(policy, tier, getattr(policy.engagement, tier), stage, structural)
        for tier in TIERS
        for stage in _STAGES
        for structural in STRUCTURAL_STAGES
    ]
    return pl.LazyFrame(rows, schema_overrides={"_hours": pl.Float64, "cadence_days": pl.Int64})


def _service(policy: Policy, tier: str, service: TierService, stage: str, structural: str) -> dict[str, object]:
    codes = [entitlement.code for entitlement in service.entitlements]
    hours: float = getattr(policy.economics.entitled_hours_per_year, tier)
    multipliers = policy.lifecycle.hours_multiplier
    multiplier: float = getattr(multipliers, stage)
    if stage == RECOVERY:
        # A lift in the first months does not take away the hours of onboarding.
        multiplier = max(multiplier, getattr(multipliers, structural))
    factor: float = getattr(policy.lifecycle.cadence_factor, stage)
    return {
        "tier": tier,
        "lifecycle_stage": stage,
        "structural_stage": structural,
        "owner_model": service.owner_model,
        "cadence_days": max(1, round(service.cadence_days * factor)),
        "_hours": hours / _MONTHS_PER_YEAR * multiplier,
        "_all": ",".join(codes),
        "_without_manager": ",".join(code for code in codes if code != TECHNICAL_MANAGER),
        "_may_have_manager": TECHNICAL_MANAGER in codes,
    }
