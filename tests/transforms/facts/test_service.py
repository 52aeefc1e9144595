from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from tests.transforms.facts import naive_service
from tests.transforms.facts.contracts_of import ANY_SUBSCRIPTIONS, JUNE, distinct_keys, subscriptions
from transforms.facts.service import in_force, in_service, mrr_on, paid

DAY = JUNE.last_day
GRACE_DAYS = 30


def mrr_of(given_rows: list[dict], day: date = DAY) -> list[float]:
    return mrr_on(paid(subscriptions(given_rows).lazy()), day).collect()["mrr"].sort().to_list()


@pytest.mark.parametrize(
    ("given_rows", "expected"),
    [
        pytest.param([{"start_date": DAY}], [100], id="starts_that_day"),
        pytest.param([{"start_date": DAY + timedelta(days=1)}], [], id="starts_later"),
        pytest.param([{"end_date": DAY}], [100], id="last_day_of_service"),
        pytest.param([{"end_date": DAY - timedelta(days=1)}], [], id="ended"),
        pytest.param([{}], [100], id="no_end"),
        pytest.param([{"is_trial": True}], [], id="trial"),
        pytest.param([{"is_trial": False}], [100], id="no_trial"),
        pytest.param([{"mrr": 1}, {"mrr": 2, "subscription_id": "2"}], [1, 2], id="different_subscriptions_add"),
        pytest.param([{"mrr": 1}, {"mrr": 2, "start_date": date(2025, 1, 1)}], [2], id="latest_start_counts"),
        pytest.param(
            [{"mrr": 1}, {"mrr": 2, "start_date": date(2025, 1, 1), "end_date": date(2025, 2, 1)}],
            [1],
            id="latest_start_of_those_that_cover_the_day",
        ),
        pytest.param(
            [{"mrr": 1}, {"mrr": 2, "start_date": date(2025, 1, 1), "is_trial": True}],
            [1],
            id="trial_beside_a_contract",
        ),
        pytest.param([{"mrr": 5}] * 2, [5], id="equal_rows_are_one"),
    ],
)
def test_what_is_paid_on_a_day(given_rows, expected):
    assert mrr_of(given_rows) == expected


def test_columns_of_mrr():
    frame = mrr_on(paid(subscriptions([{"currency": "EUR", "seats": 3}]).lazy()), DAY).collect()
    assert frame.to_dicts() == [{"account_id": "a", "product": "core", "currency": "EUR", "mrr": 100.0, "seats": 3}]


def service(given_rows: list[dict], account: str = "a") -> tuple[list[float], bool]:
    frame = in_service(paid(subscriptions(given_rows).lazy()), DAY, GRACE_DAYS).collect()
    own = frame.filter(account_id=account)
    return own["mrr"].sort().to_list(), bool(own["is_in_grace"].any())


ENDED = {"end_date": date(2025, 6, 10)}


@pytest.mark.parametrize(
    ("given_rows", "expected"),
    [
        pytest.param([{}], ([100], False), id="in_force"),
        pytest.param([ENDED], ([100], True), id="lapsed"),
        pytest.param([{"end_date": DAY - timedelta(days=30)}], ([100], True), id="last_day_of_grace"),
        pytest.param([{"end_date": DAY - timedelta(days=31)}], ([], False), id="after_grace"),
        pytest.param([ENDED, {"mrr": 7, "subscription_id": "2"}], ([7], False), id="another_one_goes_on"),
        pytest.param(
            [ENDED, {"mrr": 7, "subscription_id": "2", "end_date": date(2025, 6, 20)}],
            ([7], True),
            id="the_last_day_of_service_counts",
        ),
        pytest.param(
            [ENDED, {"mrr": 7, "subscription_id": "2", "end_date": date(2025, 6, 10)}],
            ([7, 100], True),
            id="two_on_the_last_day",
        ),
        pytest.param([ENDED, {"mrr": 0, "start_date": date(2025, 6, 11)}], ([0], False), id="goes_on_for_nothing"),
        pytest.param(
            [{"mrr": 0, "subscription_id": "free"}, ENDED], ([0, 100], True), id="free_one_beside_a_lapsed_one"
        ),
        pytest.param([ENDED | {"is_trial": True}], ([], False), id="a_trial_has_no_grace"),
        pytest.param([ENDED | {"mrr": 0}], ([], False), id="nothing_paid_has_no_grace"),
        pytest.param([ENDED | {"start_date": date(2025, 6, 20)}], ([], False), id="ends_before_it_starts"),
        pytest.param(
            [ENDED, {"subscription_id": "2", "start_date": date(2025, 6, 20), "end_date": date(2025, 6, 15)}],
            ([100], True),
            id="another_ends_before_it_starts",
        ),
        pytest.param(
            [ENDED, {"account_id": "b", "start_date": date(2025, 6, 11)}], ([], False), id="went_to_another_account"
        ),
    ],
)
def test_what_stands_for_a_contract(given_rows, expected):
    assert service(given_rows) == expected


@given(ANY_SUBSCRIPTIONS)
@settings(deadline=None, max_examples=200)
def test_the_same_as_by_the_letter(given_rows):
    given_rows = distinct_keys(given_rows)
    rows = [row for row in given_rows if not row["is_trial"]]
    force = in_force(paid(subscriptions(given_rows).lazy()), DAY).collect()
    assert sorted(force["mrr"]) == sorted(row["mrr"] for row in naive_service.in_force(rows, DAY))
    for account in ("a", "b"):
        standing, is_in_grace = naive_service.in_service(rows, account, DAY, GRACE_DAYS)
        assert service(given_rows, account) == (sorted(row["mrr"] for row in standing), is_in_grace)
