"""Lifecycle stages at their limits."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.lifecycle import lifecycle_stage, with_recovery

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
    ],
)
def test_stage(policy, account, expected):
    schema = {
        "month": pl.Date, "tenure_months": pl.Int64, "renewal_date": pl.Date,
        "events_variation": pl.Float64, "health": pl.Float64,
    }  # fmt: skip
    frame = pl.DataFrame([{"month": date(2026, 6, 1), **account}], schema=schema)
    assert frame.select(lifecycle_stage(policy.lifecycle)).to_series().to_list() == [expected]


def test_a_lift_in_effect_is_recovery_and_wins_over_all():
    frame = pl.DataFrame(
        {
            "stage": ["renewal", "renewal", "mature"],
            "tier": ["mid_touch", "mid_touch", "high_touch"],
            "base_tier": ["low_touch", "mid_touch", "high_touch"],
        }
    )
    stages = frame.select(with_recovery(pl.col("stage"), pl.col("tier"), pl.col("base_tier"))).to_series()
    assert stages.to_list() == ["recovery", "renewal", "mature"]
