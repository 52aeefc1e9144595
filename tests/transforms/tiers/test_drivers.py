"""Drivers: what made a change, what pushed the way that the account went first."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.drivers import FACT_COLUMNS, MOST, POINTS, Standing, drivers, points_long

Points = dict[str, float | None]
Facts = dict[str, Any]

MONTH, THEN = Month.parse("2026-10"), Month.parse("2026-07")
TIER_FACTS = ("score_target_tier", "ceiling_tier", "floor_tier")
STEADY: Facts = {"score_target_tier": "mid_touch", "ceiling_tier": "high_touch"}


def standing(accounts: dict[str, Points], facts: Facts, month: Month) -> Standing:
    """Accounts with points by ``pillar.component``, all with the same facts."""
    rows = [
        (account_id, month.first_day, *name.split("."), value)
        for account_id, points in accounts.items()
        for name, value in points.items()
    ]
    schema = {name: pl.String if name in TIER_FACTS else pl.Float64 for name in FACT_COLUMNS}
    of_facts = [{"account_id": one, "month": month.first_day} | facts for one in accounts]
    return Standing(
        pl.DataFrame(rows, schema=POINTS, orient="row"),
        pl.DataFrame(of_facts, schema={"account_id": pl.String, "month": pl.Date} | schema),
    )


def change(kind: str, decided_by: str = "score", account_id: str = "a") -> dict[str, Any]:
    up = {"from_base_tier": "low_touch", "to_base_tier": "mid_touch"}
    down = {"from_base_tier": "mid_touch", "to_base_tier": "low_touch"}
    return {"account_id": account_id, "kind": kind, "decided_by": decided_by} | (down if kind == "demotion" else up)


def all_drivers(
    policy: Policy,
    changes: list[dict[str, Any]],
    then: dict[str, Points],
    now: dict[str, Points],
    facts: tuple[Facts, Facts] = (STEADY, STEADY),
    month_then: date = THEN.first_day,
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    compared = pl.DataFrame(
        [(one["account_id"], one["kind"], month_then) for one in changes],
        schema={"account_id": pl.String, "kind": pl.String, "month": pl.Date},
        orient="row",
    )
    before = standing(then, facts[0], Month.of(month_then))
    found = drivers(pl.DataFrame(changes), compared, standing(now, facts[1], MONTH), before, policy, MONTH)
    return {(row["account_id"], row["kind"]): json.loads(row["drivers"]) for row in found.iter_rows(named=True)}


def drivers_of(policy: Policy, kind: str, then: Points, now: Points, **more: Any) -> list[tuple[str, float]]:
    found = all_drivers(policy, [change(kind)], {"a": then}, {"a": now}, **more)["a", kind]
    return [(one["component"], one.get("points", one.get("became"))) for one in found]


# Growth, value, strategic and complexity weigh 30, 30, 25 and 15.
BOTH_OF_GROWTH = {"growth.usage_growth": 0.0, "growth.user_growth": 0.0}


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ({"growth.usage_growth": 10.0}, {"growth.usage_growth": 20.0}, [("growth.usage_growth", 10.0)]),
        (BOTH_OF_GROWTH, BOTH_OF_GROWTH | {"growth.usage_growth": 40.0}, [("growth.usage_growth", 25.0)]),
        (
            {"growth.usage_growth": 0.0, "value.arr": 50.0},
            {"growth.usage_growth": 10.0, "value.arr": 70.0},
            [("value.arr", 10.0), ("growth.usage_growth", 5.0)],
        ),
        (
            {"growth.usage_growth": 20.0, "value.arr": 50.0},
            {"growth.usage_growth": 0.0, "value.arr": 54.0},
            [("value.arr", 2.0), ("growth.usage_growth", -10.0)],
        ),
        ({"value.arr": 50.0}, {"value.arr": 50.04}, []),
        ({"value.arr": 50.0}, {"value.arr": 40.0}, []),
        ({"value.arr": 50.0}, {"value.arr": 50.06}, [("value.arr", 0.06)]),
        ({"health.payment": 0.0, "value.arr": 1.0}, {"health.payment": 90.0, "value.arr": 1.0}, []),
    ],
    ids=[
        "alone_it_is_the_whole_score", "by_its_share_of_the_pillar", "by_the_pillars_share", "what_pushed_leads",
        "reads_as_nothing", "what_pushed_down_never_leads_a_promotion", "just_enough", "health_is_not_in_the_priority",
    ],
)  # fmt: skip
def test_promotion_is_explained_by_what_raised_the_priority(
    policy: Policy, then: Points, now: Points, expected: list[tuple[str, float]]
) -> None:
    assert drivers_of(policy, "promotion", then, now) == expected


def test_demotion_is_explained_by_what_lowered_the_priority(policy: Policy) -> None:
    then = {"growth.usage_growth": 50.0, "value.arr": 50.0}
    now = {"growth.usage_growth": 70.0, "value.arr": 48.0}
    assert drivers_of(policy, "demotion", then, now) == [("value.arr", -1.0), ("growth.usage_growth", 10.0)]


@pytest.mark.parametrize(
    ("arr_now", "expected"),
    [
        (60.0, [("value.arr", 10.0), ("strategic.advocacy", "known")]),
        (40.0, [("strategic.advocacy", "known"), ("value.arr", -10.0)]),
    ],
    ids=["after_what_pushed", "leads_where_the_rest_sums_against_the_move"],
)
def test_what_became_known_has_no_points(policy: Policy, arr_now: float, expected: list[tuple[str, Any]]) -> None:
    then, now = {"value.arr": 50.0, "strategic.advocacy": None}, {"value.arr": arr_now, "strategic.advocacy": 90.0}
    assert drivers_of(policy, "promotion", then, now) == expected


def test_what_is_no_longer_known_is_said(policy: Policy) -> None:
    found = drivers_of(policy, "demotion", {"value.arr": 50.0, "strategic.advocacy": 90.0}, {"value.arr": 50.0})
    assert found == [("strategic.advocacy", "unknown")]


def test_at_most_three_are_named_and_equal_ones_by_name(policy: Policy) -> None:
    names = ("strategic.reference", "strategic.co_development", "value.arr", "complexity.regions")
    found = drivers_of(policy, "promotion", dict.fromkeys(names, 0.0), dict.fromkeys(names, 100.0))
    assert [name for name, _ in found] == ["value.arr", "complexity.regions", "strategic.co_development"]
    assert len(found) == MOST


@pytest.mark.parametrize(
    ("kind", "then", "now"), [("lift_started", 90.0, 10.0), ("lift_ended", 10.0, 90.0)], ids=["start", "end"]
)
def test_lift_is_explained_in_points_of_health(policy: Policy, kind: str, then: float, now: float) -> None:
    found = drivers_of(
        policy,
        kind,
        {"health.usage_trend": then, "growth.usage_growth": then},
        {"health.usage_trend": now, "growth.usage_growth": now},
    )
    assert found == [("health.usage_trend", now - then)]


@pytest.mark.parametrize(
    ("started", "expected"),
    [("2026-04", [{"component": "lift_duration", "months": 6}]), ("2026-05", [])],
    ids=["six_months_are_over", "not_over"],
)
def test_lift_that_nothing_ended_has_run_its_time(policy: Policy, started: str, expected: list[dict[str, Any]]) -> None:
    ill = {"a": {"health.usage_trend": 20.0}}
    month_then = Month.parse(started).first_day
    found = all_drivers(policy, [change("lift_ended", "risk_lift")], ill, ill, month_then=month_then)
    assert found["a", "lift_ended"] == expected


@pytest.mark.parametrize(("started", "leads"), [("2026-04", "lift_duration"), ("2026-05", "health.satisfaction")])
def test_what_became_unknown_while_health_fell_ended_no_lift_whose_time_is_over(
    policy: Policy, started: str, leads: str
) -> None:
    then = {"a": {"health.usage_trend": 60.0, "health.satisfaction": 20.0}}
    now = {"a": {"health.usage_trend": 10.0}}
    month_then = Month.parse(started).first_day
    found = all_drivers(policy, [change("lift_ended", "risk_lift")], then, now, month_then=month_then)
    assert found["a", "lift_ended"][0]["component"] == leads


def test_what_raised_health_ended_a_lift_however_long_it_ran(policy: Policy) -> None:
    then, now = {"a": {"health.usage_trend": 10.0}}, {"a": {"health.usage_trend": 90.0}}
    month_then = Month.parse("2026-04").first_day
    found = all_drivers(policy, [change("lift_ended", "risk_lift")], then, now, month_then=month_then)
    assert found["a", "lift_ended"][0]["component"] == "health.usage_trend"


MONEY: Facts = STEADY | {"gross_profit": 100_000.0, "support_cost": 5_000.0, "complexity_without_touchpoints": 20.0}


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (
            MONEY,
            MONEY | {"gross_profit": 60_000.0, "support_cost": 4_000.0},
            [{"component": "gross_profit", "amount": -40_000.0}, {"component": "support_cost", "amount": -1_000.0}],
        ),
        (MONEY, MONEY | {"complexity_without_touchpoints": 70.0}, [{"component": "hours", "hours": 6.0}]),
        (MONEY, MONEY | {"gross_profit": 110_000.0}, []),
    ],
    ids=["profit_fell", "mid_touch_takes_a_quarter_more_of_24_hours", "nothing_pushed_down"],
)
def test_ceiling_is_explained_by_money(policy: Policy, then: Facts, now: Facts, expected: list[dict[str, Any]]) -> None:
    moved = {"a": {"value.arr": 10.0}}
    found = all_drivers(policy, [change("demotion", "economic_ceiling")], moved, moved, (then, now))
    assert found["a", "demotion"] == expected


def test_promotion_that_money_alone_had_held_is_explained_by_money(policy: Policy) -> None:
    held = MONEY | {"ceiling_tier": "low_touch"}
    now = MONEY | {"gross_profit": 140_000.0}
    found = all_drivers(
        policy, [change("promotion")], {"a": {"value.arr": 50.0}}, {"a": {"value.arr": 80.0}}, (held, now)
    )
    assert found["a", "promotion"] == [{"component": "gross_profit", "amount": 40_000.0}]


def test_contract_event_is_explained_by_arr_and_products(policy: Policy) -> None:
    then, now = {"arr": 10_000.0, "products_owned": 1.0}, {"arr": 15_000.0, "products_owned": 2.0}
    found = all_drivers(
        policy, [change("promotion", "contract_event")], {"a": {}}, {"a": {}}, (STEADY | then, STEADY | now)
    )
    assert found["a", "promotion"] == [{"component": "arr", "amount": 5_000.0}, {"component": "products", "count": 1}]


@pytest.mark.parametrize(
    ("kind", "decided_by", "floor_then", "floor_now", "became"),
    [
        ("promotion", "strategic_grant", None, "mid_touch", "begun"),
        ("demotion", "score", "mid_touch", None, "ended"),
        ("demotion", "economic_ceiling", "high_touch", None, "ended"),
    ],
    ids=["begins", "ends", "ends_above_what_it_can_pay"],
)
def test_floor_is_explained_by_its_grant(
    policy: Policy, kind: str, decided_by: str, floor_then: str | None, floor_now: str | None, became: str
) -> None:
    facts = (MONEY | {"floor_tier": floor_then}, MONEY | {"floor_tier": floor_now})
    found = all_drivers(policy, [change(kind, decided_by)], {"a": {}}, {"a": {}}, facts)
    assert found["a", kind] == [{"component": "strategic_grant", "became": became}]


def test_placement_is_the_first_priority(policy: Policy) -> None:
    found = all_drivers(policy, [change("placement")], {"a": {"value.arr": 0.0}}, {"a": {"value.arr": 90.0}})
    assert found["a", "placement"] == [{"component": "first_priority"}]


@pytest.mark.parametrize(
    ("then", "now"),
    [({}, {"a": {"value.arr": 50.0}}), ({"a": {"value.arr": 50.0}}, {}), ({}, {})],
    ids=["nothing_before", "nothing_now", "neither"],
)
def test_where_one_side_is_unpublished_nothing_fails(
    policy: Policy, then: dict[str, Points], now: dict[str, Points]
) -> None:
    found = all_drivers(policy, [change("override_started", "override")], then, now)
    assert set(found) == {("a", "override_started")}


def test_points_are_unfolded_by_position(policy: Policy) -> None:
    names = [(pillar, name) for pillar, name, _ in policy.pillars.components()]
    wide = pl.DataFrame(
        {
            "account_id": ["a", "b"],
            "month": [MONTH.first_day] * 2,
            "component_scores": [[float(n) for n in range(len(names))], [7.0]],
        }
    )
    unfolded = points_long(wide, names)
    assert dict(unfolded.schema) == POINTS
    of_a = unfolded.filter(pl.col("account_id") == "a").drop("account_id", "month")
    assert of_a.rows() == [(pillar, name, float(n)) for n, (pillar, name) in enumerate(names)]
    assert unfolded.filter(pl.col("account_id") == "b")["points"].to_list() == [7.0] + [None] * (len(names) - 1)


NAMES = ("health.payment", "health.usage_trend", "growth.usage_growth", "value.arr", "strategic.advocacy")
SOME_POINTS = st.dictionaries(st.sampled_from(NAMES), st.none() | st.integers(0, 100).map(float), min_size=1)
KINDS = ("promotion", "demotion", "lift_started", "lift_ended")


@settings(max_examples=30)
@given(st.lists(st.tuples(SOME_POINTS, SOME_POINTS), min_size=1, max_size=4))
def test_a_driver_that_leads_pushed_the_way_the_account_went(
    policy: Policy, sides: list[tuple[Points, Points]]
) -> None:
    then, now = ({str(n): pair[side] for n, pair in enumerate(sides)} for side in (0, 1))
    told = [change(kind, account_id=one) for one in now for kind in KINDS]
    for (_, kind), found in all_drivers(policy, told, then, now).items():
        way = 1 if kind in {"promotion", "lift_ended"} else -1
        assert all(one["points"] * way > 0 for one in found[:1] if "points" in one)
    backwards = {one: now[one] for one in reversed(now)}
    assert all_drivers(policy, told[::-1], then, backwards) == all_drivers(policy, told, then, now)
