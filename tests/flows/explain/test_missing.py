"""Why a component is missing, in the words and with the numbers of the case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flows.explain.missing import why_missing
from transforms.policy import Policy


@pytest.mark.parametrize(
    ("reason", "metric", "features", "words"),
    [
        ("expired", "nps", {"nps_date": date(2026, 3, 2)}, "last NPS 2026-03-02, it counts for 180 days"),
        (
            "expired", "csat_mean", {"last_rating_date": date(2026, 3, 2)},
            "last rating 2026-03-02, it counts for 120 days",
        ),
        ("too_young", "usage_growth_ratio", {"tenure_months": 3}, "too young: it needs 6 months, the account has 3"),
        (
            "too_young", "usage_trend_ratio", {},
            "too young: it needs a whole known month before this one, the account has none",
        ),
        (
            "too_few", "usage_trend_ratio", {"known_usage_months": 1, "last_active_date": date(2026, 9, 3)},
            "too little to go by: 1 whole known month before this one, last used on 2026-09-03",
        ),
        ("never_used", "usage_trend_ratio", {}, "the account never used the product"),
        ("not_recorded", "nps", {}, "nothing is recorded for this account"),
        ("stale", "csat_mean", {}, "its source has delivered nothing for too long"),
    ],
    ids=["nps", "rating", "growth", "trend", "few", "never", "unrecorded", "stale"],
)  # fmt: skip
def test_missing_values_say_why(policy: Policy, reason: str, metric: str, features: dict[str, Any], words: str) -> None:
    assert why_missing(reason, metric, features, policy) == words


def test_without_its_policy_a_month_says_it_without_limits() -> None:
    assert why_missing("expired", None, {}, None) == "what was known has expired"
