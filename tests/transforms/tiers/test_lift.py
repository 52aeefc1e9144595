"""Risk lifts over months of health: when they start, end, and when the next one is due."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.tiers.factory import HIGH, LOW, MID, MONTH, as_published, feature_row, features, step_rows
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers import step

POOR = {"arr": 20_000.0, "priority": 30.0}


def lifted(policy: Policy, healths: list[float | None], **each_month: Any) -> str:
    """Step through months of health; give each month ``L`` lifted, ``u`` unaffordable, ``.`` none."""
    published, found = PUBLISHED["account_tiers"].empty(), ""
    past: list[float | None] = [None, None]
    for number, health in enumerate(healths):
        known = {"health": health, "health_1_month_ago": past[-1], "health_2_months_ago": past[-2]}
        given = {name: value[number] if isinstance(value, list) else value for name, value in each_month.items()}
        now = features([feature_row(**known, **given)])
        stepped = step(published.lazy(), now, policy, MONTH + number).collect()
        row = stepped.row(0, named=True)
        is_running = row["lift_started_month"] is not None
        found += "L" if row["tier"] != row["base_tier"] else "u" if is_running else "."
        published = as_published(stepped, MONTH + number)
        past.append(health)
    return found


@pytest.mark.parametrize(
    ("healths", "expected"),
    [
        ([30.0] * 12, "LLL........."),
        ([45.0, 44.9], ".L"),
        ([75.0, 59.9], ".L"),
        ([75.0, 60.0], ".."),
        ([74.0, 59.9], ".."),
        ([75.0, 65.0, 59.9], "..L"),
        ([75.0, 70.0, 65.0, 59.9], "...."),
        ([75.0, None, 59.9], "..L"),
        ([30.0, 60.0, 30.0, 30.0, 30.0], "L...."),
        ([30.0, 59.9, 50.0, 59.9], "LLL."),
        ([30.0, None, None, None], "LLL."),
        ([30.0, 65.0, 65.0, 50.0, 30.0], "L...L"),
        ([30.0, 65.0, None, 65.0, 30.0], "L...L"),
        ([30.0, 65.0, 65.0, 30.0, 30.0], "L...L"),
        ([30.0, 65.0, 50.0, 65.0, 30.0, 30.0], "L....."),
        ([None, 30.0], ".L"),
    ],
    ids=[
        "ill_for_ever", "ill", "fallen", "fallen_and_still_well", "fallen_too_little", "fallen_in_two_months",
        "fallen_too_slowly", "fallen_over_a_gap", "well_ends_it", "nearly_well_does_not", "gap_does_not_but_time_does",
        "next_after_two_healthy_months", "healthy_months_over_a_gap", "next_waits_three_months",
        "healthy_months_apart_do_not_arm", "gap_starts_none",
    ],
)  # fmt: skip
def test_lift(policy: Policy, healths: list[float | None], expected: str) -> None:
    assert lifted(policy, healths) == expected


@pytest.mark.parametrize(
    ("each_month", "expected"),
    [
        (POOR, "uuu...uuu"),
        (POOR | {"has_grant": True}, "LLL......"),
        (POOR | {"has_grant": [False, True, False, False, False, False, False, False, False]}, "uLu...uuu"),
        (POOR | {"arr": [20_000.0] + [200_000.0] * 8}, "uuu...LLL"),
        (POOR | {"arr": [200_000.0] + [20_000.0] * 8}, "LLL......"),
        ({"priority": 70.0}, "uuu......"),
    ],
    ids=[
        "unaffordable_ones_come_back", "grant_frees_it", "grant_frees_it_for_a_month", "judged_at_the_start",
        "kept_though_money_goes", "none_at_the_top",
    ],
)  # fmt: skip
def test_lift_that_money_or_grants_decide(policy: Policy, each_month: dict[str, Any], expected: str) -> None:
    assert lifted(policy, [30.0] * 9, **each_month) == expected


@pytest.mark.parametrize(
    ("base", "tier"), [(LOW, MID), (MID, HIGH), (HIGH, HIGH)], ids=["from_low", "from_mid", "from_high"]
)
def test_lift_is_one_rank_up_to_the_top(policy: Policy, base: str, tier: str) -> None:
    priority = {LOW: 20.0, MID: 50.0, HIGH: 90.0}[base]
    row = step_rows([{"base": base}], [{"health": 30.0, "priority": priority}], policy)["a"]
    assert (row["base_tier"], row["tier"], row["lift_started_month"]) == (base, tier, MONTH.first_day)
    assert row["is_lift_affordable"]


def test_end_is_remembered_in_the_month_after_the_last(policy: Policy) -> None:
    before = {"lift_started_month": date(2025, 3, 1), "is_lift_affordable": True, "tier_without_override": HIGH}
    row = step_rows([before], [{"health": 50.0}], policy)["a"]
    assert (row["tier"], row["lift_started_month"]) == (MID, None)
    assert Month.of(row["last_lift_ended_month"]) == MONTH
