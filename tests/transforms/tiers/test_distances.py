"""Points to the next boundaries, months to wait and what stands in between, case by case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.tiers.factory import BEFORE, HIGH, LOW, MID, MONTH, step_rows, with_movement
from transforms.month import Month
from transforms.policy import Policy

POOR = {"arr": 20_000.0}
"""Affords nothing above low touch."""


def row_of(policy: Policy, before: dict[str, Any] | None, month: Month = MONTH, **now: Any) -> dict[str, Any]:
    befores = [] if before is None else [before]
    return step_rows(befores, [now], policy, month)["a"]


def stands(base: str = MID, **given: Any) -> dict[str, Any]:
    return {"base": base} | given


def scored(points: float | None, **given: Any) -> dict[str, Any]:
    return {"priority": points} | given


OVERRIDE = {"override_tier": LOW, "override_start_date": date(2025, 4, 1)}


@pytest.mark.parametrize(
    ("base", "priority", "up", "down"),
    [
        (LOW, 30.0, 15.0, None),
        (LOW, 0.0, 45.0, None),
        (MID, 50.0, 15.0, 15.0),
        (MID, 35.0, 30.0, 0.0),
        (MID, 64.0, 1.0, 29.0),
        (HIGH, 70.0, None, 15.0),
        (HIGH, 100.0, None, 45.0),
        (MID, 90.0, 0.0, 55.0),
        (MID, 20.0, 45.0, 0.0),
        (MID, None, None, None),
    ],
    ids=[
        "low", "lowest", "mid", "at_the_lower_edge", "nearly_high", "high", "highest", "past_the_upper_edge",
        "past_the_lower_edge", "without_a_priority",
    ],
)  # fmt: skip
def test_points_are_counted_to_the_boundary_with_its_margin(
    policy: Policy, base: str, priority: float | None, up: float | None, down: float | None
) -> None:
    row = row_of(policy, stands(base), priority=priority)
    assert row["base_tier_without_override"] == base
    assert (row["points_to_promotion"], row["points_to_demotion"]) == (up, down)


def test_points_are_seen_from_the_new_base_tier(policy: Policy) -> None:
    row = row_of(policy, stands(LOW, promotion_streak_months=1), priority=46.0)
    assert row["base_tier_without_override"] == MID
    assert (row["points_to_promotion"], row["points_to_demotion"]) == (19.0, 11.0)


@pytest.mark.parametrize(
    ("before", "now", "months"),
    [
        (stands(), scored(50.0), 2),
        (stands(), scored(70.0), 1),
        (stands(last_base_move_month=date(2025, 5, 1)), scored(50.0), 2),
        (stands(last_base_move_month=date(2025, 5, 1), promotion_streak_months=4), scored(70.0), 2),
        (stands(last_base_move_month=date(2025, 4, 1), promotion_streak_months=4), scored(70.0), 1),
        (stands(last_base_move_month=date(2025, 1, 1)), scored(50.0), 2),
        (stands(LOW, promotion_streak_months=1), scored(50.0), 3),
        (stands(promotion_streak_months=1), scored(None), 1),
        (stands(LOW, is_provisional=True), scored(None), 1),
        (None, scored(None), 1),
        (None, scored(50.0), 2),
        (stands(last_base_move_month=date(2025, 5, 1)), scored(None, arr_1_month_ago=1e5, arr_2_months_ago=1e5), 1),
        (stands(HIGH), scored(70.0), None),
    ],
    ids=[
        "two_months_of_dwell", "one_month_lived", "cooldown_of_a_month_ago", "cooldown_outlasts_the_dwell",
        "cooldown_nearly_over", "cooldown_long_over", "after_a_promotion", "streak_stands_still_in_a_gap",
        "first_priority_passes_no_gate", "entry_without_a_priority", "entry", "pending_contract_event_passes_gates",
        "at_the_top",
    ],
)  # fmt: skip
def test_months_to_wait(policy: Policy, before: dict[str, Any] | None, now: dict[str, Any], months: int | None) -> None:
    row = row_of(policy, before, **now)
    assert row["months_to_wait"] == months
    assert row["earliest_promotion_month"] == (None if months is None else (MONTH + months).first_day)


@pytest.mark.parametrize(
    ("end_date", "months"),
    [
        (date(2025, 6, 30), 2),
        (date(2025, 7, 30), 2),
        (date(2025, 8, 30), 2),
        (date(2025, 8, 31), 3),
        (date(2025, 9, 29), 3),
        (date(2025, 9, 30), 4),
        (date(2026, 6, 15), 12),
    ],
)
def test_override_is_waited_for_up_to_the_first_month_end_without_it(
    policy: Policy, end_date: date, months: int
) -> None:
    """It is active on the last day of a month, ends inclusive, or not at all in that month."""
    row = row_of(policy, stands(), **OVERRIDE, override_end_date=end_date)
    assert row["months_to_wait"] == months
    assert row["binding_constraint"] == "override"


def test_waiting_follows_the_policy(policy: Policy) -> None:
    patient = with_movement(policy, promotion_dwell_months=5, cooldown_months=7)
    assert row_of(patient, stands(), priority=50.0)["months_to_wait"] == 5
    assert row_of(patient, stands(last_base_move_month=BEFORE.first_day), priority=50.0)["months_to_wait"] == 6


def test_earliest_month_crosses_the_year(policy: Policy) -> None:
    row = row_of(policy, stands(), Month.parse("2025-11"), priority=50.0)
    assert row["earliest_promotion_month"] == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("before", "now", "constraint"),
    [
        (stands(), scored(50.0), "score"),
        (stands(), scored(64.9), "score"),
        (stands(), scored(None), "insufficient_data"),
        (stands(), scored(50.0, **POOR), "economic_ceiling"),
        (stands(), scored(70.0, **POOR), "economic_ceiling"),
        (stands(), scored(70.0), "dwell"),
        (stands(promotion_streak_months=1, last_base_move_month=BEFORE.first_day), scored(70.0), "cooldown"),
        (stands(LOW, promotion_streak_months=1), scored(70.0), "cooldown"),
        (stands(), scored(70.0, **OVERRIDE), "override"),
        (stands(), scored(None, **OVERRIDE), "override"),
        (stands(HIGH), scored(70.0), None),
        (stands(HIGH), scored(70.0, **OVERRIDE), None),
        (stands(HIGH), scored(None), None),
    ],
    ids=[
        "score", "score_by_a_little", "no_score", "money_before_score", "money", "dwell", "cooldown",
        "cooldown_of_this_move", "override", "override_before_data", "top", "top_under_an_override",
        "top_without_a_score",
    ],
)  # fmt: skip
def test_binding_constraint_is_the_first_that_stands_in_the_way(
    policy: Policy, before: dict[str, Any], now: dict[str, Any], constraint: str | None
) -> None:
    assert row_of(policy, before, **now)["binding_constraint"] == constraint


@pytest.mark.parametrize(
    ("before", "now", "constraints"),
    [
        (stands(), scored(50.0), "score,dwell"),
        (stands(), scored(50.0, **POOR), "economic_ceiling,score,dwell"),
        (stands(), scored(None, **POOR, **OVERRIDE), "override,insufficient_data,economic_ceiling,dwell"),
        (stands(), scored(None), "insufficient_data,dwell"),
        (stands(promotion_streak_months=1), scored(None), "insufficient_data"),
        (stands(LOW, is_provisional=True), scored(None), "insufficient_data"),
        (stands(last_base_move_month=date(2025, 4, 1), promotion_streak_months=1), scored(None), "insufficient_data"),
        (stands(last_base_move_month=date(2025, 4, 1)), scored(70.0), "dwell"),
        (stands(last_base_move_month=BEFORE.first_day), scored(50.0), "score,dwell"),
        (stands(LOW, promotion_streak_months=1), scored(50.0), "score,cooldown"),
    ],
    ids=[
        "score", "money_too", "everything", "no_score", "dwell_ends_with_the_gap", "first_priority_passes_no_gate",
        "cooldown_ends_with_the_gap", "first_gate_of_equals", "dwell_as_long_as_cooldown", "cooldown_longer_than_dwell",
    ],
)  # fmt: skip
def test_constraints_are_complete_and_name_no_gate_that_opens_next_month(
    policy: Policy, before: dict[str, Any], now: dict[str, Any], constraints: str
) -> None:
    assert row_of(policy, before, **now)["binding_constraints"] == constraints


@pytest.mark.parametrize(
    ("before", "arr", "needed"),
    [
        (stands(LOW), 26_399.0, 26_400.0),
        (stands(LOW), 26_401.0, None),
        (stands(LOW, is_provisional=True), 23_999.0, 24_000.0),
        (stands(LOW, is_provisional=True), 24_001.0, None),
        (stands(), 70_000.0, 88_000.0),
    ],
    ids=["a_tenth_dearer", "affordable", "provisional_at_its_price", "provisional_and_affordable", "mid"],
)
def test_arr_for_promotion_is_that_from_which_on_money_allows_the_next_tier(
    policy: Policy, before: dict[str, Any], arr: float, needed: float | None
) -> None:
    row = row_of(policy, before, priority=None if before.get("is_provisional") else 30.0, arr=arr)
    assert row["arr_for_promotion"] == (None if needed is None else pytest.approx(needed))
    assert ("economic_ceiling" in row["binding_constraints"].split(",")) == (needed is not None)


def test_cap_binds_who_had_to_wait(policy: Policy) -> None:
    names = [str(number) for number in range(6)]
    befores = [stands(account_id=name, promotion_streak_months=1) for name in names]
    nows = [scored(70.0 + number, account_id=name) for number, name in enumerate(names)]
    stepped = step_rows(befores, nows, policy)
    assert [stepped[name]["binding_constraint"] for name in names] == ["move_cap", None, None, None, None, None]
