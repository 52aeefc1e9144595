"""Where an account should be: by its score, under the ceiling, above the floor; and when a contract event counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.tiers.factory import HIGH, LOW, MID, MONTH, step_rows
from transforms.policy import Policy

PROVISIONAL = {"base": LOW, "is_provisional": True}


def row_of(policy: Policy, before: dict[str, Any] | None, **now: Any) -> dict[str, Any]:
    return step_rows([] if before is None else [before], [now], policy)["a"]


@pytest.mark.parametrize(
    ("before", "targets"),
    [
        ({"base": LOW}, {0.0: LOW, 44.9: LOW, 45.0: MID, 64.9: MID, 65.0: HIGH, 100.0: HIGH}),
        ({"base": MID}, {0.0: LOW, 34.9: LOW, 35.0: MID, 64.9: MID, 65.0: HIGH}),
        ({"base": HIGH}, {0.0: LOW, 34.9: LOW, 35.0: MID, 54.9: MID, 55.0: HIGH}),
        (PROVISIONAL, {39.9: LOW, 40.0: MID, 59.9: MID, 60.0: HIGH}),
        (None, {39.9: LOW, 40.0: MID, 59.9: MID, 60.0: HIGH}),
    ],
    ids=["from_low", "from_mid", "from_high", "first_priority", "entry"],
)
def test_score_target_holds_a_margin_but_at_a_start(
    policy: Policy, before: dict[str, Any] | None, targets: dict[float, str]
) -> None:
    found = {priority: row_of(policy, before, priority=priority)["score_target_tier"] for priority in targets}
    assert found == targets


@pytest.mark.parametrize("base", [LOW, MID, HIGH])
def test_without_a_score_the_target_is_the_former_tier(policy: Policy, base: str) -> None:
    assert row_of(policy, {"base": base}, priority=None)["score_target_tier"] == base


@pytest.mark.parametrize(
    ("before", "now", "ceiling"),
    [
        ({"base": LOW}, {"arr": 24_000.0}, LOW),
        ({"base": LOW}, {"arr": 26_400.0}, MID),
        ({"base": MID}, {"arr": 24_000.0}, MID),
        ({"base": MID}, {"arr": 23_990.0}, LOW),
        ({"base": MID}, {"arr": 80_000.0}, MID),
        ({"base": MID}, {"arr": 88_000.1}, HIGH),
        ({"base": HIGH}, {"arr": 80_000.0}, HIGH),
        (None, {"arr": 80_000.0}, HIGH),
        (PROVISIONAL, {"arr": 80_000.0}, HIGH),
        (PROVISIONAL, {"arr": 80_000.0, "priority": None}, MID),
        ({"base": HIGH}, {"arr": 80_000.0, "complexity_without_touchpoints": 1.0}, MID),
        ({"base": HIGH}, {"arr": 80_000.0, "complexity_without_touchpoints": None}, HIGH),
        ({"base": HIGH}, {"arr": 119_990.0, "complexity_without_touchpoints": 100.0}, MID),
        ({"base": HIGH}, {"arr": 120_010.0, "complexity_without_touchpoints": 100.0}, HIGH),
        ({"base": HIGH}, {"arr": 100_000.0, "support_cost": 38_000.0}, HIGH),
        ({"base": HIGH}, {"arr": 100_000.0, "support_cost": 39_000.0}, MID),
        ({"base": HIGH}, {"arr": 100_000.0, "support_cost": 46_000.0}, LOW),
        ({"base": HIGH}, {"arr": 100_000.0, "support_cost": None}, HIGH),
    ],
    ids=[
        "new_tier_costs_more", "new_tier_with_room", "held_at_the_edge", "held_no_longer", "high_is_too_new",
        "high_with_room", "high_held", "entry_without_the_factor", "first_priority_without_the_factor",
        "still_provisional_with_the_factor", "complexity_costs", "unknown_complexity_costs_nothing",
        "most_complex_too_dear", "most_complex_affordable", "margin_is_left", "support_eats_the_margin",
        "support_eats_all", "unknown_support_costs_nothing",
    ],
)  # fmt: skip
def test_ceiling(policy: Policy, before: dict[str, Any] | None, now: dict[str, Any], ceiling: str) -> None:
    assert row_of(policy, before, **now)["ceiling_tier"] == ceiling


@pytest.mark.parametrize(
    ("now", "target"),
    [
        ({"priority": 70.0}, HIGH),
        ({"priority": 70.0, "arr": 30_000.0}, MID),
        ({"priority": 30.0, "grant_floor_tier": MID}, MID),
        ({"priority": 70.0, "grant_floor_tier": MID}, HIGH),
        ({"priority": 30.0, "arr": 6_000.0, "grant_floor_tier": HIGH}, HIGH),
    ],
    ids=["score", "capped", "raised", "floor_below_the_score", "floor_above_the_ceiling"],
)
def test_target_is_capped_then_raised(policy: Policy, now: dict[str, Any], target: str) -> None:
    assert row_of(policy, {"base": MID}, has_grant="grant_floor_tier" in now, **now)["target_tier"] == target


@pytest.mark.parametrize(
    ("event_month", "priority", "base", "is_pending"),
    [
        (date(2025, 5, 1), 70.0, HIGH, False),
        (date(2025, 4, 1), 70.0, HIGH, False),
        (date(2025, 3, 1), 70.0, MID, False),
        (date(2025, 5, 1), None, MID, True),
        (date(2025, 4, 1), None, MID, False),
    ],
    ids=["a_month_later", "two_months_later", "too_late", "still_waits", "waits_no_longer"],
)
def test_contract_event_waits_for_a_scored_month(
    policy: Policy, event_month: date, priority: float | None, base: str, *, is_pending: bool
) -> None:
    before = {"is_contract_event_pending": True, "last_contract_event_month": event_month}
    row = row_of(policy, before, priority=priority)
    assert (row["base_tier"], row["is_contract_event_pending"]) == (base, is_pending)
    assert row["last_contract_event_month"] == event_month


@pytest.mark.parametrize(
    ("month_ago", "two_months_ago", "new_product", "is_event"),
    [
        (100_000.0, 100_000.0, 0.0, True),
        (100_100.0, 100_000.0, 0.0, False),
        (90_000.0, 100_100.0, 0.0, False),
        (None, 100_000.0, None, True),
        (None, None, None, False),
        (0.0, 0.0, 120_000.0, False),
        (120_000.0, 120_000.0, 12_000.0, True),
        (120_000.0, 120_000.0, 11_990.0, False),
    ],
    ids=[
        "a_fifth_more", "nearly_a_fifth", "back_from_a_dip", "one_month_unknown", "nothing_known", "from_nothing",
        "new_product", "small_new_product",
    ],
)  # fmt: skip
def test_contract_event(
    policy: Policy, month_ago: float | None, two_months_ago: float | None, new_product: float | None, *, is_event: bool
) -> None:
    past = {"arr_1_month_ago": month_ago, "arr_2_months_ago": two_months_ago, "new_product_arr": new_product}
    row = row_of(policy, {"base": MID}, arr=120_000.0, priority=70.0, **past)
    assert row["last_contract_event_month"] == (MONTH.first_day if is_event else None)
    assert (row["decided_by"] == "contract_event") == is_event


def test_small_growth_is_no_contract_event(policy: Policy) -> None:
    """A half more, but not 2,000 a year."""
    row = row_of(policy, {"base": LOW}, arr=5_900.0, arr_1_month_ago=4_000.0, arr_2_months_ago=4_000.0)
    assert row["last_contract_event_month"] is None
