"""June 2025 begins on a Sunday and has five Sundays and Mondays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from expectations.business.days import silent_days
from expectations.business.measure import Measure
from tests.expectations.business.limits import limited, only
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")
DAYS = [JUNE.first_day + timedelta(days=number) for number in range(30)]
USUAL = 4


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(policy.quality, "days", maximum_days=0, minimum_usual_rows=USUAL)


def measured(used: Mapping[date, int], quality: Quality) -> Measure:
    return only(silent_days(used, quality, JUNE))


def workdays(rows: int) -> dict[date, int]:
    return {day: rows if day.weekday() < 5 else 0 for day in DAYS}


def test_use_on_every_day_passes(quality: Quality) -> None:
    assert measured(dict.fromkeys(DAYS, USUAL), quality).observed == 0


def test_weekends_without_use_are_no_alarm(quality: Quality) -> None:
    measure = measured(workdays(USUAL), quality)
    assert measure.observed == 0
    assert measure.message == "21 days of 2025-06 should have usage and 21 have some"


@pytest.mark.parametrize("lost", [DAYS[2], DAYS[9], DAYS[29]], ids=["tuesday", "another", "last_day"])
def test_a_day_without_rows_is_named(quality: Quality, lost: date) -> None:
    measure = measured(workdays(USUAL) | {lost: 0}, quality)
    assert (measure.name, measure.observed, measure.is_passed) == ("days.usage", 1, False)
    assert f"{lost} (usually 4 rows); expected at most 0: look whether the files of these days" in measure.message


def test_the_weekday_must_usually_have_enough_rows(quality: Quality) -> None:
    thin = dict.fromkeys(DAYS, USUAL - 1) | {DAYS[2]: 0}
    measure = measured(thin, quality)
    assert measure.observed is None
    assert measure.message == "no weekday of 2025-06 usually has 4 rows of usage, so an empty day may be chance"


def test_the_day_itself_is_left_out_of_what_is_usual(quality: Quality) -> None:
    """Two of four Tuesdays are silent: counted themselves, they would halve what is usual."""
    tuesdays = [day for day in DAYS if day.weekday() == 1]
    rows = {tuesdays[0]: 0, tuesdays[1]: 0, tuesdays[2]: USUAL, tuesdays[3]: USUAL}
    measure = measured(workdays(USUAL) | rows, quality)
    assert measure.observed == 2


def test_many_days_are_named_by_the_first_five(quality: Quality) -> None:
    lost = [day for day in DAYS if day.day in {2, 3, 4, 12, 13, 20, 24}]
    message = measured(workdays(USUAL) | dict.fromkeys(lost, 0), quality).message
    assert "usage has no events on 7 days of 2025-06" in message
    assert "first Mon 2025-06-02 (usually 4 rows), Tue 2025-06-03" in message
    assert "Fri 2025-06-13 (usually 4 rows) and 2 more; expected" in message


def test_as_many_days_as_the_policy_allows_pass(quality: Quality) -> None:
    rows = workdays(USUAL) | dict.fromkeys(DAYS[2:4], 0)
    assert measured(rows, limited(quality, "days", maximum_days=2)).is_passed
    assert not measured(rows, limited(quality, "days", maximum_days=1)).is_passed


def test_a_month_without_any_row_has_no_usual_days(quality: Quality) -> None:
    assert measured({}, quality).observed is None


def test_a_day_that_is_left_out_is_one_without_rows(quality: Quality) -> None:
    used = {day: rows for day, rows in workdays(USUAL).items() if rows and day != DAYS[2]}
    assert measured(used, quality) == measured(workdays(USUAL) | {DAYS[2]: 0}, quality)
