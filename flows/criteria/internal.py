"""The criteria for colleagues: everything the policy says, with its reasons."""

from __future__ import annotations

from typing import Any

from flows.criteria.functions import MISSING_RULES, function_in_words, metric_of
from flows.criteria.rules import rules_of
from flows.settings.reasons import PolicyReasons
from flows.words import TIERS, in_words
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.model import PILLARS

_SECTIONS = {
    "scoring": "When there is a score",
    "metrics": "Behind the metrics",
    "freshness": "When a source is stale",
    "economics": "What an account can pay for",
    "movement": "Boundaries and movement",
    "lift": "Risk lifts",
    "lifecycle": "Lifecycle stages",
    "segments": "Segments",
    "engagement.technical_account_manager": "Technical account managers",
    "actions": "Actions and when they are due",
    "staffing": "Assignment of accounts to owners",
    "notifications": "Messages",
    "quality": "Checks before a month is published",
}


def internal_criteria(policy: Policy, reasons: PolicyReasons, month: Month) -> dict[str, Any]:
    """Collect the criteria in force in a month, as plain values for a template or JSON.

    Args:
        policy: The policy in force.
        reasons: The reasons of its numbers.
        month: The month.
    """
    return {
        "audience": "internal",
        "month": str(month),
        "version": policy.version,
        "policy_version": policy.label,
        "effective_month": str(policy.effective_month),
        "until_month": str(policy.until_month) if policy.until_month else None,
        "reason": policy.reason,
        "priority": [
            {"input": rule.name, "weight": rule.value, "reason": rule.reason}
            for rule in rules_of(policy, "priority", reasons)
        ],
        "pillars": [_pillar(policy, pillar) for pillar in PILLARS],
        "boundaries": _boundaries(policy),
        "tiers": [_tier(policy, tier) for tier in reversed(TIERS)],
        "sections": [
            {
                "section": section,
                "title": title,
                "rules": [
                    {"name": rule.name, "value": rule.value, "reason": rule.reason}
                    for rule in rules_of(policy, section, reasons)
                ],
            }
            for section, title in _SECTIONS.items()
        ],
        "feature_catalogue": policy.metrics.feature_catalogue,
        "movement": policy.movement.model_dump(mode="json"),
        "lift": policy.lift.model_dump(mode="json"),
        "economics": policy.economics.model_dump(mode="json"),
    }


def _pillar(policy: Policy, pillar: str) -> dict[str, Any]:
    labels = policy.pillars.labels()
    return {
        "pillar": pillar,
        "components": [
            {
                "component": name,
                "label": labels[f"{pillar}.{name}"],
                "metric": component.metric,
                "meaning": metric_of(component).meaning,
                "weight": component.weight,
                "function": function_in_words(component),
                "missing": component.missing,
                "missing_in_words": MISSING_RULES[component.missing],
                "is_actionable": component.is_actionable,
                "reason": component.reason,
                "customer_wording": component.customer_wording,
            }
            for name, component in getattr(policy.pillars, pillar).items()
        ],
    }


def _boundaries(policy: Policy) -> list[dict[str, Any]]:
    edges, margin = policy.movement.boundaries, policy.movement.margin
    return [
        {
            "tier": tier,
            "words": in_words(tier, TIERS),
            "first_time_from": edge,
            "up_from": edge + margin,
            "down_below": edge - margin,
        }
        for tier, edge in (("high_touch", edges.high_touch), ("mid_touch", edges.mid_touch))
    ]


def _tier(policy: Policy, tier: str) -> dict[str, Any]:
    service = getattr(policy.engagement, tier)
    return {
        "tier": tier,
        "words": in_words(tier, TIERS),
        "summary": service.summary,
        "owner_model": service.owner_model,
        "cadence_days": service.cadence_days,
        "hours_per_year": getattr(policy.economics.entitled_hours_per_year, tier),
        "entitlements": [entitlement.model_dump() for entitlement in service.entitlements],
    }
