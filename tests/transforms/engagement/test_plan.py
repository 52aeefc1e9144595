from __future__ import annotations

import pytest

from tests.transforms.engagement.accounts import accounts
from transforms.contracts.model import TIERS
from transforms.contracts.published import PUBLISHED
from transforms.engagement.plan import engagement
from transforms.policy import Policy

STAGES = PUBLISHED["account_scores"].field("lifecycle_stage").column.allowed


def planned(policy: Policy, **values):
    return engagement(accounts([values]).drop(PLANNED), policy).collect().row(0, named=True)


PLANNED = ("owner_model", "entitlements", "cadence_days", "hours_per_month", "technical_hours_per_month")


def test_every_tier_and_stage_has_a_plan(policy: Policy) -> None:
    rows = [{"tier": tier, "lifecycle_stage": stage} for tier in TIERS for stage in STAGES]
    found = engagement(accounts(rows).drop(PLANNED), policy).collect()
    assert found.select(PLANNED).null_count().row(0) == (0,) * len(PLANNED)
    assert found.height == 21


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tier": "high_touch"}, ("dedicated", 14, 6.6667)),
        ({"tier": "high_touch", "lifecycle_stage": "onboarding"}, ("dedicated", 7, 20.0)),
        ({"tier": "mid_touch", "lifecycle_stage": "renewal"}, ("pooled", 21, 3.0)),
        ({"tier": "low_touch", "lifecycle_stage": "mature"}, ("digital", 135, 0.2667)),
        ({"tier": "mid_touch", "lifecycle_stage": "lapsed"}, ("pooled", 15, 4.0)),
        ({"tier": "mid_touch", "lifecycle_stage": "recovery"}, ("pooled", 15, 4.0)),
        # A lift takes no hours of onboarding away, and more than those of the stages that need less.
        ({"tier": "mid_touch", "lifecycle_stage": "recovery", "structural_stage": "onboarding"}, ("pooled", 15, 6.0)),
        ({"tier": "mid_touch", "lifecycle_stage": "recovery", "structural_stage": "mature"}, ("pooled", 15, 4.0)),
        # Half as many hours again at 100 points, a quarter more at 50.
        ({"tier": "mid_touch", "complexity_without_touchpoints": 100.0}, ("pooled", 30, 3.0)),
        ({"tier": "mid_touch", "complexity_without_touchpoints": 50.0}, ("pooled", 30, 2.5)),
    ],
)
def test_tier_stage_and_complexity_make_cadence_and_hours(policy: Policy, values, expected) -> None:
    row = planned(policy, **values)
    assert (row["owner_model"], row["cadence_days"], row["hours_per_month"]) == expected


@pytest.mark.parametrize(
    ("base", "stage", "expected"),
    [
        ("mid_touch", "recovery", ("pooled", 4.0)),
        ("low_touch", "recovery", ("digital", 0.6667)),
        ("high_touch", "recovery", ("dedicated", 13.3333)),
    ],
)
def test_the_base_tier_keeps_its_own_pool_and_hours_during_a_lift(policy: Policy, base, stage, expected) -> None:
    row = planned(policy, tier="high_touch", base_tier=base, lifecycle_stage=stage)
    assert (row["base_owner_model"], row["base_hours_per_month"]) == expected


def test_a_cadence_is_at_least_a_day(policy: Policy) -> None:
    service = policy.engagement.high_touch.model_copy(update={"cadence_days": 1})
    engaged = policy.engagement.model_copy(update={"high_touch": service})
    row = planned(policy.model_copy(update={"engagement": engaged}), tier="high_touch", lifecycle_stage="recovery")
    assert row["cadence_days"] == 1


@pytest.mark.parametrize(
    ("values", "has_manager"),
    [
        ({}, False),
        ({"complexity": 59.9, "integrations": 2}, False),
        ({"complexity": 60.0}, True),
        ({"integrations": 3}, True),
        ({"tier": "mid_touch", "complexity": 100.0, "integrations": 9}, False),
    ],
    ids=["nothing known", "just not", "by score", "by integrations", "not in this tier"],
)
def test_complex_accounts_in_high_touch_get_a_technical_manager(policy: Policy, values, has_manager) -> None:
    row = planned(policy, **({"tier": "high_touch"} | values))
    assert ("technical_account_manager" in row["entitlements"].split(",")) == has_manager
    assert row["technical_hours_per_month"] == (2.0 if has_manager else 0.0)


def test_entitlements_are_those_of_the_policy_in_its_order(policy: Policy) -> None:
    row = planned(policy, tier="low_touch")
    assert row["entitlements"] == "automated_onboarding,digital_programme,community,health_check"
