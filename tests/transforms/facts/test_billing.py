from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.transforms.facts.contracts_of import JUNE, facts_of, subscriptions
from transforms.facts.billing import billing_facts
from transforms.month import Month

JULY = JUNE + 1


def test_an_account_that_pays(policy):
    row = facts_of(
        [
            {"seats": 10, "start_date": date(2024, 2, 15), "renewal_date": date(2025, 9, 1)},
            {"subscription_id": "2", "product": "extra", "mrr": 20.5, "seats": 5, "start_date": date(2024, 3, 1)},
            {"subscription_id": "3", "mrr": 1, "end_date": date(2025, 4, 30)},
        ],
        policy,
    )["a"]
    assert row == {
        "tenure_start_date": date(2024, 1, 1),
        "tenure_months": 18,
        "arr": 1446.0,
        "is_in_grace": False,
        "products": ["core", "extra"],
        "products_owned": 2,
        "seats": 15,
        "arr_1_month_ago": 1446.0,
        "arr_2_months_ago": 1458.0,
        "arr_reference": 1458.0,
        "new_product_arr": 0.0,
        "renewal_date": date(2025, 9, 1),
        "has_renewal_freeze": True,
    }


def test_columns_have_the_published_types(policy):
    schema = billing_facts(subscriptions([]).lazy(), None, "USD", JUNE, policy).collect_schema()
    assert dict(schema) == {
        "account_id": pl.String,
        "tenure_start_date": pl.Date,
        "tenure_months": pl.Int64,
        "arr": pl.Float64,
        "is_in_grace": pl.Boolean,
        "products": pl.List(pl.String),
        "products_owned": pl.Int64,
        "seats": pl.Int64,
        "arr_1_month_ago": pl.Float64,
        "arr_2_months_ago": pl.Float64,
        "arr_reference": pl.Float64,
        "new_product_arr": pl.Float64,
        "renewal_date": pl.Date,
        "has_renewal_freeze": pl.Boolean,
    }


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"is_trial": True}, id="trial"),
        pytest.param({"mrr": 0}, id="nothing_paid"),
        pytest.param({"start_date": date(2025, 7, 1)}, id="not_begun"),
        pytest.param({"end_date": date(2025, 3, 1)}, id="gone_for_months"),
    ],
)
def test_who_is_nowhere_near_scope(row, policy):
    assert facts_of([row], policy) == {}


def test_an_account_that_pays_cents_is_there(policy):
    assert facts_of([{"mrr": 0.05}], policy)["a"]["arr"] == pytest.approx(0.6)


def test_who_has_just_left_is_there_with_nothing(policy):
    row = facts_of([{"end_date": date(2025, 4, 30)}], policy)["a"]
    assert (row["arr"], row["arr_1_month_ago"], row["arr_2_months_ago"]) == (0.0, 0.0, 1200.0)
    assert (row["products"], row["products_owned"], row["seats"]) == ([], 0, None)


GRACE = {"end_date": date(2025, 6, 10), "seats": 9, "renewal_date": date(2025, 6, 11)}
RENEWED = {"start_date": date(2025, 7, 5), "mrr": 100.0}


def test_in_grace_the_last_contract_stands(policy):
    row = facts_of([GRACE], policy)["a"]
    assert (row["arr"], row["is_in_grace"], row["seats"], row["products"]) == (1200.0, True, 9, ["core"])
    assert row["has_renewal_freeze"]


@pytest.mark.parametrize(
    "renewed",
    [
        pytest.param(RENEWED, id="same_subscription"),
        pytest.param(RENEWED | {"subscription_id": "2"}, id="new_subscription"),
    ],
)
def test_a_late_renewal_is_no_contract_event(renewed, policy):
    row = facts_of([GRACE, renewed], policy, JULY)["a"]
    assert (row["arr"], row["arr_1_month_ago"], row["arr_2_months_ago"]) == (1200.0, 1200.0, 1200.0)
    assert row["new_product_arr"] == 0.0
    assert not row["is_in_grace"]


def test_a_late_renewal_of_one_of_two_products_is_no_new_product(policy):
    other = {"subscription_id": "9", "product": "extra", "mrr": 5}
    row = facts_of([GRACE, other, RENEWED], policy, JULY)["a"]
    assert (row["arr"], row["arr_1_month_ago"], row["new_product_arr"]) == (1260.0, 60.0, 0.0)


@pytest.mark.parametrize(
    ("former", "expected"),
    [
        pytest.param([], 600.0, id="never_had"),
        pytest.param([{"end_date": date(2025, 4, 1)}], 600.0, id="had_long_ago"),
        pytest.param([{"is_trial": True}], 600.0, id="had_on_trial"),
        pytest.param([{"mrr": 0, "end_date": date(2025, 5, 31)}], 0.0, id="had_for_nothing"),
        pytest.param([{"mrr": 1, "end_date": date(2025, 5, 31)}], 0.0, id="had_for_less"),
        pytest.param([{"mrr": 1, "end_date": date(2025, 5, 10)}], 0.0, id="in_grace_the_month_before"),
    ],
)
def test_arr_of_products_that_are_new(former, expected, policy):
    extra = {"subscription_id": "2", "product": "extra"}
    bought = extra | {"start_date": date(2025, 6, 3), "mrr": 50}
    row = facts_of([{}, bought, *(extra | one for one in former)], policy)["a"]
    assert row["new_product_arr"] == expected


@pytest.mark.parametrize(
    ("given_rows", "expected"),
    [
        pytest.param([{"mrr": 1}, {"mrr": 9, "start_date": date(2024, 7, 1)}], 12.0, id="a_year_ago"),
        pytest.param(
            [{"mrr": 1, "start_date": date(2024, 9, 30)}, {"mrr": 9, "start_date": date(2024, 10, 1)}],
            12.0,
            id="first_month_end_if_later",
        ),
        pytest.param([{"mrr": 9, "start_date": date(2025, 6, 30)}], 108.0, id="new_this_month"),
        pytest.param(
            [
                {"mrr": 1, "end_date": date(2024, 3, 31)},
                {"mrr": 2, "start_date": date(2024, 11, 2)},
                {"mrr": 9, "start_date": date(2025, 2, 1)},
            ],
            24.0,
            id="first_month_end_after_coming_back",
        ),
        pytest.param(
            [{"mrr": 1, "end_date": date(2024, 6, 10)}, {"mrr": 9, "start_date": date(2024, 7, 1)}],
            12.0,
            id="in_grace_a_year_ago",
        ),
        pytest.param(
            [{"mrr": 0}, {"mrr": 1, "start_date": date(2024, 11, 1)}, {"mrr": 9, "start_date": date(2025, 2, 1)}],
            12.0,
            id="free_a_year_ago",
        ),
        pytest.param(
            [
                {"mrr": 0, "start_date": date(2024, 9, 2)},
                {"mrr": 1, "start_date": date(2024, 11, 1)},
                {"mrr": 9, "start_date": date(2025, 2, 1)},
            ],
            12.0,
            id="free_at_first",
        ),
        pytest.param(
            [
                {"mrr": 1},
                {"mrr": 0, "start_date": date(2024, 6, 1)},
                {"mrr": 9, "start_date": date(2025, 2, 1), "subscription_id": "2"},
            ],
            108.0,
            id="paid_then_free_then_back",
        ),
        pytest.param(
            [
                {"mrr": 4, "start_date": date(2024, 9, 2)},
                {"mrr": 0, "start_date": date(2024, 9, 20), "end_date": date(2025, 1, 1)},
            ],
            48.0,
            id="free_at_the_first_month_end",
        ),
        pytest.param(
            [{"mrr": 4, "start_date": date(2025, 6, 2), "end_date": date(2025, 6, 20)}], 48.0, id="never_at_a_month_end"
        ),
    ],
)
def test_the_arr_that_growth_is_measured_from(given_rows, expected, policy):
    assert facts_of(given_rows, policy)["a"]["arr_reference"] == expected


@pytest.mark.parametrize(
    ("start", "months"),
    [
        pytest.param(date(2025, 6, 30), 0, id="the_last_day"),
        pytest.param(date(2025, 6, 2), 0, id="a_day_short_of_a_month"),
        pytest.param(date(2025, 6, 1), 1, id="the_whole_month"),
        pytest.param(date(2025, 1, 1), 6, id="half_a_year"),
        pytest.param(date(2024, 12, 31), 6, id="a_day_more"),
        pytest.param(date(2024, 6, 15), 12, id="more_than_a_year"),
    ],
)
def test_whole_months_of_tenure(start, months, policy):
    row = facts_of([{"start_date": start}], policy)["a"]
    assert (row["tenure_start_date"], row["tenure_months"]) == (start, months)


def test_tenure_begins_with_the_first_payment_and_outlasts_a_pause(policy):
    row = facts_of(
        [
            {"start_date": date(2022, 1, 1), "is_trial": True},
            {"start_date": date(2022, 2, 1), "mrr": 0, "end_date": date(2022, 2, 28)},
            {"start_date": date(2022, 3, 1), "end_date": date(2022, 5, 31)},
            {"start_date": date(2025, 6, 1)},
        ],
        policy,
    )["a"]
    assert row["tenure_start_date"] == date(2022, 3, 1)


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        pytest.param([3, 4], 7, id="add"),
        pytest.param([3, None], 3, id="some_unknown"),
        pytest.param([None, None], None, id="all_unknown"),
    ],
)
def test_seats(seats, expected, policy):
    given_rows = [{"subscription_id": str(number), "seats": one} for number, one in enumerate(seats)]
    assert facts_of(given_rows, policy)["a"]["seats"] == expected


def test_fractions_add_up_alike_in_any_order(policy):
    given_rows: list[dict[str, Any]] = [{"subscription_id": str(n), "mrr": n * 37 % 101 / 7} for n in range(500)]
    forwards, backwards = facts_of(given_rows, policy)["a"], facts_of(given_rows[::-1], policy)["a"]
    assert forwards == backwards
    assert forwards["arr"] == 12 * sum(round(row["mrr"] * 10_000) for row in given_rows) / 10_000


def test_a_leap_day_and_a_short_month(policy):
    february = Month.parse("2024-02")
    lapsed = {"start_date": date(2023, 1, 1), "end_date": date(2024, 1, 30)}
    assert facts_of([lapsed], policy, february)["a"]["is_in_grace"]
    too_long = lapsed | {"end_date": date(2024, 2, 29) - timedelta(days=31)}
    assert facts_of([too_long], policy, february)["a"]["arr"] == 0.0
