from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.laws import ACCOUNTS, assert_order_does_not_matter, assert_same, days, lists_of
from transforms.contracts import SOURCES
from transforms.facts.additive import added_up
from transforms.facts.invoices import GRAIN, invoice_facts

INVOICES = SOURCES["invoices"]
MAY, JUNE, JULY = date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)


def counted(given_rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    frame = rows(INVOICES, given_rows, account_id="a", issued_date=date(2025, 5, 20), amount=100, status="open")
    return invoice_facts(frame.lazy()).sort(GRAIN).collect().to_dicts()


def test_what_is_counted():
    (row,) = counted(
        [
            {"due_date": date(2025, 6, 19), "paid_date": date(2025, 7, 2), "status": "paid", "amount": 0.1},
            {"due_date": date(2025, 6, 20), "paid_date": date(2025, 7, 1), "status": "paid", "amount": 0.2},
        ]
    )
    assert row == {
        "account_id": "a",
        "issued_month": MAY,
        "due_month": JUNE,
        "paid_month": JULY,
        "is_failed": False,
        "currency": None,
        "invoices": 2,
        "days_late_sum": 13 + 11,
        "due_day_sum": (date(2025, 6, 19) - date(1970, 1, 1)).days + (date(2025, 6, 20) - date(1970, 1, 1)).days,
        "amount_sum": 0.3,
    }


@pytest.mark.parametrize(
    ("row", "due_month", "paid_month", "is_failed", "days_late"),
    [
        pytest.param({}, MAY, None, False, 0, id="open_and_due_at_once"),
        pytest.param({"due_date": date(2025, 6, 1)}, JUNE, None, False, 0, id="open"),
        pytest.param({"paid_date": date(2025, 5, 19), "status": "paid"}, MAY, MAY, False, 0, id="paid_early"),
        pytest.param({"paid_date": date(2025, 5, 21), "status": "paid"}, MAY, MAY, False, 1, id="paid_late"),
        pytest.param({"status": "failed"}, MAY, None, True, 0, id="failed"),
        pytest.param(
            {"status": "failed", "paid_date": date(2025, 6, 4)}, MAY, JUNE, False, 15, id="failed_and_paid_after_all"
        ),
        pytest.param({"status": "paid"}, None, None, False, 0, id="paid_on_an_unknown_day"),
        pytest.param({"amount": -5}, None, None, False, 0, id="credit_note"),
        pytest.param({"amount": 0}, None, None, False, 0, id="nothing_to_pay"),
    ],
)
def test_lateness(row, due_month, paid_month, is_failed, days_late):
    (fact,) = counted([row])
    assert fact["due_month"] == due_month
    assert fact["paid_month"] == paid_month
    assert fact["is_failed"] == is_failed
    assert fact["days_late_sum"] == days_late


def test_void_invoices_are_left_out():
    assert counted([{"status": "void"}]) == []


def test_currencies_are_not_mixed():
    result = counted([{"currency": "EUR"}, {"currency": "USD"}, {}])
    assert [row["currency"] for row in result] == [None, "EUR", "USD"]


INVOICE_ROWS = lists_of(
    {
        "account_id": ACCOUNTS,
        "issued_date": days(date(2025, 5, 25), date(2025, 6, 5)),
        "due_date": st.none() | days(date(2025, 6, 25), date(2025, 7, 5)),
        "paid_date": st.none() | days(date(2025, 6, 25), date(2025, 7, 5)),
        "amount": st.floats(-1e6, 1e6),
        "currency": st.sampled_from([None, "EUR"]),
        "status": st.sampled_from(["paid", "open", "failed", "void"]),
    }
)


@given(INVOICE_ROWS, st.integers(0, 99))
@settings(deadline=None)
def test_order_does_not_matter(given_rows, seed):
    assert_order_does_not_matter(invoice_facts, rows(INVOICES, given_rows), seed)


@given(INVOICE_ROWS)
@settings(deadline=None)
def test_batches_add_up(given_rows):
    frame = rows(INVOICES, given_rows)
    batches = [invoice_facts(part.lazy()) for part in (frame[::2], frame[1::2])]
    assert_same(added_up(pl.concat(batches), GRAIN), invoice_facts(frame.lazy()))


@given(INVOICE_ROWS)
@settings(deadline=None)
def test_every_amount_but_the_void_ones_is_there(given_rows):
    result = invoice_facts(rows(INVOICES, given_rows).lazy()).collect()
    due = [row for row in given_rows if row["status"] != "void"]
    assert result["invoices"].sum() == len(due)
    assert result["amount_sum"].sum() == pytest.approx(sum(row["amount"] for row in due), abs=0.01)
