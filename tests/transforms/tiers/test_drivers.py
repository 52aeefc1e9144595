"""Drivers: the components that moved most since an account's last change, in points of what changed."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.policy import Policy
from transforms.tiers.drivers import MOST, contributions_long, drivers

Contributions = dict[str, float | None]

_LONG = {"account_id": pl.String, "pillar": pl.String, "component": pl.String, "contribution": pl.Float64}


def long(accounts: dict[str, Contributions]) -> pl.DataFrame:
    """Contributions by account and ``pillar.component``."""
    rows = [
        (account_id, *name.split("."), contribution)
        for account_id, contributions in accounts.items()
        for name, contribution in contributions.items()
    ]
    return pl.DataFrame(rows, schema=_LONG, orient="row")


def changes(*pairs: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"account_id": pl.String, "kind": pl.String}, orient="row")


def drivers_of(policy: Policy, kind: str, then: Contributions, now: Contributions) -> list[tuple[str, float]]:
    found = drivers(changes(("a", kind)), long({"a": now}), long({"a": then}), policy)
    return [(one["component"], one["points"]) for one in json.loads(found["drivers"].item())]


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ({"growth.usage_growth": 10.0}, {"growth.usage_growth": 20.0}, [("growth.usage_growth", 3.0)]),
        ({"growth.usage_growth": 20.0}, {"growth.usage_growth": 10.0}, [("growth.usage_growth", -3.0)]),
        ({"value.arr": 50.0}, {"value.arr": 60.0}, [("value.arr", 3.0)]),
        ({"strategic.reference": 0.0}, {"strategic.reference": 30.0}, [("strategic.reference", 7.5)]),
        ({"complexity.regions": 0.0}, {"complexity.regions": 10.0}, [("complexity.regions", 1.5)]),
        ({"growth.usage_growth": None}, {"growth.usage_growth": 20.0}, [("growth.usage_growth", 6.0)]),
        ({"growth.usage_growth": 20.0}, {"growth.usage_growth": None}, [("growth.usage_growth", -6.0)]),
        ({"growth.usage_growth": 20.0}, {"value.arr": 10.0}, [("growth.usage_growth", -6.0), ("value.arr", 3.0)]),
        ({"growth.usage_growth": 10.0}, {"growth.usage_growth": 10.0}, []),
        ({"growth.usage_growth": 10.0}, {"growth.usage_growth": 10.01}, []),
        ({"growth.usage_growth": 10.0}, {"growth.usage_growth": 10.04}, [("growth.usage_growth", 0.01)]),
        ({"health.payment": 10.0}, {"health.payment": 0.0}, []),
    ],
    ids=[
        "rise_times_the_pillars_weight", "fall", "value", "strategic", "complexity", "newly_known", "no_longer_known",
        "another_component", "nothing_moved", "too_little_to_be_told", "just_enough", "health_is_not_in_the_priority",
    ],
)  # fmt: skip
def test_promotion_is_explained_in_points_of_priority(
    policy: Policy, then: Contributions, now: Contributions, expected: list[tuple[str, float]]
) -> None:
    assert drivers_of(policy, "promotion", then, now) == expected


def test_only_the_most_moved_are_named_the_largest_first_whatever_its_sign(policy: Policy) -> None:
    then = dict.fromkeys(("value.arr", "growth.whitespace", "growth.usage_growth", "strategic.reference"), 10.0)
    now = {"value.arr": 30.0, "growth.whitespace": 12.0, "growth.usage_growth": 5.0, "strategic.reference": -30.0}
    named = drivers_of(policy, "demotion", then, now)
    assert named == [("strategic.reference", -10.0), ("value.arr", 6.0), ("growth.usage_growth", -1.5)]
    assert len(named) == MOST


def test_equal_movements_are_named_in_the_order_of_their_names(policy: Policy) -> None:
    names = ("value.arr", "growth.whitespace", "growth.adoption_pace", "growth.usage_growth")
    named = drivers_of(policy, "promotion", dict.fromkeys(names, 0.0), dict.fromkeys(names, 10.0))
    assert [name for name, _ in named] == ["growth.adoption_pace", "growth.usage_growth", "growth.whitespace"]


@pytest.mark.parametrize("kind", ["lift_started", "lift_ended"])
def test_lift_is_explained_in_points_of_health(policy: Policy, kind: str) -> None:
    then = {"health.usage_trend": 25.0, "health.payment": 10.0, "growth.usage_growth": 0.0}
    now = {"health.usage_trend": 0.0, "health.payment": 5.5, "growth.usage_growth": 100.0}
    assert drivers_of(policy, kind, then, now) == [("health.usage_trend", -25.0), ("health.payment", -4.5)]


def test_kinds_of_one_account_have_drivers_of_their_own(policy: Policy) -> None:
    found = drivers(
        changes(("a", "demotion"), ("a", "lift_started")),
        long({"a": {"health.payment": 0.0, "value.arr": 0.0}}),
        long({"a": {"health.payment": 10.0, "value.arr": 10.0}}),
        policy,
    )
    assert dict(found.select("kind", "drivers").iter_rows()) == {
        "demotion": '[{"component": "value.arr", "points": -3.0}]',
        "lift_started": '[{"component": "health.payment", "points": -10.0}]',
    }


@pytest.mark.parametrize(
    ("then", "now"),
    [({}, {"a": {"value.arr": 50.0}}), ({"a": {"value.arr": 50.0}}, {}), ({}, {})],
    ids=["entry_has_no_former_score", "exit_has_no_present_one", "neither"],
)
def test_change_without_a_score_on_both_sides_has_no_drivers(
    policy: Policy, then: dict[str, Contributions], now: dict[str, Contributions]
) -> None:
    found = drivers(changes(("a", "initial"), ("b", "exit")), long(now), long(then), policy)
    assert found.columns == ["account_id", "kind", "drivers"]
    assert found["drivers"].to_list() == ["[]", "[]"]


def test_no_change_no_drivers(policy: Policy) -> None:
    assert drivers(changes(), long({}), long({}), policy).is_empty()


def test_contributions_are_unfolded_by_position(policy: Policy) -> None:
    components = policy.pillars.components()
    wide = pl.DataFrame(
        {"account_id": ["a", "b"], "contributions": [[float(n) for n in range(len(components))], [7.0]]},
    )
    unfolded = contributions_long(wide, policy)
    assert dict(unfolded.schema) == _LONG
    of_a = unfolded.filter(pl.col("account_id") == "a").drop("account_id")
    assert of_a.rows() == [(pillar, name, float(n)) for n, (pillar, name, _) in enumerate(components)]
    of_b = unfolded.filter(pl.col("account_id") == "b")["contribution"]
    assert of_b.to_list() == [7.0] + [None] * (len(components) - 1)


NAMES = ("health.payment", "growth.usage_growth", "growth.whitespace", "value.arr", "strategic.advocacy")
SOME_CONTRIBUTIONS = st.dictionaries(st.sampled_from(NAMES), st.none() | st.integers(0, 100).map(float))


@settings(max_examples=20)
@given(st.lists(st.tuples(SOME_CONTRIBUTIONS, SOME_CONTRIBUTIONS), min_size=1, max_size=5), st.integers(0, 99))
def test_order_of_rows_does_not_matter(
    policy: Policy, sides: list[tuple[Contributions, Contributions]], seed: int
) -> None:
    then, now = ({str(n): pair[side] for n, pair in enumerate(sides)} for side in (0, 1))
    told = changes(*((str(n), kind) for n in range(len(sides)) for kind in ("promotion", "lift_started")))
    straight = drivers(told, long(now), long(then), policy).sort("account_id", "kind")
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=seed) for frame in (told, long(now), long(then))]
    assert drivers(*shuffled, policy).sort("account_id", "kind").equals(straight)
