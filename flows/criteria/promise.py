"""What one customer may be promised: the service level as it is staffed, and whether it is for a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.criteria.customer import service_level
from transforms.contracts.model import TIERS
from transforms.engagement.team import UNASSIGNED
from transforms.policy import Policy

_OF_AN_OWNER = {"dedicated_csm", "pooled_csm", "quarterly_business_review"}
_OF_A_TECHNICIAN = {"technical_account_manager"}
"""What a person gives: promised only where that person is there."""


def promised(policy: Policy, tiers: Mapping[str, Any], plan: Mapping[str, Any] | None) -> dict[str, Any]:
    """Describe the service level of an account, without what nobody is there to give.

    Args:
        policy: The policy.
        tiers: Of the account's row of account_tiers: tier, base_tier_without_override, is_lift_in_effect,
            override_start_date, owner and is_interim_owner.
        plan: Of its row of engagement_plan: entitlements and technical_owner; None if there is no plan.

    Returns:
        service_level, summary (empty where the people that it speaks of are not there), includes, and is_for_a_time:
        whether a lift or an override gives more than the tier beneath.
    """
    tier = tiers["tier"]
    service = getattr(policy.engagement, tier)
    entitlements = None if plan is None else plan["entitlements"]
    codes = [one.code for one in service.entitlements] if entitlements is None else entitlements.split(",")
    nobody = {None, UNASSIGNED}
    is_staffed = tiers["owner"] not in nobody and not tiers["is_interim_owner"]
    missing = set() if is_staffed else _OF_AN_OWNER
    if plan is None or plan["technical_owner"] in nobody:
        missing = missing | _OF_A_TECHNICIAN
    level = service_level(policy, tier, [code for code in codes if code not in missing])
    # The summary of a level that people give speaks of them.
    has_summary = is_staffed or service.owner_model == "digital"
    has_end = bool(tiers["is_lift_in_effect"]) or tiers["override_start_date"] is not None
    beneath = tiers["base_tier_without_override"]
    return level | {
        "summary": level["summary"] if has_summary else "",
        "is_for_a_time": has_end and TIERS.index(tier) > TIERS.index(beneath or tier),
    }
