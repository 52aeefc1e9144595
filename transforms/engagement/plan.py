"""What a tier means for each account: owner model, entitlements, cadence and hours."""

from __future__ import annotations

import polars as pl

from transforms.contracts.model import TIERS
from transforms.economics import complexity_factor
from transforms.engagement.units import hours_of, units_of
from transforms.policy import Policy
from transforms.policy.engagement import TierService

VERSIONS = {1: "as in 0.1.0"}

TECHNICAL_MANAGER = "technical_account_manager"
"""The entitlement that only complex accounts of its tier have."""

_STAGES = ("onboarding", "adoption", "mature", "established", "renewal", "lapsed", "recovery")
_MONTHS_PER_YEAR = 12


def engagement(accounts: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """Add how each account is served.

    Args:
        accounts: One row per account: account_id, tier (as published), lifecycle_stage (the final one), complexity and
            complexity_without_touchpoints (points, may be null), integrations (may be null).
        policy: The policy in force.

    Returns:
        The frame with owner_model, entitlements (codes, separated by commas), cadence_days (at least 1),
        hours_per_month of the owner, rounded to 1/10000, and technical_hours_per_month of the technical account
        manager, 0 if the account has none.
    """
    hours = units_of(pl.col("_hours") * complexity_factor(policy.economics))
    has_manager = pl.col("_may_have_manager") & _is_complex(policy)
    technical_hours = policy.staffing.technical_hours_per_year / _MONTHS_PER_YEAR
    return (
        accounts.join(_services(policy), on=["tier", "lifecycle_stage"], how="left")
        .with_columns(
            pl.when(has_manager).then("_all").otherwise("_without_manager").alias("entitlements"),
            hours_of(hours).alias("hours_per_month"),
            hours_of(units_of(pl.when(has_manager).then(technical_hours).otherwise(0.0))).alias(
                "technical_hours_per_month"
            ),
        )
        .drop("_hours", "_all", "_without_manager", "_may_have_manager")
    )


def _is_complex(policy: Policy) -> pl.Expr:
    rule = policy.engagement.technical_account_manager
    by_score = (pl.col("complexity") >= rule.minimum_complexity).fill_null(value=False)
    return by_score | (pl.col("integrations") >= rule.minimum_integrations).fill_null(value=False)


def _services(policy: Policy) -> pl.LazyFrame:
    """Return one row per tier and stage with what both determine together."""
    rows = [_service(policy, tier, getattr(policy.engagement, tier), stage) for tier in TIERS for stage in _STAGES]
    return pl.LazyFrame(rows, schema_overrides={"_hours": pl.Float64, "cadence_days": pl.Int64})


def _service(policy: Policy, tier: str, service: TierService, stage: str) -> dict[str, object]:
    codes = [entitlement.code for entitlement in service.entitlements]
    hours: float = getattr(policy.economics.entitled_hours_per_year, tier)
    multiplier: float = getattr(policy.lifecycle.hours_multiplier, stage)
    factor: float = getattr(policy.lifecycle.cadence_factor, stage)
    return {
        "tier": tier,
        "lifecycle_stage": stage,
        "owner_model": service.owner_model,
        "cadence_days": max(1, round(service.cadence_days * factor)),
        "_hours": hours / _MONTHS_PER_YEAR * multiplier,
        "_all": ",".join(codes),
        "_without_manager": ",".join(code for code in codes if code != TECHNICAL_MANAGER),
        "_may_have_manager": TECHNICAL_MANAGER in codes,
    }
