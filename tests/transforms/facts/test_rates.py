from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.facts.contracts_of import JUNE, RATES, subscriptions
from transforms.errors import DataQualityError
from transforms.facts.billing import billing_facts
from transforms.facts.rates import with_rate

EURO_IN_JUNE = {"currency": "EUR", "month": date(2025, 6, 1), "rate": 1.1}


def rates(*given_rows: dict) -> pl.LazyFrame:
    return pl.LazyFrame([row | {"known_at": None, "is_deleted": None} for row in given_rows], schema=RATES.schema)


def rates_found(currencies: list[str | None], given_rates: pl.LazyFrame | None) -> list[float]:
    frame = pl.LazyFrame({"currency": pl.Series(currencies, dtype=pl.String)})
    return with_rate(frame, given_rates, "USD", JUNE, "invoices").collect()["rate"].to_list()


@pytest.mark.parametrize(
    ("currencies", "given_rates", "expected"),
    [
        pytest.param([], None, [], id="no_rows"),
        pytest.param([None, "USD"], None, [1.0, 1.0], id="only_the_runs_currency"),
        pytest.param([None, "EUR", "USD"], rates(EURO_IN_JUNE), [1.0, 1.1, 1.0], id="several"),
        pytest.param(["EUR"], rates(EURO_IN_JUNE | {"month": date(2025, 6, 15)}), [1.1], id="any_day_of_the_month"),
        pytest.param(
            ["EUR", "USD"],
            rates(EURO_IN_JUNE, EURO_IN_JUNE | {"currency": "USD", "rate": 7.0}),
            [1.1, 1.0],
            id="the_runs_own_rate_is_1",
        ),
    ],
)
def test_rates(currencies, given_rates, expected):
    assert rates_found(currencies, given_rates) == expected


@pytest.mark.parametrize(
    ("given_rates", "named"),
    [
        pytest.param(None, "2 of the currencies of invoices have no rate in 2025-06 .'EUR', 'GBP'.", id="no_rates"),
        pytest.param(rates(EURO_IN_JUNE), "1 of the currencies of invoices .* .'GBP'.", id="one_missing"),
        pytest.param(rates(EURO_IN_JUNE | {"month": date(2025, 5, 1)}), "2 of the currencies", id="another_month"),
        pytest.param(rates(EURO_IN_JUNE | {"rate": None}), "2 of the currencies", id="a_rate_that_is_null"),
    ],
)
def test_a_missing_rate_is_an_error(given_rates, named):
    with pytest.raises(DataQualityError, match=named):
        rates_found(["GBP", "EUR", None], given_rates)


def test_earlier_months_are_at_this_months_rate(policy):
    frame = subscriptions(
        [
            {"currency": "EUR", "mrr": 100, "end_date": date(2025, 5, 31)},
            {"currency": "EUR", "mrr": 110, "start_date": date(2025, 6, 1)},
            {"subscription_id": "2", "mrr": 50},
        ]
    )
    both = rates(EURO_IN_JUNE, EURO_IN_JUNE | {"month": date(2025, 5, 1), "rate": 9.0})
    (row,) = billing_facts(frame.lazy(), both, "USD", JUNE, policy).collect().to_dicts()
    assert row["arr"] == pytest.approx(12 * (110 * 1.1 + 50))
    assert row["arr_1_month_ago"] == row["arr_reference"] == pytest.approx(12 * (100 * 1.1 + 50))


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"is_trial": True}, id="trial"),
        pytest.param({"end_date": date(2024, 3, 1)}, id="long_gone"),
        pytest.param({"start_date": date(2025, 7, 1)}, id="not_begun"),
    ],
)
def test_what_brings_no_amount_needs_no_rate(row, policy):
    frame = subscriptions([{}, {"subscription_id": "2", "currency": "GBP"} | row])
    assert billing_facts(frame.lazy(), None, "USD", JUNE, policy).collect()["arr"].to_list() == [1200.0]
