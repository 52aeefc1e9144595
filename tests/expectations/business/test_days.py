"""June 2025 begins on a Sunday and has five Sundays and Mondays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl
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


def usage(rows_of_day: Mapping[date, int], events: int | None = 1) -> pl.LazyFrame:
    dates = [day for day, count in rows_of_day.items() for _ in range(count)]
    return pl.LazyFrame({"date": dates, "events": [events] * len(dates)}, schema={"date": pl.Date, "events": pl.Int64})


def measured(rows: pl.LazyFrame, quality: Quality) -> Measure:
    return only(silent_days(rows, quality, JUNE))


def workdays(rows: int) -> dict[date, int]:
    return {day: rows if day.weekday() < 5 else 0 for day in DAYS}


def test_use_on_every_day_passes(quality: Quality) -> None:
    assert measured(usage(dict.fromkeys(DAYS, USUAL)), quality).observed == 0


def test_weekends_without_use_are_no_alarm(quality: Quality) -> None:
    measure = measured(usage(workdays(USUAL)), quality)
    assert measure.observed == 0
    assert measure.message == "21 days of 2025-06 should have usage and 21 have some"


@pytest.mark.parametrize("lost", [DAYS[2], DAYS[9], DAYS[29]], ids=["tuesday", "another", "last_day"])
def test_a_day_without_rows_is_named(quality: Quality, lost: date) -> None:
    measure = measured(usage(workdays(USUAL) | {lost: 0}), quality)
    assert (measure.name, measure.observed, measure.is_passed) == ("days.usage", 1, False)
    assert f"{lost} (usually 4 rows); expected at most 0: look whether the files of these days" in measure.message


@pytest.mark.parametrize("events", [0, None])
def test_rows_without_events_are_no_use(quality: Quality, events: int | None) -> None:
    empty_day = usage({DAYS[2]: 50}, events)
    rows = pl.concat([usage(workdays(USUAL) | {DAYS[2]: 0}), empty_day])
    assert measured(rows, quality).observed == 1


def test_one_event_among_empty_rows_is_use(quality: Quality) -> None:
    rows = pl.concat([usage(workdays(USUAL) | {DAYS[2]: 1}), usage({DAYS[2]: 50}, 0)])
    assert measured(rows, quality).observed == 0


def test_the_weekday_must_usually_have_enough_rows(quality: Quality) -> None:
    thin = dict.fromkeys(DAYS, USUAL - 1) | {DAYS[2]: 0}
    measure = measured(usage(thin), quality)
    assert measure.observed is None
    assert measure.message == "no weekday of 2025-06 usually has 4 rows of usage, so an empty day may be chance"


def test_the_day_itself_is_left_out_of_what_is_usual(quality: Quality) -> None:
    """Two of four Tuesdays are silent: counted themselves, they would halve what is usual."""
    tuesdays = [day for day in DAYS if day.weekday() == 1]
    rows = {tuesdays[0]: 0, tuesdays[1]: 0, tuesdays[2]: USUAL, tuesdays[3]: USUAL}
    measure = measured(usage(workdays(USUAL) | rows), quality)
    assert measure.observed == 2


def test_many_days_are_named_by_the_first_five(quality: Quality) -> None:
    lost = [day for day in DAYS if day.day in {2, 3, 4, 12, 13, 20, 24}]
    message = measured(usage(workdays(USUAL) | dict.fromkeys(lost, 0)), quality).message
    assert "usage has no events on 7 days of 2025-06" in message
    assert "first Mon 2025-06-02 (usually 4 rows), Tue 2025-06-03" in message
    assert "Fri 2025-06-13 (usually 4 rows) and 2 more; expected" in message


def test_as_many_days_as_the_policy_allows_pass(quality: Quality) -> None:
    rows = usage(workdays(USUAL) | dict.fromkeys(DAYS[2:4], 0))
    assert measured(rows, limited(quality, "days", maximum_days=2)).is_passed
    assert not measured(rows, limited(quality, "days", maximum_days=1)).is_passed


def test_a_month_without_any_row_has_no_usual_days(quality: Quality) -> None:
    assert measured(usage({}), quality).observed is None


def test_row_order_does_not_matter(quality: Quality) -> None:
    rows = usage(workdays(USUAL) | {DAYS[2]: 0, DAYS[9]: 0}).collect()
    shuffled = rows.sample(fraction=1, shuffle=True, seed=7)
    assert measured(shuffled.lazy(), quality) == measured(rows.lazy(), quality)
