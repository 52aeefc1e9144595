"""Pillar scores, their coverage and what is tentative against a naive reading of the page."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.second_opinion.known import Component, Pillar, pillar_score
from tests.transforms.scoring.scored import EVERYTHING, scored
from transforms.contracts.published import METRIC_COLUMNS
from transforms.policy import Policy
from transforms.policy.model import PILLARS

YOUNG_METRICS = {"usage_growth", "user_growth", "adoption_pace"}
LEAST = {"health": 0.4}
OPTIONAL = ("tickets", "invoices", "touchpoints", "products", "strategic_grants")


def account(rng: Random) -> dict[str, Any]:
    """An account of any age of which some metrics are known."""
    share = rng.choice((0.1, 0.4, 0.7, 1.0))
    metrics = {
        column.name: rng.choice((0, 1)) if column.dtype.is_integer() else rng.random()
        for column in METRIC_COLUMNS
        if not column.dtype.is_nested() and column.dtype.is_numeric() and rng.random() < share
    }
    is_young, is_new = rng.random() < 0.3, rng.random() < 0.3
    if is_young:
        metrics |= dict.fromkeys(("usage_growth_ratio", "user_growth_ratio", "features_adopted"))
    if is_new:
        metrics["usage_trend_ratio"] = None
    return metrics | {"tenure_months": 5 if is_young else 6, "known_usage_months": 0 if is_new else 1, "arr": 1e5}


def opinion(policy: Policy, pillar: str, given: dict[str, Any], row: dict[str, Any]) -> Pillar:
    """The pillar from the points of its components."""
    excluded = (YOUNG_METRICS if given["tenure_months"] < 6 else set()) | (
        {"usage_trend"} if given["known_usage_months"] == 0 else set()
    )
    components = [
        Component(
            component.weight,
            row["component_scores"][place],
            is_configured=row["missing_reasons"][place] != "not_configured",
            is_knowable=name not in excluded,
        )
        for place, (own_pillar, name, component) in enumerate(policy.pillars.components())
        if own_pillar == pillar
    ]
    return pillar_score(components, LEAST.get(pillar, 0.7))


@pytest.mark.parametrize("seed", range(6))
def test_pillars_and_priority_are_those_of_the_second_opinion(policy: Policy, seed: int) -> None:
    rng = Random(seed)
    accounts = [account(rng) for _ in range(60)]
    unmapped = {name for name in OPTIONAL if rng.random() < 0.3}
    configured = {name for name in EVERYTHING if name.split(".")[0] not in unmapped}
    rows = {row["account_id"]: row for row in scored(policy, *accounts, configured=configured)}
    weights = policy.priority.model_dump()
    for place, given in enumerate(accounts):
        row = rows[f"a{place}"]
        pillars = {pillar: opinion(policy, pillar, given, row) for pillar in PILLARS}
        priority = pillar_score(
            [
                Component(weight, pillars[name].score, is_knowable=pillars[name].is_in_priority)
                for name, weight in weights.items()
            ],
            0.7,
        )
        for name, found in [*pillars.items(), ("priority", priority)]:
            expected = (found.score, found.coverage)
            assert (row[name], row[f"{name}_coverage"]) == pytest.approx(expected), f"{name} of {given}"
        health = pillars["health"]
        assert row["is_health_tentative"] == (None if health.score is None else health.is_tentative)
