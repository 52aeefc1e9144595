from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.laws import days, lists_of
from tests.transforms.pillars.world import M, day
from transforms.contracts import SOURCES
from transforms.errors import DataQualityError
from transforms.facts.invoices import invoice_facts
from transforms.segments.revenue import invoiced_revenue, recurring_revenue

RATES = rows(
    SOURCES["rates"],
    [
        {"currency": "EUR", "month": M.first_day, "rate": 2.0},
        {"currency": "EUR", "month": (M - 1).first_day, "rate": 9.0},
    ],
).lazy()


def by_account(frame: pl.LazyFrame) -> dict[str, float]:
    return dict(frame.select("account_id", "trailing_year_revenue").collect().iter_rows())


def invoiced(*given: dict[str, Any], rates: pl.LazyFrame | None = RATES, known: int = 12) -> dict[str, float]:
    frame = rows(SOURCES["invoices"], given, account_id="a", issued_date=day(0), status="paid").lazy()
    return by_account(invoiced_revenue(invoice_facts(frame), rates, "USD", M, known))


def recurring(*given: dict[str, Any], rates: pl.LazyFrame | None = RATES) -> dict[str, float]:
    frame = rows(SOURCES["subscriptions"], given, account_id="a", mrr=100.0, start_date=date(2020, 1, 1)).lazy()
    return by_account(recurring_revenue(frame, rates, "USD", M))


class TestInvoiced:
    def test_twelve_months_of_issue_count(self) -> None:
        dates = [day(12, 30), day(11, 1), day(0, 30)]
        assert invoiced(*({"issued_date": one, "amount": 10.0} for one in dates)) == {"a": 20.0}

    def test_months_before_the_beginning_are_unknown_and_the_others_stand_for_a_year(self) -> None:
        dates = [day(8, 30), day(7, 1), day(0, 30)]
        assert invoiced(*({"issued_date": one, "amount": 10.0} for one in dates), known=8) == {"a": 20.0 * 12 / 8}

    @pytest.mark.parametrize(("status", "expected"), [("paid", 10.0), ("open", 10.0), ("failed", 10.0), ("void", None)])
    def test_only_void_invoices_do_not_count(self, status: str, expected: float | None) -> None:
        assert invoiced({"amount": 10.0, "status": status}).get("a") == expected

    def test_credits_are_taken_off(self) -> None:
        assert invoiced({"amount": 10.0}, {"amount": -25.0}) == {"a": -15.0}

    def test_all_amounts_are_at_the_rates_of_the_month(self) -> None:
        given = ({"amount": 10.0, "currency": "EUR", "issued_date": day(ago)} for ago in (0, 1))
        assert invoiced(*given, {"amount": 1.0, "currency": "USD"}, {"amount": 1.0, "currency": None}) == {"a": 42.0}

    def test_a_currency_without_rate_is_an_error_and_no_sum(self) -> None:
        with pytest.raises(DataQualityError, match=r"1 of the currencies of invoices have no rate in 2026-06 \('?EUR"):
            invoiced({"amount": 10.0, "currency": "EUR"}, rates=None)


class TestRecurring:
    def test_each_of_twelve_month_ends_counts(self) -> None:
        assert recurring({}) == {"a": 1200.0}

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            pytest.param({"start_date": day(0, 30)}, 100.0, id="from-the-last-day"),
            pytest.param({"start_date": day(0, 1), "end_date": day(0, 29)}, None, id="over-before-the-month-end"),
            pytest.param({"end_date": day(11, 31)}, 100.0, id="until-the-first-month-end"),
            pytest.param({"end_date": day(11, 30)}, None, id="until-before-the-first-month-end"),
            pytest.param({"start_date": (M + 1).first_day}, None, id="after-the-month"),
            pytest.param({"is_trial": True}, None, id="trial"),
            pytest.param({"currency": "EUR"}, 2400.0, id="at-the-rate-of-the-month"),
        ],
    )
    def test_what_counts(self, given: dict[str, Any], expected: float | None) -> None:
        assert recurring(given).get("a") == expected

    def test_of_overlapping_rows_of_a_subscription_the_latest_start_counts(self) -> None:
        later = {"start_date": day(2, 1), "end_date": day(1, 31), "mrr": 1000.0}
        assert recurring({}, later) == {"a": 10 * 100.0 + 2 * 1000.0}

    def test_different_subscriptions_add_up(self) -> None:
        assert recurring({}, {"subscription_id": "y", "start_date": day(0, 1)}) == {"a": 1300.0}

    def test_a_currency_without_rate_is_an_error_and_no_sum(self) -> None:
        with pytest.raises(DataQualityError, match="of the currencies of subscriptions have no rate"):
            recurring({"currency": "EUR"}, rates=None)


SUBSCRIPTIONS = lists_of(
    {
        "account_id": st.sampled_from(["a", "b"]),
        "subscription_id": st.sampled_from(["s", "t", "u"]),
        "start_date": days(day(14), day(0, 30)),
        "end_date": st.none() | days(day(14), day(0, 30)),
        "mrr": st.sampled_from([0.0, 10.0, 99.99]),
    },
    most=6,
)


@given(SUBSCRIPTIONS)
def test_the_same_as_looking_at_every_month_end(given: list[dict[str, Any]]) -> None:
    given = list({(row["subscription_id"], row["start_date"]): row for row in given}.values())
    expected: dict[str, float] = {}
    for ago in range(12):
        end = (M - ago).last_day
        covering = [row for row in given if row["start_date"] <= end and (row["end_date"] or end) >= end]
        latest = {row["subscription_id"]: row for row in sorted(covering, key=lambda row: row["start_date"])}
        for row in latest.values():
            expected[row["account_id"]] = expected.get(row["account_id"], 0.0) + row["mrr"]
    assert recurring(*given) == pytest.approx(expected)
