"""Invoices of Stripe: what was billed, without tax and less what was given back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sql.vendors.conftest import rows_of
from tests.sql.vendors.landing import Landing
from tests.sql.vendors.stripe.book import book, customer, invoice
from transforms.errors import RetierError
from transforms.month import Month

# 100 dollars and 19 % tax.
TAXED = invoice(total=11900, tax=1900)


@pytest.fixture
def invoices(make: Callable[..., list[dict[str, Any]]], landing: Landing) -> Callable[..., list[dict[str, Any]]]:
    """Return the invoices that the kit makes."""

    def made(options=None, **tables):
        landing.land("stripe", book(**tables))
        source = landing.source("invoices", "stripe", said={"options": options or {}})
        return rows_of(source, tuple(Month.parse(f"2020-{number:02}") for number in range(1, 13)))

    return made


@pytest.fixture
def amounts(invoices):
    """Return their amounts."""
    return lambda **tables: [row["amount"] for row in invoices(**tables)]


def test_an_invoice_has_the_columns_of_the_contract(invoices):
    [row] = invoices(invoice=invoice())

    assert {name: f"{value}" if name.endswith("_date") else value for name, value in row.items()} == {
        "account_id": "A",
        "invoice_id": "in",
        "issued_date": "2020-06-01",
        "amount": 100.0,
        "status": "paid",
        "due_date": "2020-06-15",
        "paid_date": "2020-06-05",
        "currency": "USD",
        "is_deleted": False,
    }


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param({"total": 11900, "tax": 1900}, 100.0, id="tax"),
        pytest.param({"total": 11900, "tax": None}, 119.0, id="none"),
        pytest.param({"total": 11900, "tax": None, "total_excluding_tax": 10000}, 100.0, id="total-without-tax"),
        pytest.param({"total": -11900, "tax": -1900}, -100.0, id="negative"),
        pytest.param({"total": 0, "tax": 0}, 0.0, id="nothing"),
        pytest.param({"currency": "jpy"}, 10000.0, id="whole-yen"),
        pytest.param({"currency": "kwd"}, 10.0, id="thousandths-of-a-dinar"),
    ],
)
def test_the_amount_is_without_tax_in_units_of_the_currency(amounts, columns, expected):
    assert amounts(invoice=invoice(**columns)) == [expected]


@pytest.mark.parametrize(
    ("credited", "expected"),
    [
        pytest.param({"pre_payment_credit_notes_amount": 5950}, 50.0, id="before-payment"),
        pytest.param({"post_payment_credit_notes_amount": 5950}, 50.0, id="after-payment"),
        pytest.param(
            {"pre_payment_credit_notes_amount": 1190, "post_payment_credit_notes_amount": 5950}, 40.0, id="both"
        ),
    ],
)
def test_credit_notes_are_taken_off_with_their_part_of_the_tax(amounts, credited, expected):
    # 59.50 with tax are 50 without
    assert amounts(invoice={**TAXED, **credited}) == [expected]


def credit_note(**columns: Any) -> dict[str, Any]:
    """A credit note of half of the taxed invoice, after it was paid."""
    return {"id": "cn", "invoice_id": "in", "amount": 5950, "type": "post_payment", "status": "issued", **columns}


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        pytest.param([credit_note()], 50.0, id="issued"),
        pytest.param([credit_note(), credit_note(id="cn_2", amount=1190, type="pre_payment")], 40.0, id="two"),
        pytest.param([credit_note(status="void")], 100.0, id="void"),
        pytest.param([credit_note(is_deleted=True)], 100.0, id="deleted"),
        pytest.param([credit_note(invoice_id="another")], 100.0, id="of-another-invoice"),
    ],
)
def test_credit_notes_that_the_invoice_does_not_tell_are_taken_off(amounts, notes, expected):
    assert amounts(invoice=TAXED, credit_note=notes) == [expected]


def test_credit_notes_that_the_invoice_tells_are_taken_off_once(amounts):
    told = {**TAXED, "post_payment_credit_notes_amount": 5950}

    assert amounts(invoice=told, credit_note=credit_note()) == [50.0]


def refund(**columns: Any) -> dict[str, Any]:
    """Half of the taxed invoice, paid back."""
    return {"id": "re", "charge_id": "ch", "amount": 5950, "status": "succeeded", **columns}


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({"invoice": {**TAXED, "charge_id": "ch"}, "refund": refund()}, id="charge-of-the-invoice"),
        pytest.param(
            {"invoice": TAXED, "charge": {"id": "ch", "invoice_id": "in"}, "refund": refund()},
            id="invoice-of-the-charge",
        ),
        pytest.param(
            {
                "invoice": {**TAXED, "payment_intent_id": "pi"},
                "charge": {"id": "ch", "payment_intent_id": "pi"},
                "refund": refund(),
            },
            id="intent-of-the-charge",
        ),
        pytest.param(
            {"invoice": {**TAXED, "payment_intent_id": "pi"}, "refund": refund(charge_id=None, payment_intent_id="pi")},
            id="intent-of-the-refund",
        ),
        pytest.param(
            {
                "invoice": TAXED,
                "invoice_payment": {"invoice_id": "in", "payment_intent_id": "pi"},
                "charge": {"id": "ch", "payment_intent_id": "pi"},
                "refund": refund(),
            },
            id="payment-of-the-invoice",
        ),
        pytest.param(
            {"invoice": TAXED, "charge": {"id": "ch", "invoice_id": "in", "amount_refunded": 5950}},
            id="no-refunds-landed",
        ),
    ],
)
def test_refunds_are_taken_off_with_their_part_of_the_tax(amounts, tables):
    assert amounts(**tables) == [50.0]


@pytest.mark.parametrize("columns", [{"status": "failed"}, {"status": "canceled"}, {"_fivetran_deleted": True}])
def test_a_refund_that_was_not_made_is_none(amounts, columns):
    assert amounts(invoice={**TAXED, "charge_id": "ch"}, refund=refund(**columns)) == [100.0]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        pytest.param({"refund_id": "re"}, 50.0, id="names-its-refund"),
        pytest.param({"refund_id": "re", "status": "void"}, 50.0, id="void-so-the-refund-counts-by-itself"),
        pytest.param({"refund_id": None}, 0.0, id="names-none-so-both-count"),
        pytest.param({}, 50.0, id="cannot-name-one-so-it-may-be-the-same"),
    ],
)
def test_a_credit_note_and_its_refund_are_the_same_money(amounts, note, expected):
    tables = {"invoice": {**TAXED, "charge_id": "ch"}, "refund": refund(), "credit_note": credit_note(**note)}

    assert amounts(**tables) == [expected]


def test_a_refund_of_no_invoice_is_counted(reasons):
    tables = {"invoice": TAXED, "refund": [refund(), refund(id="re_2", charge_id=None)]}

    assert reasons(source="invoices", **tables) == {"refund_without_invoice": 2}


@pytest.mark.parametrize(
    ("columns", "status", "paid_date"),
    [
        pytest.param({}, "paid", "2020-06-05", id="paid"),
        pytest.param({"status_transitions_paid_at": None}, "paid", "2020-06-01", id="paid-on-the-day-of-issue"),
        pytest.param({"status": "open"}, "open", "None", id="open"),
        pytest.param({"status": "uncollectible"}, "failed", "None", id="uncollectible"),
        pytest.param({"status": "void"}, "void", "None", id="void"),
        pytest.param({"status": None, "paid": True}, "paid", "2020-06-05", id="without-status-and-paid"),
        pytest.param({"status": None, "paid": False}, "open", "None", id="without-status-and-not-paid"),
    ],
)
def test_the_status_says_whether_it_was_paid(invoices, columns, status, paid_date):
    [row] = invoices(invoice=invoice(**columns))

    assert (row["status"], f"{row.get('paid_date')}") == (status, paid_date)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param({}, "2020-06-01", id="created"),
        pytest.param({"finalized_at": "2020-06-03 10:00:00"}, "2020-06-03", id="finalized"),
        pytest.param({"created": None, "period_start": "2020-06-02 10:00:00"}, "2020-06-02", id="period"),
    ],
)
def test_it_is_issued_when_it_was_finalized(invoices, columns, expected):
    [row] = invoices(invoice=invoice(**columns))

    assert f"{row['issued_date']}" == expected


@pytest.mark.parametrize("mark", ["is_deleted", "_fivetran_deleted", "deleted"])
def test_deleted_invoices_are_tombstones(invoices, mark):
    rows = invoices(invoice=[invoice(**{mark: True}), invoice(id="in_2", **{mark: False})])

    assert [(row["invoice_id"], row["is_deleted"]) for row in rows] == [("in", True), ("in_2", False)]


def test_drafts_and_test_mode_are_left_out_and_counted(invoices, reasons):
    rows = [invoice(), invoice(id="in_2", status="draft"), invoice(id="in_3", livemode=False)]

    assert [row["invoice_id"] for row in invoices(invoice=rows)] == ["in"]
    assert reasons(source="invoices", invoice=rows) == {"draft": 1, "test_mode_invoice": 1}


def test_invoices_of_customers_without_account_are_left_out_by_option(invoices, reasons):
    options, tables = {"without_account": "leave_out"}, {"invoice": invoice(), "customer": customer(metadata=None)}

    assert invoices(options, **tables) == []
    assert reasons(options, source="invoices", **tables) == {"invoice_without_account": 1}


def test_without_invoices_there_is_nothing_to_make_them_of(invoices):
    with pytest.raises(RetierError, match=r"invoices: there is no table invoice of stripe: expected .*invoice"):
        invoices()
