"""Text becomes values, or null where it cannot be."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from sql.sources.casts import text_caster
from sql.sources.spec import Cast
from transforms.contracts.columns import inputs as c


def cast(column, text, how=None, decimal=".", timezone="UTC"):
    made = text_caster(column, how, decimal, timezone)(pl.Series([text, None], dtype=pl.String))
    assert made.dtype == column.dtype
    assert made[1] is None
    return made[0]


def at(hour, minute=0, second=0, day=2, month=1, microsecond=0):
    return datetime(2026, month, day, hour, minute, second, microsecond, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12), ("+12", 12), (" 5 ", 5), ("-3", -3), ("12.0", 12), ("1e3", 1000), ("0012", 12),
        ("9007199254740993", 9007199254740993), ("12.5", None), ("1_000", None), ("1,000", None), ("x", None),
        ("99999999999999999999", None), ("inf", None), ("nan", None), ("٣", None), ("0x1f", None),
    ],
)  # fmt: skip
def test_whole_numbers(text, expected):
    assert cast(c.EVENTS, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("1.5", 1.5), (".5", 0.5), ("-2", -2.0), (" 1e3 ", 1000.0), ("1,5", None), ("12 EUR", None)]
)
def test_numbers(text, expected):
    assert cast(c.MRR, text) == expected


@pytest.mark.parametrize(("text", "expected"), [("1,5", 1.5), ("7", 7.0), ("1.5", None), ("1.234,56", None)])
def test_decimal_comma(text, expected):
    assert cast(c.MRR, text, decimal=",") == expected


@pytest.mark.parametrize(("text", "factor", "expected"), [("1999", 0.01, 19.99), ("3", 2, 6.0), ("29", 0.1, 2.9)])
def test_multiply(text, factor, expected):
    assert cast(c.MRR, text, Cast(multiply=factor)) == expected


def test_multiplied_whole_number_with_a_fraction_is_none():
    assert cast(c.EVENTS, "250", Cast(multiply=0.02)) == 5
    assert cast(c.EVENTS, "12", Cast(multiply=0.02)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("TRUE", True), ("Yes", True), ("1", True), (" t ", True), ("N", False), ("0", False), ("2", None), ("ja", None)],
)
def test_truth_values(text, expected):
    assert cast(c.IS_TRIAL, text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02", date(2026, 1, 2)),
        (" 2026-01-02 ", date(2026, 1, 2)),
        ("2026-01-02 23:30:00", date(2026, 1, 2)),
        ("2026-01-02T23:30:00-05:00", date(2026, 1, 3)),
        ("2026-02-30", None),
        ("02/01/2026", None),
        ("2026-01", None),
        ("20260102", None),
    ],
)
def test_dates(text, expected):
    assert cast(c.DATE, text) == expected


@pytest.mark.parametrize(
    ("text", "written", "expected"),
    [
        ("31.12.2025", "%d.%m.%Y", date(2025, 12, 31)),
        ("9/7/11", "%m/%d/%y", date(2011, 9, 7)),
        ("2025-12-31", "%d.%m.%Y", None),
        ("1577836800", "%s", date(2020, 1, 1)),
        ("01.02.2026 00:30 +0200", "%d.%m.%Y %H:%M %z", date(2026, 1, 31)),
    ],
)
def test_dates_in_a_format(text, written, expected):
    assert cast(c.DATE, text, Cast(format=written)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("2026-10", date(2026, 10, 1)), ("2026-10-31", date(2026, 10, 1)), ("2026-13", None)]
)
def test_months_are_their_first_day(text, expected):
    assert cast(c.RATE_MONTH, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02 03:04:05", at(3, 4, 5)),
        ("2026-01-02T03:04:05", at(3, 4, 5)),
        ("2026-01-02T03:04:05Z", at(3, 4, 5)),
        ("2026-01-02T03:04:05.123456Z", at(3, 4, 5, microsecond=123456)),
        ("2026-01-02 03:04:05+01:00", at(2, 4, 5)),
        ("2026-01-02 03:04:05 +0100", at(2, 4, 5)),
        ("2026-01-02 03:04:05+01", at(2, 4, 5)),
        ("2026-01-02 03:04:05 UTC", at(3, 4, 5)),
        ("2026-01-02T03:04", at(3, 4)),
        ("2026-01-02", at(0)),
        ("2026-01-02 03:04:05 EST", None),
        ("2026-01-02 25:00:00", None),
        ("yesterday", None),
    ],
)
def test_times(text, expected):
    assert cast(c.OPENED_AT, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-07-01 12:00:00", at(10, month=7, day=1), id="summer"),
        pytest.param("2026-07-01T12:00:00Z", at(12, month=7, day=1), id="zone is written"),
        pytest.param("2026-10-25 02:30:00", at(0, 30, month=10, day=25), id="hour that comes twice"),
        pytest.param("2026-03-29 02:30:00", None, id="hour that is left out"),
    ],
)
def test_naive_times_are_in_the_source_s_zone(text, expected):
    assert cast(c.OPENED_AT, text, timezone="Europe/Berlin") == expected


def test_a_column_may_be_written_in_several_ways():
    text = pl.Series(["2026-01-02", "2026-01-02 03:04:05", None, "2026-01-02T03:04:05Z", "x"])
    times = text_caster(c.OPENED_AT, None, ".", "UTC")(text)
    assert times.to_list() == [at(0), at(3, 4, 5), None, at(3, 4, 5), None]
