"""The naive usage metrics on companies so small that the page can be followed by hand."""

from datetime import date, timedelta

import pytest

from .usage import (
    Company,
    base_rates,
    days_of,
    expected_events,
    gaps,
    has_sudden_silence,
    is_lost,
    rhythm,
    slots,
    usage_recency,
    usage_trend,
    usual_gap,
)

M = 2025 * 12 + 5  # June 2025: 30 days, five Mondays
FIRST = date(2024, 1, 1)  # a Monday
LAST = days_of(M)[-1]
ALL = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


def company(
    active: dict[str, list[date]], events: int = 10, start: date = FIRST, end: date | None = None, known: int = 0
) -> Company:
    """Accounts with so many events on each active day, all in service for the same time."""
    rows = [(name, day, events) for name, days in active.items() for day in days]
    return Company(rows, {name: [(start, end)] for name in active}, known)


MONDAYS = [day for day in ALL if day.weekday() == 0]
WEEKDAYS = [day for day in ALL if day.weekday() < 5]
FIRSTS = [day for day in ALL if day.day == 1]


@pytest.mark.parametrize(
    ("days", "kind", "gap", "slots_of_june", "slots_of_may"),
    [
        (ALL, "daily", 1, 30, 31),
        (WEEKDAYS, "daily", 1, 30, 31),
        (MONDAYS, "weekly", 7, 5, 4),
        (MONDAYS[::2], "weekly", 14, 5, 4),
        (FIRSTS, "monthly", 31, 1, 1),
        ([], "daily", 1, 30, 31),
    ],
    ids=["daily", "on_weekdays", "weekly", "fortnightly", "monthly", "nothing"],
)
def test_rhythm_and_slots(days: list[date], kind: str, gap: int, slots_of_june: int, slots_of_may: int) -> None:
    one = company({"a": days})
    assert (rhythm(one, M), usual_gap(one, M)) == (kind, gap)
    assert (slots(one, "a", M, M), slots(one, "a", M, M - 1)) == (slots_of_june, slots_of_may)


def test_weekly_use_is_no_fall_in_a_month_with_four_mondays() -> None:
    one = company({"a": MONDAYS})
    assert usage_trend(one, "a", M) == pytest.approx(0)
    assert usage_trend(one, "a", M - 1) == pytest.approx(0)


def test_slots_count_days_in_service() -> None:
    one = company({"a": ALL}, end=LAST - timedelta(days=10))
    assert slots(one, "a", M, M) == 20
    assert expected_events(one, "a", M) == pytest.approx(200)
    short = company({"a": ALL}, end=LAST - timedelta(days=16))
    assert expected_events(short, "a", M) is None


def test_base_is_the_median_of_known_months_that_were_lived_through() -> None:
    rows = [("a", day, 40 if day >= date(2025, 5, 1) else 10) for day in ALL]
    assert expected_events(Company(rows, {"a": [(FIRST, None)]}, 0), "a", M) == pytest.approx(300)
    assert expected_events(Company(rows, {"a": [(FIRST, None)]}, M - 1), "a", M) == pytest.approx(1200)
    assert expected_events(Company(rows, {"a": [(date(2025, 4, 2), None)]}, 0), "a", M) == pytest.approx(1200)
    assert expected_events(Company(rows, {"a": [(date(2025, 5, 2), None)]}, 0), "a", M) is None
    assert expected_events(Company(rows, {"a": [(FIRST, None)]}, M), "a", M) is None


def test_time_between_two_contracts_is_not_lived_through() -> None:
    """Away from 10 February to 20 April 2025, though it went on using the product a little."""
    away = range((date(2025, 2, 10) - FIRST).days, (date(2025, 4, 21) - FIRST).days)
    rows = [("a", day, 1 if number in away else 10) for number, day in enumerate(ALL)]
    spans = [(FIRST, date(2025, 2, 9)), (date(2025, 4, 21), None)]
    one = Company(rows, {"a": spans}, M - 4)  # January is unknown, so that May alone is left
    assert [slots(one, "a", M, then) for then in (M - 4, M - 3, M - 2, M - 1)] == [9, 0, 10, 31]
    assert base_rates(one, "a", M)[-5:] == [None, None, None, None, 10]
    assert expected_events(one, "a", M) == pytest.approx(300)
    assert expected_events(one, "a", M - 1) is None  # of March and April, neither of them whole
    assert usage_recency(Company([("b", LAST, 1)], {"a": spans, "b": spans}, 0), "a", M) == (LAST - FIRST).days


def test_long_silence_stays_a_fall_and_what_was_never_used_has_no_trend() -> None:
    stopped = company({"a": [day for day in ALL if day < date(2024, 10, 1)]})
    assert expected_events(stopped, "a", M) == pytest.approx(300)
    assert usage_trend(stopped, "a", M) == pytest.approx(20 / 320 - 1)
    assert usage_trend(company({"a": []}), "a", M) is None


def test_few_events_move_little() -> None:
    one = company({"a": [day for day in MONDAYS if day.month != 6]}, events=1)
    assert usage_trend(one, "a", M) == pytest.approx(20 / 25 - 1)


def test_a_day_that_the_feed_lost_is_no_slot() -> None:
    lost = date(2025, 6, 11)
    one = company({f"a{number}": [day for day in WEEKDAYS if day != lost] for number in range(20)})
    assert [day for day in days_of(M) if is_lost(one, day)] == [lost]
    assert slots(one, "a1", M, M) == 29
    few = company({f"a{number}": [day for day in WEEKDAYS if day != lost] for number in range(19)})
    assert not is_lost(few, lost)


def test_rows_of_before_the_beginning_show_no_rhythm_and_no_usual_day() -> None:
    lost, stray = date(2025, 6, 11), date(2025, 2, 3)
    days = [stray, *(day for day in WEEKDAYS if day >= date(2025, 4, 1) and day != lost)]
    one = company({f"a{number}": days for number in range(20)}, known=M - 2)
    assert is_lost(one, lost)
    # 13 of the 26 Wednesdays since January lie before the beginning: with them, half of all would be empty.
    assert max(gaps(one, M)) == 3
    assert stray in one.days_by_account["a1"]


@pytest.mark.parametrize(
    ("days", "recency"),
    [
        (ALL, 0),
        (ALL[:-4], 4),
        (MONDAYS, 0),
        (MONDAYS[:-1], 1),
        (MONDAYS[:-2], 8),
        (FIRSTS, 0),
        (FIRSTS[:-1], 1),
    ],
    ids=["daily", "daily_stopped", "weekly", "weekly_missed_one", "weekly_missed_two", "monthly", "monthly_missed_one"],
)
def test_recency_is_counted_beyond_the_usual_gap(days: list[date], recency: float) -> None:
    kept = MONDAYS if set(days) <= set(MONDAYS) else FIRSTS if set(days) <= set(FIRSTS) else ALL
    one = company({"a": days} | {f"b{number}": kept for number in range(9)})
    assert usage_recency(one, "a", M) == recency


def test_recency_of_the_never_active_begins_with_the_contract() -> None:
    one = company({"a": [], "b": ALL})
    assert usage_recency(one, "a", M) == (LAST - FIRST).days


@pytest.mark.parametrize(("stopping", "is_sudden"), [(1, False), (2, True), (20, True)])
def test_silence_is_sudden_where_over_a_twentieth_stops_at_once(stopping: int, is_sudden: bool) -> None:
    june = set(days_of(M))
    active = {f"a{number}": [day for day in MONDAYS if number >= stopping or day not in june] for number in range(20)}
    assert has_sudden_silence(company(active), sorted(active), M) == is_sudden
    assert not has_sudden_silence(company(active, known=M - 6), sorted(active), M)
    assert not has_sudden_silence(company(active), sorted(active)[:19], M)
