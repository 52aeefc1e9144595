"""Which rule decided, and the reason codes that go with it, in their order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.tiers.factory import HIGH, LOW, MID, step_rows, with_movement
from transforms.policy import Policy

POOR = {"arr": 20_000.0}
ILL = {"health": 30.0}
FLOOR = {"has_grant": True, "grant_floor_tier": HIGH}
GROWN = {"arr_1_month_ago": 100_000.0, "arr_2_months_ago": 100_000.0}
OVERRIDDEN = {"override_tier": HIGH, "override_start_date": date(2025, 4, 1), "override_end_date": date(2025, 9, 30)}
LIFTED = {
    "lift_started_month": date(2025, 1, 1), "is_lift_affordable": True, "is_lift_in_effect": True,
    "tier_without_override": HIGH, "healthy_streak_months": 1,
}  # fmt: skip

CASES = {
    "stays": ({}, {}, "score"),
    "moves": ({"promotion_streak_months": 1}, {"priority": 70.0}, "score"),
    "waits": ({}, {"priority": 70.0}, "score,dwell"),
    "shortened": ({"base": LOW, "promotion_streak_months": 1}, {"priority": 70.0}, "score,max_step"),
    "blocked_and_long": ({"base": LOW}, {"priority": 70.0}, "score,dwell,max_step"),
    "event_over_two_ranks_is_not_shortened": ({"base": LOW}, {"priority": 70.0, **GROWN}, "contract_event,score"),
    "event_without_a_higher_target": ({}, GROWN, "score"),
    "grant_over_two_ranks_is_not_shortened": ({"base": LOW}, {**FLOOR, "priority": 30.0}, "strategic_grant"),
    "grant_beyond_the_ceiling": ({}, {**FLOOR, **POOR}, "strategic_grant,economic_ceiling"),
    "grant_that_holds": ({"base": HIGH}, {**FLOOR, "priority": 50.0}, "strategic_grant"),
    "ceiling": ({"demotion_streak_months": 2}, POOR, "economic_ceiling"),
    "ceiling_waits_in_a_gap": ({}, {**POOR, "priority": None}, "economic_ceiling,insufficient_data,dwell"),
    "gap": ({}, {"priority": None}, "insufficient_data"),
    "provisional": ({"base": LOW, "is_provisional": True}, {"priority": None}, "insufficient_data,provisional"),
    "first_priority": ({"base": LOW, "is_provisional": True}, {"priority": 70.0}, "score"),
    "first_priority_leaves_nothing_to_an_event": (
        {"base": LOW, "is_provisional": True}, {"priority": 70.0, **GROWN}, "score",
    ),
    "override": ({}, OVERRIDDEN, "override,score"),
    "override_over_a_lift": (LIFTED, {**OVERRIDDEN, **ILL}, "override,score"),
    "lift": ({}, ILL, "risk_lift,score"),
    "lift_beside_a_blocked_move": ({}, {**ILL, "priority": 20.0}, "risk_lift,score,dwell"),
    "lift_at_the_top_makes_nothing": ({"base": HIGH}, {**ILL, "priority": 80.0}, "score"),
    "lift_that_nobody_can_pay": ({"base": LOW}, {**ILL, "arr": 10_000.0, "priority": 30.0}, "score,unaffordable_lift"),
    "lift_that_a_grant_frees": (
        {"base": LOW}, {**ILL, "arr": 10_000.0, "priority": 30.0, "has_grant": True}, "risk_lift,score",
    ),
    "ill_without_a_lift": ({"is_lift_armed": False}, ILL, "score"),
    "ill_again_without_a_lift": ({"is_lift_armed": False, "ill_months_of_6": 1}, ILL, "score,chronic_risk"),
    "ill_again_while_waiting_for_the_next": (
        {"last_lift_ended_month": date(2025, 5, 1), "ill_months_of_6": 1}, ILL, "score,chronic_risk",
    ),
    "ill_in_five_of_six_months": ({"ill_months_of_6": 0b101111}, ILL, "risk_lift,score,chronic_risk"),
    "ill_in_four_of_six_months": ({"ill_months_of_6": 0b100111}, ILL, "risk_lift,score"),
    "well": ({"is_lift_armed": False}, {"health": 60.0}, "score"),
    "ending_lift_stops_a_demotion": (
        LIFTED | {"demotion_streak_months": 4}, {"priority": 20.0, "health": 70.0}, "score,lift_ending",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "now", "reasons"), CASES.values(), ids=CASES)
def test_reasons(policy: Policy, before: dict[str, Any], now: dict[str, Any], reasons: str) -> None:
    row = step_rows([before], [now], policy)["a"]
    assert row["reasons"] == reasons
    assert row["decided_by"] == reasons.split(",")[0]


def test_a_policy_of_longer_steps_shortens_nothing(policy: Policy) -> None:
    before, now = {"base": LOW, "promotion_streak_months": 1}, {"priority": 70.0}
    row = step_rows([before], [now], with_movement(policy, maximum_step_ranks=2))["a"]
    assert (row["base_tier"], row["blocked_by"], row["reasons"]) == (HIGH, None, "score")
    waits = step_rows([{"base": LOW}], [now], with_movement(policy, maximum_step_ranks=2))["a"]
    assert waits["reasons"] == "score,dwell"


def test_entry_is_decided_like_any_month(policy: Policy) -> None:
    scored, unscored, granted = (
        step_rows([], [now], policy)["a"]
        for now in ({"priority": 40.0}, {"priority": None}, {"priority": None, **FLOOR})
    )
    assert (scored["base_tier"], scored["reasons"]) == (MID, "score")
    assert (unscored["base_tier"], unscored["reasons"]) == (LOW, "insufficient_data,provisional")
    assert (granted["base_tier"], granted["reasons"]) == (HIGH, "strategic_grant,insufficient_data,provisional")


def test_demotion_that_a_floor_stops_is_still_the_ceilings(policy: Policy) -> None:
    """Five leave by the score at most; whom the ceiling pulls down as far as a floor waits in the other queue."""
    names = [f"{number:02}" for number in range(12)]
    befores = [{"account_id": name, "base": HIGH, "demotion_streak_months": 2} for name in names]
    floor = {"has_grant": True, "grant_floor_tier": MID, "priority": 80.0, **POOR}
    nows = [{"account_id": name, **({"priority": 50.0} if name < "06" else floor)} for name in names]
    stepped = step_rows(befores, nows, policy)
    waiting = [name for name in names if stepped[name]["blocked_by"] == "move_cap"]
    assert waiting == ["05", "11"]
