"""Which month a command means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.clock import complete_month, last_complete_month, now
from transforms.errors import WrongUseError
from transforms.month import Month

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOVEMBER, "2026-10"),
        (datetime(2026, 10, 31, 23, 59, 59, 999999, tzinfo=UTC), "2026-09"),
        (datetime(2027, 1, 31, tzinfo=UTC), "2026-12"),
    ],
    ids=["first instant", "last instant", "turn of the year"],
)
def test_the_last_complete_month_has_ended(at, expected):
    assert last_complete_month(at) == Month.parse(expected)


def test_a_month_that_is_not_named_is_the_last_complete_one():
    assert complete_month(None, NOVEMBER) == Month.parse("2026-10")
    assert complete_month("2025-02", NOVEMBER) == Month.parse("2025-02")


@pytest.mark.parametrize("text", ["2026-11", "2026-12", "2030-01"])
def test_a_month_that_runs_or_lies_ahead_is_refused(text):
    with pytest.raises(WrongUseError, match=rf"{text} has not ended yet: the last complete month is 2026-10"):
        complete_month(text, NOVEMBER)


def test_the_clock_is_in_utc():
    assert now().tzinfo is UTC
