"""The policy that ships with the project: it loads, says why, and is the one that the rules were tried with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

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
