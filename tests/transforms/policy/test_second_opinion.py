"""The numbers of the default policy are those that the naive model was written with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.second_opinion import records
from transforms.contracts.model import TIERS
from transforms.policy import Policy


def test_boundaries_and_hours_are_those_of_the_second_opinion(policy: Policy) -> None:
    boundaries = {rank: getattr(policy.movement.boundaries, TIERS[rank]) for rank in records.BOUNDARY}
    hours = {rank: getattr(policy.economics.entitled_hours_per_year, TIERS[rank]) for rank in records.RANKS}
    assert (boundaries, hours) == (records.BOUNDARY, records.CSM_HOURS_PER_YEAR)


def movement(policy: Policy) -> dict[str, Any]:
    rules, event, cap = policy.movement, policy.movement.contract_event, policy.movement.move_cap
    return {
        "MARGIN": rules.margin,
        "PROMOTION_DWELL_MONTHS": rules.promotion_dwell_months,
        "DEMOTION_DWELL_MONTHS": rules.demotion_dwell_months,
        "LONG_DEMOTION_STREAK_MONTHS": rules.freezes_give_way_months,
        "COOLDOWN_MONTHS": rules.cooldown_months,
        "SMALLEST_CAP": cap.minimum_accounts,
        "CAP_PERCENT": {"score": 100 * cap.score_share, "ceiling": 100 * cap.ceiling_share},
        "EVENT_GROWTH_FACTOR": 1 + event.growth_share,
        "EVENT_SMALLEST_GROWTH": event.minimum_growth_amount,
        "EVENT_NEW_PRODUCT_SHARE": event.new_product_share,
        "EVENT_WAITING_MONTHS": event.waits_months,
    }


def economics(policy: Policy) -> dict[str, Any]:
    rules = policy.economics
    return {
        "CSM_RATE": rules.csm_rate_per_hour,
        "GROSS_MARGIN": rules.gross_margin_share,
        "ENTITLED_SHARE_OF_GROSS_PROFIT": rules.maximum_cost_share,
        "LOWEST_MARGIN_SHARE": rules.minimum_remaining_share,
        "FACTOR_ABOVE_BASE": rules.upward_cost_factor,
    }


def lift(policy: Policy) -> dict[str, Any]:
    rules = policy.lift
    return {
        "HEALTHY": rules.healthy_from,
        "ILL": rules.ill_below,
        "FALLEN": rules.falling_below,
        "STEEP_FALL": rules.falling_by,
        "USED_WITHIN_MONTHS": rules.newly_silent_months,
        "YOUNG_DAYS": rules.minimum_tenure_days,
        "IDLE_DAYS": rules.young_idle_days,
        "LIFT_MONTHS": rules.months,
        "LONGEST_LIFT_MONTHS": rules.maximum_months,
        "HEALTHY_MONTHS_TO_END": rules.end_healthy_months,
        "MONTHS_BETWEEN_LIFTS": rules.rearm_wait_months,
        "HEALTHY_MONTHS_TO_ARM": rules.rearm_healthy_months,
        "CHRONIC_MONTHS": rules.chronic_months,
    }


def silence(policy: Policy) -> dict[str, Any]:
    rules = policy.silence
    return {
        "YOUNG_DAYS": rules.minimum_tenure_days,
        "SUSPENDED_OVER_PERCENT": 100 * rules.suspended_above_share,
        "RESUMED_UNDER_PERCENT": 100 * rules.resumed_below_share,
        "FEWEST_TO_SUSPEND": rules.minimum_accounts,
    }


def stages(policy: Policy) -> dict[str, Any]:
    rules = policy.lifecycle
    return {
        "ONBOARDING_MONTHS": rules.onboarding_below_months,
        "ADOPTION_MONTHS": rules.adoption_below_months,
        "MATURE_VARIATION": rules.mature_maximum_variation,
        "MATURE_HEALTH": rules.mature_minimum_health,
        "RENEWAL_DAYS": rules.renewal_within_days,
    }


@pytest.mark.parametrize("section", [movement, economics, lift, silence, stages], ids=lambda one: one.__name__)
def test_numbers_are_those_of_the_second_opinion(policy: Policy, section: Any) -> None:
    """Otherwise the comparison with the naive model would compare two policies."""
    numbers = section(policy)
    assert numbers == {name: getattr(records, name) for name in numbers}
