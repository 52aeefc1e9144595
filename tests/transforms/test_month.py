"""Months: how they are written, where they begin and end, and how they are counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts.rules import EARLIEST
from transforms.errors import WrongUseError
from transforms.month import Month

MONTHS = st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(Month.of)
STEPS = st.integers(-1200, 1200)


@pytest.mark.parametrize("text", ["2026-10", " 2026-10\n"])
def test_parse_reads_year_and_month(text: str) -> None:
    assert Month.parse(text) == Month(date(2026, 10, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "\u0662\u0660\u0662\u0666-\u0661\u0660",
        "2026-1",
        "2026-10-01",
        "10-2026",
        "2026/10",
        "October 2026",
    ],
)
def test_parse_refuses_any_other_way_of_writing(text: str) -> None:
    with pytest.raises(WrongUseError, match="is not a month: write it as YYYY-MM") as caught:
        Month.parse(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("text", ["0000-01", "0001-01", "1899-12"])
def test_parse_refuses_months_of_which_no_source_has_rows(text: str) -> None:
    with pytest.raises(WrongUseError, match=f"^{text} lies before 1900"):
        Month.parse(text)


def test_the_first_month_that_is_read_is_that_of_the_first_day_of_a_source() -> None:
    assert Month.parse("1900-01").first_day == EARLIEST


@pytest.mark.parametrize(
    ("text", "last_day", "days", "end_time"),
    [
        ("2024-02", date(2024, 2, 29), 29, datetime(2024, 3, 1, tzinfo=UTC)),
        ("2100-02", date(2100, 2, 28), 28, datetime(2100, 3, 1, tzinfo=UTC)),
        ("2025-04", date(2025, 4, 30), 30, datetime(2025, 5, 1, tzinfo=UTC)),
        ("2025-12", date(2025, 12, 31), 31, datetime(2026, 1, 1, tzinfo=UTC)),
    ],
    ids=["leap_year", "century_without_leap_day", "thirty_days", "end_of_year"],
)
def test_bounds(text: str, last_day: date, days: int, end_time: datetime) -> None:
    month = Month.parse(text)
    assert (month.last_day, month.days, month.end_time) == (last_day, days, end_time)


def test_of_takes_dates_and_times_of_the_whole_month() -> None:
    month = Month.parse("2025-04")
    days = (date(2025, 4, 1), date(2025, 4, 30), datetime(2025, 4, 30, 23, 59, 59, tzinfo=UTC))
    assert {Month.of(day) for day in days} == {month}


@pytest.mark.parametrize(
    ("months", "expected"),
    [(0, "2025-11"), (1, "2025-12"), (2, "2026-01"), (14, "2027-01"), (-10, "2025-01"), (-11, "2024-12")],
)
def test_arithmetic_crosses_years(months: int, expected: str) -> None:
    assert str(Month.parse("2025-11") + months) == expected
    assert str(Month.parse("2025-11") - (-months)) == expected


def test_range_and_trailing_include_both_ends_oldest_first() -> None:
    first, last = Month.parse("2025-11"), Month.parse("2026-02")
    expected = ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [str(month) for month in Month.range(first, last)] == expected
    assert [str(month) for month in last.trailing(4)] == expected


def test_range_that_ends_before_it_begins_is_empty() -> None:
    assert Month.range(Month.parse("2026-02"), Month.parse("2026-01")) == []


@given(MONTHS)
def test_what_is_written_is_read_back(month: Month) -> None:
    assert Month.parse(str(month)) == month


@given(MONTHS, STEPS, STEPS)
def test_steps_add_up_and_lead_back(month: Month, one: int, other: int) -> None:
    assert month + one + other == month + (one + other)
    assert month + one - one == month


@given(MONTHS, STEPS)
def test_order_is_that_of_time(month: Month, steps: int) -> None:
    assert (month + steps > month) == (steps > 0)
    assert ((month + steps).first_day > month.first_day) == (steps > 0)


@given(MONTHS)
def test_months_follow_each_other_without_gap(month: Month) -> None:
    following = month + 1
    assert month.last_day + timedelta(days=1) == following.first_day == month.end_time.date()
    assert Month.of(month.first_day) == Month.of(month.last_day) == month


@given(MONTHS, st.integers(1, 60))
def test_trailing_months_are_as_many_as_asked(month: Month, months: int) -> None:
    listed = month.trailing(months)
    assert len(listed) == months
    assert (listed[0] + (months - 1), listed[-1]) == (month, month)
