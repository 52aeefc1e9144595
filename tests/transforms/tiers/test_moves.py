"""Which moves of the base tier start a cooldown, and what passes the gates, case by case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.tiers.factory import BEFORE, HIGH, LOW, MID, MONTH, step_rows
from transforms.policy import Policy

GROWN = {"arr_1_month_ago": 100_000.0, "arr_2_months_ago": 100_000.0}
FLOOR = {"has_grant": True, "grant_floor_tier": HIGH}
POOR = {"arr": 6_000.0}
OVERRIDE = {"override_tier": HIGH, "override_start_date": date(2025, 6, 1), "override_end_date": date(2025, 9, 30)}
PROVISIONAL = {"base": LOW, "is_provisional": True}


@pytest.mark.parametrize(
    ("before", "now", "base", "starts_cooldown"),
    [
        ({"promotion_streak_months": 1}, {"priority": 70.0}, HIGH, True),
        ({"demotion_streak_months": 2}, {"priority": 20.0}, LOW, True),
        ({"demotion_streak_months": 2}, POOR, LOW, True),
        ({}, {"priority": 70.0, **GROWN}, HIGH, True),
        ({}, FLOOR, HIGH, True),
        (PROVISIONAL, {"priority": None, **FLOOR}, HIGH, False),
        (PROVISIONAL, {"priority": 70.0}, HIGH, False),
        (PROVISIONAL, {"priority": 30.0, **FLOOR}, HIGH, False),
        (PROVISIONAL | {"base": HIGH, "demotion_streak_months": 2}, {"priority": None, **POOR}, MID, True),
        ({}, OVERRIDE, MID, False),
        ({}, {"health": 30.0}, MID, False),
        ({}, {}, MID, False),
    ],
    ids=[
        "promotion", "demotion", "ceiling", "contract_event", "grant", "provisional_grant", "first_priority",
        "first_priority_under_a_grant", "ceiling_of_a_provisional_account", "override", "lift", "nothing",
    ],
)  # fmt: skip
def test_cooldown_starts_with_a_move_of_the_base_tier(
    policy: Policy, before: dict[str, Any], now: dict[str, Any], base: str, *, starts_cooldown: bool
) -> None:
    row = step_rows([before], [now], policy)["a"]
    assert row["base_tier_without_override"] == base
    assert row["last_base_move_month"] == (MONTH.first_day if starts_cooldown else None)


@pytest.mark.parametrize(
    ("now", "moved_to"),
    [
        ({"priority": 70.0}, None),
        ({"priority": 70.0, **GROWN}, HIGH),
        (FLOOR, HIGH),
        ({"priority": None, **FLOOR}, HIGH),
        ({"priority": 20.0}, None),
        ({"priority": 20.0, **GROWN}, None),
    ],
    ids=["score", "contract_event", "grant", "grant_without_a_priority", "fall", "event_lets_nobody_fall"],
)
def test_only_events_and_grants_pass_a_running_cooldown(
    policy: Policy, now: dict[str, Any], moved_to: str | None
) -> None:
    before = {"last_base_move_month": BEFORE.first_day, "promotion_streak_months": 5}
    row = step_rows([before], [now], policy)["a"]
    assert row["base_tier"] == (moved_to or MID)
    assert row["last_base_move_month"] == (MONTH.first_day if moved_to else BEFORE.first_day)


@pytest.mark.parametrize(
    ("streak", "now", "blocked_by"),
    [
        (1, {}, "dwell"),
        (2, {}, None),
        (7, {"has_renewal_freeze": True}, "renewal_freeze"),
        (8, {"has_renewal_freeze": True}, None),
        (7, {"has_open_escalation": True}, "open_escalation"),
        (8, {"has_open_escalation": True}, None),
        (7, {"has_renewal_freeze": True, "has_open_escalation": True}, "renewal_freeze"),
    ],
    ids=[
        "second_month", "third_month", "renewal_in_the_eighth_month", "renewal_in_the_ninth",
        "escalation_in_the_eighth_month", "escalation_in_the_ninth", "the_first_gate_is_named",
    ],
)  # fmt: skip
def test_demotion_waits_for_its_gates(policy: Policy, streak: int, now: dict[str, Any], blocked_by: str | None) -> None:
    row = step_rows([{"demotion_streak_months": streak}], [{"priority": 20.0, **now}], policy)["a"]
    assert row["blocked_by"] == blocked_by
    assert row["base_tier"] == (LOW if blocked_by is None else MID)


@pytest.mark.parametrize(("months_ago", "blocked_by"), [(1, "cooldown"), (2, "cooldown"), (3, None), (4, None)])
@pytest.mark.parametrize(("priority", "moved_to"), [(70.0, HIGH), (20.0, LOW)], ids=["up", "down"])
def test_moves_of_either_kind_wait_for_the_third_month_after_the_last(
    policy: Policy, priority: float, moved_to: str, months_ago: int, blocked_by: str | None
) -> None:
    streak = "promotion_streak_months" if moved_to == HIGH else "demotion_streak_months"
    before = {streak: 5, "last_base_move_month": (MONTH - months_ago).first_day}
    row = step_rows([before], [{"priority": priority}], policy)["a"]
    assert (row["base_tier"], row["blocked_by"]) == (moved_to if blocked_by is None else MID, blocked_by)


@pytest.mark.parametrize(
    ("standing", "leave"), [(6, 5), (33, 5), (34, 6), (40, 6), (41, 7)], ids=lambda number: f"{number}"
)
def test_cap_is_a_share_rounded_up_and_five_at_least(policy: Policy, standing: int, leave: int) -> None:
    names = [f"{number:02}" for number in range(standing)]
    befores = [{"account_id": name, "demotion_streak_months": 2} for name in names]
    stepped = step_rows(befores, [{"account_id": name, "priority": 20.0} for name in names], policy)
    assert [name for name in names if stepped[name]["base_tier"] == LOW] == names[:leave]


def test_queue_goes_by_streak_then_distance_then_name(policy: Policy) -> None:
    longest = [{"account_id": f"z{number}", "demotion_streak_months": 3} for number in range(2)]
    farther = [{"account_id": f"m{number}", "demotion_streak_months": 2} for number in range(2)]
    nearer = [{"account_id": f"a{number}", "demotion_streak_months": 2} for number in range(2)]
    priorities = {"z": 30.0, "m": 10.0, "a": 20.0}
    befores = longest + farther + nearer
    nows = [{"account_id": one["account_id"], "priority": priorities[one["account_id"][0]]} for one in befores]
    stepped = step_rows(befores, nows, policy)
    assert [name for name, row in sorted(stepped.items()) if row["blocked_by"] == "move_cap"] == ["a1"]


@pytest.mark.parametrize(
    ("before", "now", "streaks"),
    [
        ((1, 0), {"priority": 70.0}, (2, 0)),
        ((0, 1), {"priority": 20.0}, (0, 2)),
        ((0, 1), POOR, (0, 2)),
        ((0, 4), {"priority": 70.0}, (1, 0)),
        ((4, 0), {"priority": 20.0}, (0, 1)),
        ((4, 0), {"priority": 50.0}, (0, 0)),
        ((1, 0), {"priority": None}, (1, 0)),
        ((0, 1), {"priority": None}, (0, 1)),
        ((0, 1), {"priority": None, **POOR}, (0, 2)),
        ((1, 0), {"priority": None, **POOR}, (0, 1)),
        ((0, 1), {"priority": None, **FLOOR}, (0, 1)),
    ],
    ids=[
        "up", "down", "down_by_the_ceiling", "up_after_down", "down_after_up", "at_home", "gap_after_up",
        "gap_after_down", "ceiling_in_a_gap", "ceiling_in_a_gap_after_up", "grant_in_a_gap",
    ],
)  # fmt: skip
def test_streaks(policy: Policy, before: tuple[int, int], now: dict[str, Any], streaks: tuple[int, int]) -> None:
    promotion, demotion = before
    given = {"promotion_streak_months": promotion, "demotion_streak_months": demotion}
    row = step_rows([given], [now], policy)["a"]
    assert (row["promotion_streak_months"], row["demotion_streak_months"]) == streaks
