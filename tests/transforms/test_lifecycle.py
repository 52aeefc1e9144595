"""Lifecycle stages at their limits."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.lifecycle import lifecycle_stage, structural_stage, with_recovery

_STEADY = {"events_variation": 0.25, "health": 70.0}


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        pytest.param({"tenure_months": 0}, "onboarding", id="new"),
        pytest.param({"tenure_months": 2, **_STEADY}, "onboarding", id="last-month-of-onboarding"),
        pytest.param({"tenure_months": 3, **_STEADY}, "adoption", id="first-month-of-adoption"),
        pytest.param({"tenure_months": 8, **_STEADY}, "adoption", id="last-month-of-adoption"),
        pytest.param({"tenure_months": 9, **_STEADY}, "mature", id="steady-and-well"),
        pytest.param({"tenure_months": 9, **_STEADY, "events_variation": 0.26}, "established", id="unsteady"),
        pytest.param({"tenure_months": 9, **_STEADY, "health": 69.9}, "established", id="not-well-enough"),
        pytest.param({"tenure_months": 9, **_STEADY, "health": None}, "established", id="health-unknown"),
        pytest.param({"tenure_months": 9, **_STEADY, "events_variation": None}, "established", id="variation-unknown"),
        pytest.param({"tenure_months": 40, "renewal_date": date(2026, 6, 30)}, "renewal", id="renews-on-the-last-day"),
        pytest.param({"tenure_months": 40, "renewal_date": date(2026, 9, 28)}, "renewal", id="renews-in-90-days"),
        pytest.param({"tenure_months": 40, "renewal_date": date(2026, 9, 29)}, "established", id="renews-in-91-days"),
        pytest.param({"tenure_months": 40, "renewal_date": date(2026, 6, 29)}, "established", id="renewal-overdue"),
        pytest.param({"tenure_months": 1, "renewal_date": date(2026, 7, 1)}, "renewal", id="renewal-before-onboarding"),
        pytest.param({"tenure_months": 40, "is_in_grace": True}, "lapsed", id="in-grace"),
        pytest.param(
            {"tenure_months": 1, "is_in_grace": True, "renewal_date": date(2026, 7, 1)},
            "lapsed",
            id="lapsed-before-all",
        ),
    ],
)
def test_stage(policy, account, expected):
    assert stages_of(policy, account)[0] == expected


@pytest.mark.parametrize(
    "overlay",
    [{}, {"is_in_grace": True}, {"renewal_date": date(2026, 7, 1)}],
    ids=["neither", "in-grace", "renews"],
)
@pytest.mark.parametrize(
    ("account", "expected"),
    [
        pytest.param({"tenure_months": 2, **_STEADY}, "onboarding", id="onboarding"),
        pytest.param({"tenure_months": 8, **_STEADY}, "adoption", id="adoption"),
        pytest.param({"tenure_months": 9, **_STEADY}, "mature", id="mature"),
        pytest.param({"tenure_months": 9}, "established", id="established"),
    ],
)
def test_the_structural_stage_knows_of_no_renewal_and_no_end(policy, account, overlay, expected):
    assert stages_of(policy, account | overlay)[1] == expected


def stages_of(policy, account):
    schema = {
        "month": pl.Date, "tenure_months": pl.Int64, "renewal_date": pl.Date, "is_in_grace": pl.Boolean,
        "events_variation": pl.Float64, "health": pl.Float64,
    }  # fmt: skip
    frame = pl.DataFrame([{"month": date(2026, 6, 1), "is_in_grace": False, **account}], schema=schema)
    stages = {"now": lifecycle_stage(policy.lifecycle), "structural": structural_stage(policy.lifecycle)}
    return frame.select(**stages).row(0)


def test_a_lift_in_effect_is_recovery_and_wins_over_all_but_a_contract_that_ended():
    frame = pl.DataFrame({"stage": ["renewal", "renewal", "mature", "lapsed"], "is_lifted": [True, False, False, True]})
    stages = frame.select(with_recovery(pl.col("stage"), pl.col("is_lifted"))).to_series()
    assert stages.to_list() == ["recovery", "renewal", "mature", "lapsed"]
