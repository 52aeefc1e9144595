"""From plans to owners and loads, over all pools."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.engagement.accounts import accounts
from tests.transforms.engagement.pools import people as people_of
from transforms.contracts.model import TIERS
from transforms.engagement.load import team_load
from transforms.engagement.owners import importance, with_owners
from transforms.engagement.team import POOLS
from transforms.policy.staffing import Staffing

MADE = ("owner", "technical_owner", "is_handed_over", "is_interim_owner")
NO_CALLS = pl.LazyFrame(schema={"owner": pl.String, "pool": pl.String, "units": pl.Int64})
TIER_OF = {"dedicated": "high_touch", "pooled": "mid_touch", "digital": "low_touch"}
STAFFING = Staffing.model_validate(
    {
        name: {"value": value, "reason": "Tried in a test."}
        for name, value in {
            "handover_absence_days": 14, "technical_hours_per_year": 24.0, "maximum_unassigned_share": 0.1,
            "other_region_cost": 2.0, "other_industry_cost": 1.0,
        }.items()
    }
)  # fmt: skip


def plan(*given, pool="pooled"):
    defaults = {"owner_model": pool, "tier": TIER_OF[pool], "hours_per_month": 2.0, "technical_hours_per_month": 0.0}
    more = {
        "previous_technical_owner": pl.String(), "base_owner_model": pl.String(), "base_hours_per_month": pl.Float64(),
        "preferred_owner": pl.String(),
    }  # fmt: skip
    rows = accounts([defaults | dict.fromkeys(more) | row for row in given], **more)
    preferred = pl.coalesce("preferred_owner", "previous_owner")
    base = (pl.col(f"base_{name}").fill_null(pl.col(name)) for name in ("owner_model", "hours_per_month"))
    return rows.with_columns(*base, preferred_owner=preferred).drop(*MADE).collect()


def owned(plan_rows, people):
    found = with_owners(plan_rows, people, STAFFING)
    return {row["account_id"]: row for row in found.iter_rows(named=True)}


def test_who_changes_the_tier_changes_the_pool_and_is_handed_over():
    found = owned(
        plan({"previous_owner": "Ada"}, pool="dedicated"), people_of(Ada=("pooled", 50), Bo=("dedicated", 50))
    )
    assert (found["a"]["owner"], found["a"]["is_handed_over"]) == ("Bo", True)


@pytest.mark.parametrize(
    ("previous", "hours", "expected"),
    [
        (None, 9, ("Ada", False)),
        ("Ada", 9, ("Ada", False)),
        ("Ada", 1, ("unassigned", True)),
        (None, 1, ("unassigned", False)),
    ],
    ids=["new", "kept", "lost", "new and without room"],
)  # fmt: skip
def test_handed_over_is_who_had_an_owner_and_has_another_one_or_none(previous, hours, expected):
    found = owned(plan({"previous_owner": previous}), people_of(Ada=("pooled", hours)))
    assert (found["a"]["owner"], found["a"]["is_handed_over"]) == expected


def test_an_unknown_priority_comes_last():
    rows = [{"account_id": "a"}, {"account_id": "b", "priority": 0.0}]
    found = owned(plan(*rows), people_of(Ada=("pooled", 2)))
    assert {name: row["owner"] for name, row in found.items()} == {"a": "unassigned", "b": "Ada"}


def test_technical_owners_come_from_their_own_pool_and_stay():
    rows = [
        {"account_id": "a", "technical_hours_per_month": 2.0, "previous_technical_owner": "Tia"},
        {"account_id": "b", "technical_hours_per_month": 2.0},
        {"account_id": "c"},
    ]
    people = people_of(Ada=("dedicated", 99), Tia=("tam", 2), Tom=("tam", 1))
    plan_rows = plan(*rows, pool="dedicated")
    found = owned(plan_rows, people)
    assert {name: row["technical_owner"] for name, row in found.items()} == {"a": "Tia", "b": "unassigned", "c": None}
    assert {row["owner"] for row in found.values()} == {"Ada"}


def test_without_a_team_the_owner_is_the_crms():
    rows = [
        {"account_id": "a", "csm_email": "x@y.z", "previous_owner": "x@y.z", "technical_hours_per_month": 2.0},
        {"account_id": "b"},
    ]
    found = owned(plan(*rows), None)
    assert {name: (row["owner"], row["technical_owner"]) for name, row in found.items()} == {
        "a": ("x@y.z", None),
        "b": (None, None),
    }
    assert not any(row["is_handed_over"] for row in found.values())
    assert team_load(pl.DataFrame(list(found.values())), NO_CALLS, None).is_empty()


def test_load_is_reported_for_everybody_and_for_what_is_missing_in_each_pool():
    rows = [{"account_id": "a", "previous_owner": "Bo"}, {"account_id": "b", "hours_per_month": 7.5}]
    people = people_of(Ada=("pooled", 4.5), Idle=("digital", 8))
    found = with_owners(plan(*rows), people, STAFFING)
    load = team_load(found, NO_CALLS, people)
    assert load.columns == [
        "owner", "pool", "high_touch_accounts", "mid_touch_accounts", "low_touch_accounts", "handed_over_accounts",
        "available_hours", "required_hours",
    ]  # fmt: skip
    assert load.select("owner", "pool", "available_hours", "required_hours", "mid_touch_accounts").rows() == [
        ("Ada", "pooled", 4.5, 2.0, 1),
        ("Idle", "digital", 8.0, 0.0, 0),
        ("unassigned", "dedicated", 0.0, 0.0, 0),
        ("unassigned", "digital", 0.0, 0.0, 0),
        ("unassigned", "pooled", 0.0, 7.5, 1),
        ("unassigned", "tam", 0.0, 0.0, 0),
    ]
    assert dict(load.select("owner", "handed_over_accounts").rows())["Ada"] == 1


LIFTED = {"tier": "high_touch", "base_owner_model": "pooled", "base_hours_per_month": 3.0, "hours_per_month": 9.0,
          "previous_owner": "Ada", "owner_before_lift": "Ada"}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "hours", "expected"),
    [
        pytest.param({}, 9, ("Bo", "dedicated", 9.0, False, True), id="room in the lifted pool"),
        pytest.param({}, 8, ("Ada", "pooled", 3.0, True, False), id="no room, so who had it keeps it"),
        pytest.param(
            {"previous_owner": "Bo"}, 8, ("Ada", "pooled", 3.0, True, True), id="no room any more, so it goes back"
        ),
        pytest.param({"owner_before_lift": None}, 8, ("unassigned", "dedicated", 9.0, False, True), id="nobody had it"),
        pytest.param(
            {"owner_before_lift": "Cy"}, 8, ("unassigned", "dedicated", 9.0, False, True), id="who had it is gone"
        ),
    ],
)
def test_a_lift_takes_no_owner_away(values, hours, expected):
    people = people_of(Ada=("pooled", 1), Bo=("dedicated", hours))
    row = owned(plan(LIFTED | values, pool="dedicated"), people)["a"]
    made = ("owner", "owner_model", "hours_per_month", "is_interim_owner", "is_handed_over")
    assert tuple(row[name] for name in made) == expected


def test_the_hours_of_a_lift_take_no_owner_away_at_the_top_either():
    top = LIFTED | {"previous_owner": "Bo", "owner_before_lift": "Bo", "base_owner_model": "dedicated"}
    row = owned(plan(top | {"base_hours_per_month": 9.0}, pool="dedicated"), people_of(Bo=("dedicated", 8)))["a"]
    assert (row["owner"], row["owner_model"], row["is_interim_owner"]) == ("Bo", "dedicated", True)


def test_who_gets_an_account_back_is_handed_it():
    people = people_of(Ada=("pooled", 9), Cy=("pooled", 9))
    row = owned(plan({"previous_owner": "Bo", "preferred_owner": "Cy"}), people)["a"]
    assert (row["owner"], row["is_handed_over"]) == ("Cy", True)


def test_who_is_away_keeps_nothing():
    people = people_of(Ada=("pooled", 9)).with_columns(is_away=True)
    assert owned(plan(LIFTED, pool="dedicated"), people)["a"]["owner"] == "unassigned"


def test_hours_of_an_interim_owner_are_taken_before_others_are_placed():
    rows = [LIFTED | {"owner_model": "dedicated"}, {"account_id": "b", "priority": 90.0}]
    people = people_of(Ada=("pooled", 4))
    found = owned(plan(*rows), people)
    assert {name: row["owner"] for name, row in found.items()} == {"a": "Ada", "b": "unassigned"}
    load = team_load(pl.DataFrame(list(found.values())), NO_CALLS, people)
    assert dict(load.filter(pl.col("pool") == "pooled").select("owner", "required_hours").rows()) == {
        "Ada": 3.0,
        "unassigned": 2.0,
    }


def test_calls_count_with_who_makes_them():
    calls = pl.LazyFrame({"owner": ["Ada", "unassigned"], "pool": ["pooled", "pooled"], "units": [10_000, 5_000]})
    people = people_of(Ada=("pooled", 9))
    load = team_load(with_owners(plan({}), people, STAFFING), calls, people)
    of_pool = load.filter(pl.col("pool") == "pooled")
    assert dict(of_pool.select("owner", "required_hours").rows()) == {"Ada": 3.0, "unassigned": 0.5}
    assert of_pool["mid_touch_accounts"].sum() == 1


@st.composite
def months(draw):
    """A plan of some accounts and a team with about enough hours."""
    people = {
        f"{pool} {number}": (pool, draw(st.sampled_from([0, 2.5, 5, 8])))
        for pool in POOLS
        for number in range(draw(st.integers(0, 2)))
    }
    rows = []
    for number in range(draw(st.integers(1, 12))):
        pool = draw(st.sampled_from(list(TIER_OF)))
        rows.append(
            {
                "account_id": f"{number:02}",
                "owner_model": pool,
                "tier": TIER_OF[pool],
                "hours_per_month": draw(st.sampled_from([0.1, 0.2, 1.3, 2.0667])),
                "technical_hours_per_month": draw(st.sampled_from([0.0, 2.0])),
                "priority": draw(st.sampled_from([None, 10.0, 50.0])),
                "previous_owner": draw(st.sampled_from([None, "gone", *people])),
                "base_owner_model": draw(st.sampled_from(list(TIER_OF))),
                "base_hours_per_month": 1.3,
                "owner_before_lift": draw(st.sampled_from([None, None, "gone", *people])),
                "previous_technical_owner": draw(st.sampled_from([None, "gone", *people])),
            }
        )
    return plan(*rows), people_of(**people)


@given(months())
@settings(deadline=None, max_examples=40)
def test_loads_add_up_to_the_plan_and_stay_within_the_hours(month):
    plan_rows, people = month
    found = with_owners(plan_rows, people, STAFFING)
    load = team_load(found, NO_CALLS, people)
    assert found["account_id"].to_list() == plan_rows["account_id"].to_list()

    pool_of = dict(people.select("owner", "pool").rows())
    assert all(pool_of.get(row["owner"], row["owner_model"]) == row["owner_model"] for row in found.to_dicts())
    kept = found.filter(pl.col("owner_before_lift").is_in([name for name in pool_of if pool_of[name] != "tam"]))
    assert (kept["owner"] != "unassigned").all()
    of_owners = load.filter(pl.col("pool") != "tam")
    assert total(of_owners["required_hours"]) == total(found["hours_per_month"])
    technical = load.filter(pl.col("pool") == "tam")
    assert total(technical["required_hours"]) == total(plan_rows["technical_hours_per_month"])
    interim = found.filter("is_interim_owner")["owner"].to_list()
    people_only = load.filter(~pl.col("owner").is_in(["unassigned", *interim]))
    assert (people_only["required_hours"] <= people_only["available_hours"]).all()
    assert Counter(found["tier"]) == Counter({tier: of_owners[f"{tier}_accounts"].sum() for tier in TIERS})
    assert of_owners["handed_over_accounts"].sum() == found["is_handed_over"].sum()


def total(hours: pl.Series) -> int:
    """In ten-thousandths, so that nothing depends on the order."""
    return sum(round(one * 10_000) for one in hours)


def test_importance_is_the_priority_in_hundredths_and_unknown_comes_last():
    priorities = pl.DataFrame({"priority": [None, 0.0, 0.01, 52.12, 100.0]}, schema={"priority": pl.Float64})
    assert priorities.select(importance(pl.col("priority"))).to_series().to_list() == [0, 1, 2, 5213, 10001]
