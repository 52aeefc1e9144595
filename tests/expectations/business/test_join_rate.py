from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.business.join_rate import KnownRows, join_rate, row_join_rate
from tests.expectations.business.limits import by_name, limited, only
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")
SCHEMA = {"account_id": pl.String, "arr": pl.Float64, "events": pl.Int64, "last_active_date": pl.Date}


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(
        policy.quality,
        "join_rate",
        severity="warn",
        failing_share=0.5,
        minimum_rows=10,
        minimum_accounts=1,
        usage_window_months=3,
        usage_minimum_share=0.8,
        tickets_minimum_share=0.1,
    )


def features(*accounts: dict[str, Any]) -> pl.DataFrame:
    dull = {"arr": 100.0, "events": None, "last_active_date": None}
    return pl.DataFrame([dull | account for account in accounts], schema=SCHEMA)


def tickets(*account_ids: str) -> pl.DataFrame:
    return pl.DataFrame({"account_id": list(account_ids)}, schema={"account_id": pl.String})


@pytest.mark.parametrize(
    ("account", "share"),
    [
        pytest.param({"events": 1}, 1, id="events"),
        pytest.param({"events": 0}, 0, id="no_events"),
        pytest.param({}, 0, id="nothing_known"),
        pytest.param({"last_active_date": date(2025, 4, 1)}, 1, id="first_day_of_the_window"),
        pytest.param({"last_active_date": date(2025, 3, 31)}, 0, id="before_the_window"),
        pytest.param({"events": 0, "last_active_date": date(2025, 6, 1)}, 1, id="active_though_no_events_in_the_month"),
        pytest.param({"events": 5, "last_active_date": date(2024, 1, 1)}, 1, id="events_and_an_old_date"),
    ],
)
def test_what_counts_as_usage(quality: Quality, account: dict[str, Any], share: float) -> None:
    assert only(join_rate(features({"account_id": "a"} | account), None, quality, JUNE)).observed == share


def test_shares_are_of_arr_and_not_of_accounts(quality: Quality) -> None:
    accounts = features({"account_id": "large", "arr": 900.0, "events": 1}, {"account_id": "small"})
    measures = by_name(join_rate(accounts, tickets("small", "small", "stranger"), quality, JUNE))
    assert measures["join_rate.usage"].observed == 0.9
    assert measures["join_rate.tickets"].observed == 0.1
    assert all(measure.is_passed for measure in measures.values())


@pytest.mark.parametrize(("known", "is_passed"), [(80.0, True), (79.99, False)])
def test_the_limit_still_passes(quality: Quality, known: float, is_passed: bool) -> None:
    accounts = features(
        {"account_id": "a", "arr": known, "events": 1}, {"account_id": "b", "arr": 100 - known, "events": 0}
    )
    assert only(join_rate(accounts, None, quality, JUNE)).is_passed is is_passed


@pytest.mark.parametrize(
    ("known", "severity", "is_passed"),
    [
        pytest.param(80.0, "warn", True, id="enough"),
        pytest.param(50.0, "warn", False, id="at_half_it_warns"),
        pytest.param(49.99, "fail", False, id="under_half_it_fails"),
    ],
)
def test_under_half_of_arr_with_usage_fails(quality: Quality, known: float, severity: str, is_passed: bool) -> None:
    accounts = features({"account_id": "a", "arr": known, "events": 1}, {"account_id": "b", "arr": 100 - known})
    measure = only(join_rate(accounts, None, quality, JUNE))
    assert (measure.severity, measure.is_passed) == (severity, is_passed)
    assert measure.expected_text == "at least 0.8"


def test_a_window_without_usage_is_no_broken_key(quality: Quality) -> None:
    measure = only(join_rate(features({"account_id": "a", "events": 0}), None, quality, JUNE, has_usage=False))
    assert (measure.severity, measure.is_passed) == ("warn", False)


@pytest.mark.parametrize(("strangers", "is_passed"), [(0, True), (10, True), (11, False), (20, False)], ids=str)
def test_under_half_of_the_rows_with_an_account_fail(quality: Quality, strangers: int, is_passed: bool) -> None:
    measure = only(row_join_rate({"invoices": KnownRows(20, strangers)}, quality, JUNE))
    assert (measure.name, measure.severity, measure.is_passed) == ("join_rate.invoices_rows", "fail", is_passed)


def test_rows_that_find_no_account_are_told_with_examples(quality: Quality) -> None:
    assert only(row_join_rate({"usage": KnownRows(20, 15, ("A1", "A2"))}, quality, JUNE)).message == (
        "only 25 % of 20 rows of usage in 2025-06 belong to a known account, expected at least 50 %, unknown are such "
        "as 'A1' and 'A2': look whether the account ids of usage are written like those of accounts, and whether "
        "accounts lost rows"
    )


def test_a_difference_that_explains_them_is_told_instead_of_guesses(quality: Quality) -> None:
    found = KnownRows(20, 20, ("A-007",), "A-007 in usage, 7 in accounts: a prefix and leading zeros")
    assert only(row_join_rate({"usage": found}, quality, JUNE)).message.endswith(
        "unknown are such as 'A-007': write the account ids alike (A-007 in usage, 7 in accounts: a prefix and leading "
        "zeros)"
    )


@pytest.mark.parametrize("rows", [0, 9])
def test_few_rows_are_not_judged(quality: Quality, rows: int) -> None:
    measure = only(row_join_rate({"tickets": KnownRows(rows, rows)}, quality, JUNE))
    assert measure.observed is None
    assert measure.message.endswith("10 are needed for a share")


def test_tickets_that_match_nobody_are_named(quality: Quality) -> None:
    accounts = features(*({"account_id": name, "events": 1} for name in "dcba"))
    measure = by_name(join_rate(accounts, tickets("A", "B"), quality, JUNE))["join_rate.tickets"]
    assert not measure.is_passed
    assert measure.message == (
        "only accounts with 0 % of ARR in 2025-06 have rows of tickets, expected at least 10 %; first accounts "
        "without: 'a', 'b', 'c' and 1 more: look whether the account ids of tickets are written like those of accounts"
    )


def test_without_tickets_there_is_no_measure_of_them(quality: Quality) -> None:
    accounts = features({"account_id": "a"})
    assert [measure.name for measure in join_rate(accounts, None, quality, JUNE)] == ["join_rate.usage"]
    assert [measure.name for measure in join_rate(accounts, tickets(), quality, JUNE)] == [
        "join_rate.usage",
        "join_rate.tickets",
    ]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_too_few_accounts_are_not_judged(quality: Quality, number: int) -> None:
    accounts = features(*({"account_id": str(one)} for one in range(number)))
    measures = join_rate(accounts, tickets(), limited(quality, "join_rate", minimum_accounts=3), JUNE)
    assert [measure.observed for measure in measures] == [None, None]
    assert all("3 with ARR are needed for a share" in measure.message for measure in measures)


def test_accounts_without_any_arr_are_not_judged(quality: Quality) -> None:
    assert only(join_rate(features({"account_id": "a", "arr": 0.0}), None, quality, JUNE)).observed is None


@given(st.lists(st.tuples(st.floats(0.01, 1e6), st.sampled_from([0, 1, None])), min_size=1, max_size=20))
def test_shares_lie_within_0_and_1_in_any_order(policy: Policy, accounts: list[tuple[float, int | None]]) -> None:
    quality = limited(policy.quality, "join_rate", minimum_accounts=1)
    frame = features(*(
        {"account_id": str(number), "arr": arr, "events": events} for number, (arr, events) in enumerate(accounts)
    ))  # fmt: skip
    ticketed = tickets(*(str(number) for number in range(0, len(accounts), 2)))
    measures = join_rate(frame, ticketed, quality, JUNE)
    assert join_rate(frame.reverse(), ticketed.reverse(), quality, JUNE) == measures
    assert all(measure.observed is not None and 0 <= measure.observed <= 1 for measure in measures)
