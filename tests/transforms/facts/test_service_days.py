from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from tests.transforms.facts import naive_service
from tests.transforms.facts.contracts_of import ANY_SUBSCRIPTIONS, JUNE, START, distinct_keys, subscriptions
from transforms.facts.service_days import every_day, service_days
from transforms.month import Month

MONTHS = 4


def days_of(month: Month) -> list[date]:
    return [month.first_day + timedelta(days=number) for number in range(month.days)]


def served(given_rows: list[dict[str, Any]]) -> dict[str, list[list[int]]]:
    """Per account the numbers of the days in service, of June and the months before."""
    found = service_days(subscriptions(given_rows).lazy(), JUNE, MONTHS).collect()
    return {
        account: [[day for day in range(1, 32) if bits >> (day - 1) & 1] for bits in months]
        for account, months in found.iter_rows()
    }


JUNE_DAYS, MAY_DAYS, APRIL_DAYS, MARCH_DAYS = (list(range(1, (JUNE - ago).days + 1)) for ago in range(MONTHS))
WHOLE = [JUNE_DAYS, MAY_DAYS, APRIL_DAYS, MARCH_DAYS]
RETURN = {"subscription_id": "2", "start_date": date(2025, 5, 30)}


@pytest.mark.parametrize(
    ("given_rows", "expected"),
    [
        pytest.param([{}], WHOLE, id="without-end"),
        pytest.param([{"start_date": date(2025, 6, 29)}], [[29, 30], [], [], []], id="new"),
        pytest.param([{"end_date": date(2025, 6, 2)}], [[1, 2], *WHOLE[1:]], id="in-grace"),
        pytest.param([{"end_date": date(2026, 1, 1)}], WHOLE, id="ends-later"),
        pytest.param(
            [{"end_date": date(2025, 4, 2)}, RETURN], [JUNE_DAYS, [30, 31], [1, 2], MARCH_DAYS], id="returned"
        ),
        pytest.param([{"end_date": date(2025, 5, 29)}, RETURN], WHOLE, id="renewed-without-a-gap"),
        pytest.param([{"end_date": date(2025, 6, 9)}, RETURN], WHOLE, id="renewed-before-the-end"),
        pytest.param(
            [{"end_date": date(2025, 6, 2)}, {"start_date": date(2025, 6, 29)}],
            [[1, 2, 29, 30], *WHOLE[1:]],
            id="renewed-late",
        ),
        pytest.param([{}, {"start_date": date(2025, 6, 3), "mrr": 0}], [[1, 2], *WHOLE[1:]], id="goes-on-for-nothing"),
        pytest.param(
            [{}, {"start_date": date(2025, 6, 3), "end_date": date(2025, 6, 28), "mrr": 0}],
            [[1, 2, 29, 30], *WHOLE[1:]],
            id="free-for-a-while",
        ),
        pytest.param(
            [{"start_date": date(2025, 6, 5), "end_date": date(2025, 6, 1)}], None, id="ends-before-it-starts"
        ),
        pytest.param([{"is_trial": True}], None, id="trial"),
        pytest.param([{"mrr": 0}], None, id="nothing-paid"),
        pytest.param([{"start_date": date(2025, 7, 1)}], None, id="starts-later"),
    ],
)
def test_days_are_those_of_what_is_paid_for(given_rows: list[dict[str, Any]], expected: list[list[int]] | None) -> None:
    assert served(given_rows).get("a") == expected


def test_a_subscription_that_moves_ends_the_service_of_the_former_account() -> None:
    found = served([{"start_date": START}, {"account_id": "b", "start_date": date(2025, 6, 28)}])
    assert found == {"a": [JUNE_DAYS[:27], *WHOLE[1:]], "b": [[28, 29, 30], [], [], []]}


def test_the_bits_of_a_whole_month() -> None:
    assert [every_day(Month.parse(text)).bit_count() for text in ("2024-02", "2025-02", "2025-03")] == [29, 28, 31]


@given(ANY_SUBSCRIPTIONS)
@settings(deadline=None, max_examples=100)
def test_the_same_as_looking_at_every_day(given_rows: list[dict[str, Any]]) -> None:
    given_rows = distinct_keys(given_rows)
    rows = [row for row in given_rows if not row["is_trial"]]
    found = served(given_rows)
    for account in ("a", "b"):
        expected = [
            [
                day.day
                for day in days_of(JUNE - ago)
                if any(row["account_id"] == account and row["mrr"] > 0 for row in naive_service.in_force(rows, day))
            ]
            for ago in range(MONTHS)
        ]
        assert found.get(account, [[]] * MONTHS) == expected
