"""Who calls accounts at risk where the plan's hours do not serve, and how the calls count in loads."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.engagement.pools import people
from transforms.engagement.action_owners import call_hours, with_action_owners

PLAN = {
    "owner": "Dee", "owner_model": "digital", "hours_per_month": 0.5, "is_lift_in_effect": False, "crm_owner": None,
    "priority": 10.0, "region": None, "industry": None,
}  # fmt: skip
TEXTS = dict.fromkeys(("account_id", "owner", "owner_model", "crm_owner", "region", "industry"), pl.String)
TEAM = {"Ada": ("pooled", 1), "Dee": ("digital", 9), "Tia": ("dedicated", 0)}


def owned(policy, actions, *plan, team=TEAM):
    """Hours and owner by account; ``actions`` are action and status by account."""
    accounts = pl.DataFrame([PLAN | row for row in plan], schema_overrides=TEXTS)
    rows = pl.DataFrame(
        [(name, *one) for name, one in actions.items()], ["account_id", "action", "status"], orient="row"
    )
    found = with_action_owners(rows, accounts, None if team is None else people(**team), policy)
    assert found["account_id"].to_list() == list(actions)
    return found, {row[0]: row[1:] for row in found.select("account_id", "hours", "owner").rows()}


@pytest.mark.parametrize(
    ("action", "status", "values", "expected"),
    [
        pytest.param("risk_call", "open", {}, (1.0, "Ada"), id="somebody pooled with room"),
        pytest.param("risk_call", "open", {"crm_owner": "Tia"}, (1.0, "Tia"), id="the CRM's, though without room"),
        pytest.param("risk_call", "open", {"crm_owner": "x@y.z"}, (1.0, "Ada"), id="the CRM's is not of the team"),
        pytest.param("chronic_risk", "open", {}, (2.0, "unassigned"), id="nobody has room"),
        pytest.param("chronic_risk", "open", {"is_lift_in_effect": True}, (0.0, "Dee"), id="a lift's hours serve"),
        pytest.param("risk_call", "done", {}, (0.0, "Dee"), id="done"),
        pytest.param("adoption_help", "open", {}, (0.0, "Dee"), id="of the plan's hours"),
        pytest.param("health_check", "open", {"crm_owner": "Tia"}, (0.0, "Dee"), id="answers no risk"),
    ],
)
def test_who_acts_and_for_how_many_hours(policy, action, status, values, expected):
    assert owned(policy, {"a": (action, status)}, {"account_id": "a"} | values)[1] == {"a": expected}


def test_calls_take_the_room_that_the_plan_leaves_and_the_highest_priority_comes_first(policy):
    calls = dict.fromkeys("abc", ("risk_call", "open"))
    plan = [{"account_id": "a"}, {"account_id": "b", "priority": 50.0}]
    served = {"account_id": "c", "owner": "Ada", "owner_model": "pooled", "hours_per_month": 1.5, "crm_owner": "Ada"}
    team = TEAM | {"Ada": ("pooled", 3.5)}
    assert owned(policy, calls, *plan, served, team=team)[1] == {
        "a": (1.0, "unassigned"),
        "b": (1.0, "Ada"),
        "c": (1.0, "Ada"),
    }


def test_calls_count_in_the_pool_of_who_makes_them(policy):
    calls = {"a": ("risk_call", "open"), "b": ("chronic_risk", "open"), "c": ("usage_call", "done")}
    found, _ = owned(policy, calls, *({"account_id": name} for name in "abc"))
    load = call_hours(found, people(**TEAM)).collect()
    assert sorted(load.select("owner", "pool", "units").rows()) == [
        ("Ada", "pooled", 10_000),
        ("unassigned", "pooled", 20_000),
    ]


def test_without_a_team_all_actions_are_the_owners(policy):
    assert owned(policy, {"a": ("risk_call", "open")}, {"account_id": "a"}, team=None)[1]["a"][1] == "Dee"
