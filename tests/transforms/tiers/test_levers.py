"""The top lever: the component of which the fewest points close the gap, or the constraint where no score helps."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.pillars.needs import NEEDS
from transforms.policy import Policy
from transforms.tiers.levers import with_levers

EVERYTHING = frozenset(name for ways in NEEDS.values() for way in ways for name in way)
"""What a company maps that has mapped all there is."""

GROWTH = ("usage_growth", "user_growth", "revenue_expansion", "seat_saturation", "adoption_pace", "whitespace")
STRATEGIC = ("reference", "co_development", "market_credibility", "advocacy")


def levers(
    policy: Policy,
    scores: dict[str, float | None],
    *,
    gap: float | None = 5.0,
    binding: str | None = "score",
    unmapped: tuple[str, ...] = (),
    too_young: tuple[str, ...] = (),
    **known: float | None,
) -> dict[str, Any]:
    """The levers of one account; components that are not named have 100 points, all pillars are known."""
    names = [name for _, name, _ in policy.pillars.components()]
    component_scores = [None if name in too_young else scores.get(name, 100.0) for name in names]
    reasons = ["too_young" if name in too_young else None for name in names]
    pillars = dict.fromkeys(policy.priority.model_dump(), 50.0)
    row = {"account_id": "a", "component_scores": component_scores, "missing_reasons": reasons} | pillars | known
    tiers = pl.LazyFrame(
        {"account_id": ["a"], "points_to_promotion": [gap], "binding_constraint": [binding]},
        schema={"account_id": pl.String, "points_to_promotion": pl.Float64, "binding_constraint": pl.String},
    )
    floats = dict.fromkeys(pillars, pl.Float64)
    lists = {"component_scores": pl.List(pl.Float64), "missing_reasons": pl.List(pl.String)}
    scored = pl.LazyFrame([row], schema_overrides=lists | floats)
    result = with_levers(tiers, scored, policy, EVERYTHING - set(unmapped)).collect()
    added = ["top_lever", "is_lever_sufficient", "levers"]
    assert result.columns == ["account_id", "points_to_promotion", "binding_constraint", *added]
    return result.select(added).row(0, named=True)


def lever(policy: Policy, scores: dict[str, float | None], **given: Any) -> str | None:
    """The top lever of one account."""
    return levers(policy, scores, **given)["top_lever"]


@pytest.mark.parametrize(
    ("scores", "gap", "expected"),
    [
        ({"usage_growth": 0.0, "seat_saturation": 0.0}, 3.0, "growth.usage_growth"),
        ({"usage_growth": 90.0, "seat_saturation": 0.0}, 3.0, "growth.seat_saturation"),
        ({"usage_growth": 50.0, "advocacy": 0.0}, 3.75, "growth.usage_growth"),
        ({"usage_growth": 50.0, "advocacy": 0.0}, 3.0, "growth.usage_growth"),
        ({"adoption_pace": 0.0, "user_growth": 50.0}, 20.0, "growth.adoption_pace"),
        ({"adoption_pace": 0.0, "user_growth": 0.0}, 20.0, "growth.user_growth"),
        ({}, 5.0, None),
    ],
    ids=[
        "heavier_component_closes_first", "one_that_cannot_close_stands_back", "grant_that_closes_alone",
        "equal_ones_in_the_order_of_the_policy", "none_closes_so_the_largest_gain", "larger_gain",
        "everything_is_at_its_best",
    ],
)  # fmt: skip
def test_lever(policy: Policy, scores: dict[str, float | None], gap: float, expected: str | None) -> None:
    assert lever(policy, scores, gap=gap) == expected


@pytest.mark.parametrize("name", ["ticket_load", "touchpoints", "usage_trend", "arr"])
def test_complexity_value_and_health_are_never_levers(policy: Policy, name: str) -> None:
    assert lever(policy, {name: 0.0, "user_growth": 99.0}, gap=20.0) == "growth.user_growth"


@pytest.mark.parametrize("name", ["revenue_expansion", "whitespace", "market_credibility"])
def test_what_nobody_can_improve_is_no_lever(policy: Policy, name: str) -> None:
    assert lever(policy, {name: 0.0, "user_growth": 99.0}, gap=20.0) == "growth.user_growth"


def test_a_component_without_a_score_is_no_lever(policy: Policy) -> None:
    assert lever(policy, {"usage_growth": None, "user_growth": 99.0}, gap=20.0) == "growth.user_growth"


def test_a_pillar_that_is_not_in_the_priority_is_no_lever(policy: Policy) -> None:
    """Its components may have points all the same: too few of them for a score of the pillar."""
    scores = {"usage_growth": 0.0, "advocacy": 99.0}
    assert lever(policy, scores, gap=20.0, growth=None) == "strategic.advocacy"


def test_a_pillar_that_is_not_configured_is_no_lever(policy: Policy) -> None:
    unmapped = ("strategic_grants", "accounts.nps")
    assert lever(policy, {"user_growth": 99.0}, unmapped=unmapped, strategic=None) == "growth.user_growth"


def test_a_pillar_of_which_too_little_can_be_known_leaves_its_weight_to_the_others(policy: Policy) -> None:
    """Of growth only revenue_expansion, 25, is left: below 30, so 15 points of NPS weigh 25 / 70 of them, not 25 / 100.

    At 0 NPS is worth 0.15 x 25 / 70 x 100 = 5.36 points of priority, and in a priority with growth 3.75.
    """
    young = ("usage_growth", "user_growth", "adoption_pace")
    unmapped = ("subscriptions.seats", "accounts.addressable_seats", "products")
    scores = {"advocacy": 0.0}
    assert not levers(policy, scores, gap=5.0, unmapped=unmapped)["is_lever_sufficient"]
    assert levers(policy, scores, gap=5.0, unmapped=unmapped, too_young=young)["is_lever_sufficient"]
    assert not levers(policy, scores, gap=5.4, unmapped=unmapped, too_young=young)["is_lever_sufficient"]


def test_a_component_weighs_more_where_others_are_missing(policy: Policy) -> None:
    """Without the grants 40 of strategic are populated, so that NPS is worth more than the growth of users."""
    scores = {"user_growth": 0.0, "advocacy": 0.0}
    assert lever(policy, scores, gap=3.0) == "growth.user_growth"
    assert lever(policy, scores | {"reference": None, "co_development": None}, gap=3.0) == "strategic.advocacy"
    assert lever(policy, scores, gap=3.0, unmapped=("strategic_grants",)) == "strategic.advocacy"


@pytest.mark.parametrize(
    ("scores", "gap", "named"),
    [
        # A point of usage_growth is worth 0.25 x 0.30 = 0.075, of user_growth 0.045, of advocacy 0.0375.
        pytest.param({"usage_growth": 20.0}, 3.0, {"growth.usage_growth": 60.0}, id="one_as_far_as_needed"),
        pytest.param({"usage_growth": 20.0}, 6.0, {"growth.usage_growth": 100.0}, id="one_to_the_end"),
        pytest.param({"usage_growth": 20.0}, 6.01, None, id="one_that_is_not_enough"),
        pytest.param(
            {"usage_growth": 20.0, "user_growth": 0.0, "advocacy": 0.0}, 10.5,
            {"growth.usage_growth": 100.0, "growth.user_growth": 100.0}, id="two_of_three",
        ),
        pytest.param(
            {"usage_growth": 20.0, "user_growth": 0.0, "advocacy": 0.0}, 10.8,
            {"growth.usage_growth": 100.0, "growth.user_growth": 100.0, "strategic.advocacy": 8.0}, id="all_three",
        ),
    ],
)  # fmt: skip
def test_the_fewest_that_close_the_gap(
    policy: Policy, scores: dict[str, float | None], gap: float, named: dict[str, float] | None
) -> None:
    found = levers(policy, scores, gap=gap)
    listed = (
        None if found["levers"] is None else {one["component"]: one["points"] for one in json.loads(found["levers"])}
    )
    assert listed == named
    assert found["is_lever_sufficient"] == (named is not None and len(named) == 1)


@pytest.mark.parametrize("constraint", ["override", "insufficient_data", "economic_ceiling", "cooldown", "move_cap"])
def test_where_the_score_does_not_bind_the_constraint_is_the_lever(policy: Policy, constraint: str) -> None:
    found = levers(policy, {"usage_growth": 0.0}, gap=0.0, binding=constraint)
    assert found == {"top_lever": constraint, "is_lever_sufficient": None, "levers": None}


def test_at_the_top_there_is_no_lever(policy: Policy) -> None:
    assert lever(policy, {"usage_growth": 0.0}, gap=None, binding=None) is None


def test_policy_without_actionable_components_has_no_lever(policy: Policy) -> None:
    idle = policy.pillars.model_copy(
        update={
            pillar: {
                name: component.model_copy(update={"is_actionable": False})
                for name, component in getattr(policy.pillars, pillar).items()
            }
            for pillar in ("growth", "strategic")
        }
    )
    assert lever(policy.model_copy(update={"pillars": idle}), {"usage_growth": 0.0}) is None


# --- against a plain computation of the priority ---------------------------------------------------------------

POINTS = st.sampled_from([None, 0.0, 20.0, 50.0, 80.0, 99.0, 100.0])
COMPONENTS = st.fixed_dictionaries(dict.fromkeys(GROWTH + STRATEGIC, POINTS))


def pillar_of(policy: Policy, pillar: str, scores: dict[str, float | None]) -> tuple[float | None, float]:
    """Score and coverage, as the page says it."""
    components = getattr(policy.pillars, pillar)
    populated = {name: one.weight for name, one in components.items() if scores[name] is not None}
    coverage = sum(populated.values()) / 100
    if coverage < policy.scoring.minimum_coverage_share:
        return None, coverage
    return sum(weight * scores[name] for name, weight in populated.items()) / sum(populated.values()), coverage


def priority_of(policy: Policy, scores: dict[str, float | None]) -> tuple[float, float]:
    """Priority and its coverage, value and complexity being 50."""
    parts = {"growth": pillar_of(policy, "growth", scores)[0], "strategic": pillar_of(policy, "strategic", scores)[0]}
    parts |= {"value": 50.0, "complexity": 50.0}
    weights = {name: getattr(policy.priority, name) for name, points in parts.items() if points is not None}
    total = sum(weights.values())
    return sum(weight * parts[name] for name, weight in weights.items()) / total, total / 100


@settings(max_examples=40)
@given(COMPONENTS, st.sampled_from([0.5, 2.0, 5.0, 12.0]))
def test_no_other_component_closes_the_gap_with_fewer_points(
    policy: Policy, scores: dict[str, float | None], gap: float
) -> None:
    before = priority_of(policy, scores)[0]
    needs: dict[str, tuple[bool, float]] = {}
    for pillar, names in (("growth", GROWTH), ("strategic", STRATEGIC)):
        for name in names:
            points = scores[name]
            if points is None or points == 100 or not getattr(policy.pillars, pillar)[name].is_actionable:
                continue
            gain = priority_of(policy, scores | {name: 100.0})[0] - before
            if gain > 1e-9:
                closes = gain >= gap - 1e-9
                needs[f"{pillar}.{name}"] = (not closes, gap * (100 - points) / gain if closes else -gain)
    known = {pillar: pillar_of(policy, pillar, scores)[0] for pillar in ("growth", "strategic")}
    best = lever(policy, scores, gap=gap, **known)
    if not needs:
        assert best is None
    else:
        assert best is not None
        least = min(needs.values())
        assert needs[best][0] == least[0]
        assert needs[best][1] == pytest.approx(least[1], abs=1e-6)


@settings(max_examples=40)
@given(COMPONENTS, st.sampled_from([0.5, 2.0, 5.0, 12.0]))
def test_raising_what_is_named_closes_the_gap_and_leaving_any_out_does_not(
    policy: Policy, scores: dict[str, float | None], gap: float
) -> None:
    before = priority_of(policy, scores)[0]
    known = {pillar: pillar_of(policy, pillar, scores)[0] for pillar in ("growth", "strategic")}
    found = levers(policy, scores, gap=gap, **known)["levers"]
    if found is None:
        return
    named = {one["component"].partition(".")[2]: one["points"] for one in json.loads(found)}
    assert priority_of(policy, scores | named)[0] - before >= gap - 1e-9
    for name in named:
        others = {other: 100.0 for other in named if other != name}
        assert priority_of(policy, scores | others)[0] - before < gap
