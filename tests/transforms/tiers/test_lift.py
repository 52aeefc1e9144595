"""Risk lifts over months of health: when they start, end, and when the next one is due."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.tiers.factory import (
    BEFORE,
    HIGH,
    LOW,
    MID,
    MONTH,
    as_published,
    feature_row,
    features,
    state,
    step_rows,
)
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers import step

POOR = {"arr": 10_000.0, "priority": 30.0}


def lifted(policy: Policy, healths: list[float | None], **each_month: Any) -> str:
    """Step through months of health; give each month ``L`` lifted, ``u`` unaffordable, ``.`` none."""
    published, found = PUBLISHED["account_tiers"].empty(), ""
    past: list[float | None] = [None, None]
    for number, health in enumerate(healths):
        month = MONTH + number
        known = {"health": health, "health_1_month_ago": past[-1], "health_2_months_ago": past[-2]}
        given = {name: value[number] if isinstance(value, list) else value for name, value in each_month.items()}
        now = features([feature_row(**known, last_active_date=month.last_day, **given)])
        stepped = step(published.lazy(), now, policy, month).collect()
        row = stepped.row(0, named=True)
        found += "L" if row["is_lift_in_effect"] else "u" if row["is_lift_unaffordable"] else "."
        published = as_published(stepped, month)
        past.append(health)
    return found


@pytest.mark.parametrize(
    ("healths", "expected"),
    [
        ([30.0] * 12, "LLLLLL......"),
        ([50.0, 49.9], ".L"),
        ([80.0, 64.9], ".L"),
        ([80.0, 65.0], ".."),
        ([79.0, 64.9], ".."),
        ([80.0, 70.0, 64.9], "..L"),
        ([80.0, 75.0, 70.0, 64.9], "...."),
        ([80.0, None, 64.9], "..L"),
        ([30.0, 60.0, 60.0, 60.0], "LLL."),
        ([30.0, 60.0, 50.0, 60.0, 60.0, 60.0], "LLLL.."),
        ([30.0, 60.0, 59.9, 60.0, 59.9, 60.0, 60.0], "LLLLLL."),
        ([30.0, 60.0, None, 60.0, 60.0], "LLL.."),
        ([30.0] + [None] * 7, "LLLLLL.."),
        ([30.0, 60.0, 60.0, 30.0, 30.0, 30.0, 30.0], "LLLLLL."),
        ([30.0, 60.0, 60.0, 60.0, 30.0, 30.0, 30.0], "LLL...L"),
        ([30.0] * 6 + [60.0, 60.0, 30.0, 30.0], "LLLLLL...L"),
        ([30.0] * 6 + [60.0, 50.0, 60.0, 30.0, 30.0], "LLLLLL....."),
        ([None, 30.0], ".L"),
    ],
    ids=[
        "ill_for_ever", "ill", "fallen", "fallen_and_still_well", "fallen_too_little", "fallen_in_two_months",
        "fallen_too_slowly", "fallen_over_a_gap", "two_well_months_end_it_after_three", "one_well_month_ends_nothing",
        "nearly_well_does_not", "well_months_over_a_gap", "a_gap_ends_none_but_time_does", "ill_again_goes_on",
        "next_waits_three_months", "next_after_two_well_months", "well_months_apart_do_not_arm", "a_gap_starts_none",
    ],
)  # fmt: skip
def test_lift(policy: Policy, healths: list[float | None], expected: str) -> None:
    assert lifted(policy, healths) == expected


@pytest.mark.parametrize(
    ("each_month", "expected"),
    [
        (POOR, "uuuuuuuuu"),
        (POOR | {"has_grant": True}, "LLLLLL..."),
        (POOR | {"has_grant": [False, True, False, False, False, False, False, False, False]}, "uLLLLLL.."),
        (POOR | {"arr": [10_000.0] + [200_000.0] * 8}, "uLLLLLL.."),
        (POOR | {"arr": [200_000.0] + [10_000.0] * 8}, "LLLLLL..."),
        ({"priority": 70.0}, "LLLLLL..."),
        ({"is_in_grace": True}, "........."),
    ],
    ids=[
        "unaffordable_anew_each_month", "grant_frees_it", "grant_of_its_first_month_is_enough", "affordable_later",
        "kept_though_money_goes", "costs_nothing_at_the_top", "none_in_grace",
    ],
)  # fmt: skip
def test_lift_that_money_grants_or_grace_decide(policy: Policy, each_month: dict[str, Any], expected: str) -> None:
    assert lifted(policy, [30.0] * 9, **each_month) == expected


OVERRIDE = {"override_start_date": MONTH.first_day, "override_end_date": date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("healths", "each_month", "expected"),
    [
        ([30.0] * 7, {"override_tier": [None, None, HIGH, HIGH, None, None, None]} | OVERRIDE, "LL..LL."),
        ([30.0] * 9, {"override_tier": [HIGH, HIGH] + [None] * 7} | OVERRIDE, "..LLLLLL."),
        ([30.0] * 4, {"override_tier": [HIGH, HIGH, None, None]} | OVERRIDE | POOR, "..uu"),
        ([30.0] * 8, {"is_in_grace": [False, True, True] + [False] * 5}, "LLLLLL.."),
        ([30.0, 60.0, 60.0, 60.0, 60.0], {"is_in_grace": [False, True, True, False, False]}, "LLL.."),
        ([30.0, 70.0, 70.0, 70.0, 70.0], {"events": [9, 9, 0, 9, 9]}, "LLLL."),
        ([70.0, 70.0], {"events": 0}, "L" * 2),
        ([30.0, 70.0, 70.0, 70.0], {"events": None}, "LLL."),
    ],
    ids=[
        "runs_on_under_an_override", "starts_after_an_override", "unaffordable_after_an_override", "runs_on_in_grace",
        "recovers_in_grace", "a_month_without_use_is_not_well", "silence_is_ill_whatever_the_health",
        "well_where_use_is_unknown",
    ],
)  # fmt: skip
def test_lift_under_overrides_in_grace_and_in_silence(
    policy: Policy, healths: list[float | None], each_month: dict[str, Any], expected: str
) -> None:
    assert lifted(policy, healths, **each_month) == expected


def test_return_after_an_exit_is_a_new_life(policy: Policy) -> None:
    ill, other = {"health": 30.0}, {"account_id": "other"}
    first = as_published(step(state([]), features([ill, other]), policy, BEFORE).collect(), BEFORE)
    away = as_published(step(first.lazy(), features([other]), policy, MONTH).collect(), MONTH)
    assert away["account_id"].to_list() == ["other"]
    back = step(away.lazy(), features([ill, other]), policy, MONTH + 1).collect().filter(account_id="a").to_dicts()[0]
    assert back["lift_started_month"] == (MONTH + 1).first_day
    assert (back["ill_months_of_6"], back["last_lift_ended_month"], back["is_lift_armed"]) == (1, None, False)


@pytest.mark.parametrize(
    ("arr", "is_affordable"), [(15_400.0, True), (15_399.0, False)], ids=["just_enough", "a_little_less"]
)
def test_a_lift_costs_the_extra_hours_of_its_longest_duration(policy: Policy, arr: float, is_affordable: bool) -> None:
    # From 4 hours a year to 24: 4 + 20 x 6 / 12 = 14 hours x 120 x 1.1 = 1,848, and 15 % of 80 % of ARR: 15,400.
    row = step_rows([{"base": LOW}], [{"health": 30.0, "priority": 20.0, "arr": arr}], policy)["a"]
    assert (row["lift_started_month"] is not None) == is_affordable


@pytest.mark.parametrize(
    ("base", "tier"), [(LOW, MID), (MID, HIGH), (HIGH, HIGH)], ids=["from_low", "from_mid", "from_high"]
)
def test_lift_is_one_rank_up_to_the_top(policy: Policy, base: str, tier: str) -> None:
    priority = {LOW: 20.0, MID: 50.0, HIGH: 90.0}[base]
    row = step_rows([{"base": base}], [{"health": 30.0, "priority": priority}], policy)["a"]
    assert (row["base_tier"], row["tier"], row["lift_started_month"]) == (base, tier, MONTH.first_day)
    assert row["is_lift_affordable"]


def test_end_is_remembered_in_the_month_after_the_last(policy: Policy) -> None:
    before = {
        "lift_started_month": date(2024, 12, 1),
        "is_lift_affordable": True,
        "is_lift_in_effect": True,
        "tier_without_override": HIGH,
    }
    row = step_rows([before], [{"health": 50.0}], policy)["a"]
    assert (row["tier"], row["lift_started_month"]) == (MID, None)
    assert Month.of(row["last_lift_ended_month"]) == MONTH
