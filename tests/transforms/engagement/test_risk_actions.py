"""Why an account at risk needs its action: a sentence with the figures of the month."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.engagement.accounts import accounts
from transforms.engagement.risk_actions import reason_for_help

LIFTED = {"is_lift_in_effect": True, "lift_started_month": date(2025, 5, 1)}
FALLING = {"ill_conditions": "falling", "health_1_month_ago": 58.0, "health_2_months_ago": 60.0, "health": 44.0}


def reason(code, **values):
    return accounts([{"risk_reason": code} | values]).select(reason_for_help()).collect().item()


@pytest.mark.parametrize(
    ("code", "values", "sentence"),
    [
        pytest.param("lapsed", {}, "The contract has ended and nobody has signed.", id="lapsed"),
        pytest.param(
            "chronic", {"ill_months_of_6": 0b110111, "ill_conditions": "low", "health": 31.2},
            "It was ill in 5 of the last 6 months: health is 31 of 100.", id="chronic",
        ),
        pytest.param(
            "never_used", {"tenure_start_date": date(2025, 2, 3)},
            "The product was never used since the contract began on 2025-02-03.", id="never used",
        ),
        pytest.param(
            "silent", {"last_active_date": date(2025, 4, 9)}, "Nothing was used since 2025-04-09.", id="silent",
        ),
        pytest.param(
            "ill_unaffordable", {"ill_conditions": "low", "health": 49.6},
            "Its gross profit does not pay for a lift: health is 50 of 100.", id="unaffordable",
        ),
        pytest.param(
            "ill", {"ill_conditions": "low", "health": 37.6, "usage_trend_ratio": -0.42},
            "It is ill: health is 38 of 100, usage is 42 % below what was expected.", id="low with less use",
        ),
        pytest.param(
            "ill", {"ill_conditions": "low", "health": 37.6, "usage_trend_ratio": -0.004},
            "It is ill: health is 38 of 100.", id="no less use than half a per cent",
        ),
        pytest.param(
            "ill", FALLING, "It is ill: health is 44 of 100, it fell by 16 points within two months.", id="fell",
        ),
        pytest.param(
            "ill", LIFTED | {"ill_conditions": "low", "health": 37.6},
            "A risk lift is in effect since 2025-05: health is 38 of 100.", id="lifted",
        ),
        pytest.param(
            "chronic", LIFTED | {"ill_months_of_6": 0b111111, "ill_conditions": "low", "health": 30.0},
            "It was ill in 6 of the last 6 months: health is 30 of 100.", id="chronic while lifted",
        ),
        pytest.param(
            "ill", {"ill_conditions": "newly_silent", "health": None, "usage_trend_ratio": -1.0},
            "It is ill: nothing was used in the month.", id="newly silent without health",
        ),
        pytest.param(
            None, LIFTED | {"health": 63.0}, "A risk lift is in effect since 2025-05: health is 63 of 100.",
            id="well while lifted",
        ),
        pytest.param(
            None, LIFTED | {"health": None}, "A risk lift is in effect since 2025-05: its health is not known.",
            id="lifted without health",
        ),
    ],
)  # fmt: skip
def test_the_reason_names_the_condition_that_holds(code, values, sentence):
    assert reason(code, **values) == sentence
