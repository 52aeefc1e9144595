"""The criteria as customers may read them: service levels, what they include, and what leads to the next one.

Nothing internal is in here: no weights, scores, hours, costs, margins, risks or gates.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flows.words import TIERS, in_words
from transforms.month import Month
from transforms.policy import Policy


def customer_criteria(policy: Policy, month: Month) -> dict[str, Any]:
    """Collect the criteria in force in a month, as plain values for a template or JSON.

    Args:
        policy: The policy in force.
        month: The month.
    """
    return {
        "audience": "customer",
        "month": str(month),
        "service_levels": [service_level(policy, tier) for tier in TIERS],
        "leads_to_the_next": leads_to_the_next(policy),
        "shows_success": _wordings(policy, ("health",)),
    }


def service_level(policy: Policy, tier: str, entitled: Collection[str] | None = None) -> dict[str, Any]:
    """Describe a service level: its name, what it means and what it includes.

    Args:
        policy: The policy.
        tier: The tier.
        entitled: Codes of the entitlements that a customer has of it; None lists all.
    """
    service = getattr(policy.engagement, tier)
    return {
        "service_level": in_words(tier, TIERS),
        "summary": service.summary,
        "includes": [
            entitlement.wording
            for entitlement in service.entitlements
            if entitled is None or entitlement.code in entitled
        ],
    }


def leads_to_the_next(policy: Policy) -> list[str]:
    """List what leads to the next service level, in the policy's own words for customers.

    Health is not among it, because it does not enter the priority.
    """
    weighed = [pillar for pillar in ("growth", "strategic", "complexity", "value") if getattr(policy.priority, pillar)]
    return _wordings(policy, tuple(weighed))


def _wordings(policy: Policy, pillars: tuple[str, ...]) -> list[str]:
    worded = [
        component.customer_wording
        for pillar in pillars
        for component in getattr(policy.pillars, pillar).values()
        if component.weight and component.customer_wording
    ]
    return list(dict.fromkeys(worded))
