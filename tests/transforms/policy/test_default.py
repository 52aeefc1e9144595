"""The policy that ships with the project: it loads, says why, and is the one that the rules were tried with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.second_opinion import records
from tests.transforms.policy.edits import edit
from transforms.contracts.model import TIERS
from transforms.contracts.published import METRIC_COLUMNS
from transforms.month import Month
from transforms.policy import Policy, PolicyBook
from transforms.policy.model import PILLARS, TOUCHPOINTS_METRIC


def numbers_without_reason(node: Any, place: str = "", *, is_explained: bool = False) -> Iterator[str]:
    """Walk the file; a number is explained by the mapping that holds it or one around it, the whole file apart."""
    if isinstance(node, dict):
        has_reason = place != "" and bool(str(node.get("reason", "")).strip())
        for key, inner in node.items():
            yield from numbers_without_reason(inner, f"{place}.{key}", is_explained=is_explained or has_reason)
    elif isinstance(node, list):
        for position, inner in enumerate(node):
            yield from numbers_without_reason(inner, f"{place}.{position}", is_explained=is_explained)
    elif isinstance(node, (int, float)) and not isinstance(node, bool) and not is_explained:
        yield place


def test_default_policy_loads(written: dict[str, Any]) -> None:
    book = PolicyBook.from_mapping(written)
    assert [policy.version for policy in book.versions] == ["1"]
    assert book.policy_for(Month.parse("2026-10")) is book.versions[0]


def test_every_number_carries_its_reason(default_content: dict[str, Any]) -> None:
    assert list(numbers_without_reason(default_content)) == []


def test_a_number_without_reason_would_be_found(written: dict[str, Any]) -> None:
    del written["pillars"]["growth"]["usage_growth"]["reason"]
    assert ".pillars.growth.usage_growth.weight" in list(numbers_without_reason(written))


@pytest.mark.parametrize(
    ("pillar", "weights"),
    [
        (
            "health",
            {
                "usage_trend": 25, "licence_utilisation": 20, "usage_recency": 15, "feature_breadth": 10,
                "support_friction": 10, "satisfaction": 10, "payment": 10,
            },
        ),
        (
            "growth",
            {
                "usage_growth": 25, "user_growth": 15, "revenue_expansion": 25, "seat_saturation": 15,
                "adoption_pace": 10, "whitespace": 10,
            },
        ),
        ("strategic", {"reference": 30, "co_development": 30, "market_credibility": 25, "advocacy": 15}),
        (
            "complexity",
            {
                "integrations": 20, "products": 10, "ticket_load": 25, "escalations": 15, "touchpoints": 20,
                "regions": 10,
            },
        ),
        ("value", {"arr": 100}),
    ],
)  # fmt: skip
def test_components_and_weights_are_those_of_the_page(policy: Policy, pillar: str, weights: dict[str, int]) -> None:
    components = getattr(policy.pillars, pillar)
    assert {name: component.weight for name, component in components.items()} == weights


def test_components_are_listed_pillar_by_pillar_in_the_order_of_the_file(policy: Policy) -> None:
    listed = [(pillar, name) for pillar, name, _ in policy.pillars.components()]
    assert listed == [(pillar, name) for pillar in PILLARS for name in getattr(policy.pillars, pillar)]


def test_every_metric_is_scored_once(policy: Policy) -> None:
    scored = [component.metric for _, _, component in policy.pillars.components()]
    assert sorted(scored) == sorted(["arr", *(column.name for column in METRIC_COLUMNS)])


def test_touch_that_we_chose_can_be_left_out_of_complexity(policy: Policy) -> None:
    assert TOUCHPOINTS_METRIC in {component.metric for component in policy.pillars.complexity.values()}


def test_only_pillars_that_a_team_can_move_have_levers(policy: Policy) -> None:
    pillars = {pillar for pillar, _, component in policy.pillars.components() if component.is_actionable}
    assert pillars == {"health", "growth", "strategic"}


def test_numbers_are_those_of_the_second_opinion(policy: Policy) -> None:
    """Otherwise the comparison with the naive model would compare two policies."""
    movement, economics, lift = policy.movement, policy.economics, policy.lift
    event, cap = movement.contract_event, movement.move_cap
    boundaries = {rank: getattr(movement.boundaries, TIERS[rank]) for rank in records.BOUNDARY}
    hours = {rank: getattr(economics.entitled_hours_per_year, TIERS[rank]) for rank in records.RANKS}
    assert (boundaries, hours) == (records.BOUNDARY, records.CSM_HOURS_PER_YEAR)
    assert {
        "MARGIN": movement.margin,
        "CSM_RATE": economics.csm_rate_per_hour,
        "GROSS_MARGIN": economics.gross_margin_share,
        "ENTITLED_SHARE_OF_GROSS_PROFIT": economics.maximum_cost_share,
        "LOWEST_MARGIN_SHARE": economics.minimum_remaining_share,
        "FACTOR_ABOVE_BASE": economics.upward_cost_factor,
        "PROMOTION_DWELL_MONTHS": movement.promotion_dwell_months,
        "DEMOTION_DWELL_MONTHS": movement.demotion_dwell_months,
        "LONG_DEMOTION_STREAK_MONTHS": movement.freezes_give_way_months,
        "COOLDOWN_MONTHS": movement.cooldown_months,
        "SMALLEST_CAP": cap.minimum_accounts,
        "CAP_PERCENT": {"score": 100 * cap.score_share, "ceiling": 100 * cap.ceiling_share},
        "EVENT_GROWTH_FACTOR": 1 + event.growth_share,
        "EVENT_SMALLEST_GROWTH": event.minimum_growth_amount,
        "EVENT_NEW_PRODUCT_SHARE": event.new_product_share,
        "EVENT_WAITING_MONTHS": event.waits_months,
        "HEALTHY": lift.healthy_from,
        "ILL": lift.ill_below,
        "STEEP_FALL": lift.falling_by,
        "LIFT_MONTHS": lift.months,
        "MONTHS_BETWEEN_LIFTS": lift.rearm_wait_months,
        "HEALTHY_MONTHS_TO_ARM": lift.rearm_healthy_months,
    } == {name: getattr(records, name) for name in (
        "MARGIN", "CSM_RATE", "GROSS_MARGIN", "ENTITLED_SHARE_OF_GROSS_PROFIT", "LOWEST_MARGIN_SHARE",
        "FACTOR_ABOVE_BASE", "PROMOTION_DWELL_MONTHS", "DEMOTION_DWELL_MONTHS", "LONG_DEMOTION_STREAK_MONTHS",
        "COOLDOWN_MONTHS", "SMALLEST_CAP", "CAP_PERCENT", "EVENT_GROWTH_FACTOR", "EVENT_SMALLEST_GROWTH",
        "EVENT_NEW_PRODUCT_SHARE", "EVENT_WAITING_MONTHS", "HEALTHY", "ILL", "STEEP_FALL", "LIFT_MONTHS",
        "MONTHS_BETWEEN_LIFTS", "HEALTHY_MONTHS_TO_ARM",
    )}  # fmt: skip


def test_a_stage_may_be_left_out_by_equal_limits(written: dict[str, Any]) -> None:
    months = written["lifecycle"]["onboarding_below_months"]["value"]
    policy = PolicyBook.from_mapping(edit(written, "lifecycle.adoption_below_months.value", months)).versions[0]
    assert policy.lifecycle.adoption_below_months == policy.lifecycle.onboarding_below_months == months
