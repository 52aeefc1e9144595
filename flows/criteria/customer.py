"""The criteria as customers may read them: service levels, what they include, and what leads to the next one.

Nothing internal is in here: no weights, scores, hours, costs, margins, risks or gates.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from flows.words import TIERS, in_words
from transforms.month import Month
from transforms.policy import Policy

_SIZE = "the size of your contract"
"""What a policy without words of its own for revenue calls it."""

CONSTRAINTS_FOR_CUSTOMERS = {
    "override": "the end of what was agreed with you for now",
    "insufficient_data": "a longer time with the product, so that we know how you work with it",
    "dwell": "that this lasts for some months",
    "cooldown": "some months after the last change of your service level",
    "max_step": "one service level after the other",
    "move_cap": "our own capacity, which we extend step by step",
}
"""What stands between an account and the next level, other than what the policy words for customers itself."""


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


def pathway(policy: Policy, tiers: Mapping[str, Any]) -> list[str]:
    """List what leads one account to the next service level: all that stands between first, then what else helps.

    No month is named: who is held by money has none, and the others' is an estimate of ours.

    Args:
        policy: The policy.
        tiers: The account's row of account_tiers.
    """
    constraints = (tiers["binding_constraints"] or tiers["binding_constraint"] or "").split(",")
    levers = [one["component"] for one in json.loads(tiers["levers"] or "[]")]
    if "score" in constraints and not levers and tiers["top_lever"]:
        levers = [tiers["top_lever"]]
    size = [one.customer_wording for one in policy.pillars.value.values() if one.customer_wording]
    named: list[str] = []
    for code in constraints:
        if code == "economic_ceiling":
            named += size[:1] or [_SIZE]
        elif code == "score":
            named += _of_levers(policy, levers)
        elif code in CONSTRAINTS_FOR_CUSTOMERS:
            named.append(CONSTRAINTS_FOR_CUSTOMERS[code])
    return list(dict.fromkeys([*named, *leads_to_the_next(policy)]))


def _of_levers(policy: Policy, levers: Collection[str]) -> list[str]:
    components = {f"{pillar}.{name}": component for pillar, name, component in policy.pillars.components()}
    found = [components[name].customer_wording for name in levers if name in components]
    return [wording for wording in found if wording]


def _wordings(policy: Policy, pillars: tuple[str, ...]) -> list[str]:
    worded = [
        component.customer_wording
        for pillar in pillars
        for component in getattr(policy.pillars, pillar).values()
        if component.weight and component.customer_wording
    ]
    return list(dict.fromkeys(worded))
