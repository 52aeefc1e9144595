from __future__ import annotations

from datetime import date

import pytest

from expectations.business.measure import Measure
from expectations.business.month_incomplete import month_incomplete
from tests.expectations.business.limits import limited, only
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(policy.quality, "month_incomplete", severity="fail", spare_days=3)


def measured(newest: date | None, gap: float | None, quality: Quality) -> Measure:
    return only(month_incomplete(newest, gap, quality, JUNE))


@pytest.mark.parametrize(
    ("day", "gap", "is_passed"),
    [
        pytest.param(30, 1, True, id="until_the_last_day"),
        pytest.param(26, 1, True, id="a_gap_and_three_days_before"),
        pytest.param(25, 1, False, id="a_day_more"),
        pytest.param(20, 7, True, id="a_weekly_source_may_end_earlier"),
        pytest.param(19, 7, False, id="a_weekly_source_may_miss_its_week"),
        pytest.param(1, 30, True, id="a_monthly_source_has_one_day"),
    ],
)
def test_usage_may_end_a_gap_and_three_days_before_the_month(
    quality: Quality, day: int, gap: float, is_passed: bool
) -> None:
    measure = measured(date(2025, 6, day), gap, quality)
    assert (measure.observed, measure.is_passed) == (30 - day, is_passed)


def test_a_month_without_any_row_is_incomplete(quality: Quality) -> None:
    measure = measured(date(2025, 5, 20), 30, quality)
    assert (measure.observed, measure.is_passed) == (41, False)


def test_usage_that_has_not_begun_is_not_incomplete(quality: Quality) -> None:
    assert measured(None, 1, quality).observed is None


def test_usage_whose_gap_is_not_known_is_not_incomplete(quality: Quality) -> None:
    measure = measured(date(2025, 6, 1), None, quality)
    assert measure.observed is None
    assert measure.message.startswith("no account has a second active day up to the end of 2025-06")


def test_the_sentence_says_from_when_on_days_are_missing_and_what_to_do(quality: Quality) -> None:
    measure = measured(date(2025, 6, 20), 1.5, quality)
    assert (measure.name, measure.severity) == ("month_incomplete", "fail")
    assert measure.message == (
        "the last row of usage is of 2025-06-20, 10 days before the end of 2025-06, expected at most 4.5 (a usual gap "
        "of 1.5 and 3 to spare): accounts would look silent on the days that are missing, so load them and run the "
        "month again"
    )
