"""Subscriptions of Stripe made of what was invoiced: `revenue_from: invoice_lines`."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.sql.vendors.stripe.book import customer, invoice, item, line, price, subscription
from transforms.errors import RetierError
from transforms.facts.billing import mrr_on, paid
from transforms.month import Month

FROM_LINES = {"revenue_from": "invoice_lines"}
YEARLY = price(recurring_interval="year", unit_amount=120000, unit_amount_decimal="120000")
UNTOUCHED = {"total": None}
"""An invoice that does not tell what it comes to, so that nothing is taken off its lines."""


@pytest.fixture
def stretches(subscriptions):
    """Return item, first and last day, and monthly revenue."""

    def made(options=None, **tables) -> list[tuple[Any, ...]]:
        landed = {"invoice": invoice(**UNTOUCHED), **tables}
        rows = subscriptions({**FROM_LINES, **(options or {})}, **landed)
        return [(row["subscription_id"], f"{row['start_date']}", f"{row['end_date']}", row["mrr"]) for row in rows]

    return made


@pytest.fixture
def left_out(reasons):
    """Return how many lines are left out, by reason."""
    return lambda options=None, **tables: reasons({**FROM_LINES, **(options or {})}, **tables)


def period(start: str, end: str) -> dict[str, str]:
    """A service period from and to ten o'clock."""
    return {"period_start": f"{start} 10:00:00", "period_end": f"{end} 10:00:00"}


def test_a_line_is_revenue_for_its_service_period(subscriptions):
    [row] = subscriptions(FROM_LINES, invoice=invoice(), invoice_line_item=line(quantity=4))

    assert {name: f"{value}" if name.endswith("_date") else value for name, value in row.items()} == {
        "account_id": "A",
        "subscription_id": "si",
        "product": "Suite",
        "mrr": 100.0,
        "currency": "USD",
        "seats": 4,
        "start_date": "2020-06-01",
        "end_date": "2020-06-30",
    }


def test_both_ways_agree_on_a_plain_monthly_book(subscriptions):
    months = [Month.parse("2020-01") + number for number in range(6)]
    # Three items of two subscriptions, one of which began in the middle of March and another ended with April.
    book = {
        "subscription": [
            subscription(start_date="2020-01-01 10:00:00", created="2020-01-01 10:00:00"),
            subscription(
                id="sub_2",
                start_date="2020-03-15 10:00:00",
                created="2020-03-15 10:00:00",
                current_period_end="2020-07-15 10:00:00",
            ),
            subscription(
                id="sub_3",
                status="canceled",
                start_date="2020-01-01 10:00:00",
                created="2020-01-01 10:00:00",
                ended_at="2020-05-01 10:00:00",
            ),
        ],
        "price": [price(), price(id="addon", product_id="prod_addon", unit_amount_decimal="2550.5")],
        "subscription_item": [
            item(created="2020-01-01 10:00:00", quantity=3),
            item(id="si_2", subscription_id="sub_2", plan_id="addon", created="2020-03-15 10:00:00", quantity=2),
            item(id="si_3", subscription_id="sub_3", created="2020-01-01 10:00:00"),
        ],
    }
    lines = []
    for month in months:
        first = {"period_start": f"{month.first_day} 10:00:00", "period_end": f"{(month + 1).first_day} 10:00:00"}
        lines.append(line(id=f"a{month}", amount=30000, quantity=3, **first))
        if month >= Month.parse("2020-03"):
            middle = {name: day.replace("-01 ", "-15 ") for name, day in first.items()}
            sold = {"subscription_id": "sub_2", "subscription_item_id": "si_2", "plan_id": "addon"}
            lines.append(line(id=f"b{month}", amount=5101, quantity=2, **sold, **middle))
        if month < Month.parse("2020-05"):
            lines.append(line(id=f"c{month}", subscription_id="sub_3", subscription_item_id="si_3", **first))
    tables = {**book, "invoice": invoice(**UNTOUCHED), "invoice_line_item": lines}

    by_price = _on_month_ends(subscriptions(**tables), months)
    by_line = _on_month_ends(subscriptions(FROM_LINES, **tables), months)

    assert by_price == by_line
    assert [round(sum(amount for _, amount, _ in by_line[month]), 2) for month in by_line] == [
        400.0, 400.0, 451.01, 451.01, 351.01, 351.01
    ]  # fmt: skip


def _on_month_ends(rows: list[dict[str, Any]], months: list[Month]) -> dict[date, list[tuple[Any, ...]]]:
    """The products, amounts and seats on the last day of each month."""
    frame = pl.DataFrame(rows, schema_overrides={"end_date": pl.Date}, infer_schema_length=None)
    for name in ("end_date", "is_trial"):
        if name not in frame.columns:
            frame = frame.with_columns(pl.lit(None).alias(name))
    known = paid(frame.lazy())
    return {
        month.last_day: sorted(
            mrr_on(known, month.last_day).select("product", "mrr", "seats").collect().iter_rows(), key=str
        )
        for month in months
    }


@pytest.mark.parametrize(
    ("sold", "amount", "days", "expected"),
    [
        pytest.param(price(), 10000, ("2020-02-01", "2020-03-01"), 100.0, id="february"),
        pytest.param(price(), 10000, ("2020-01-31", "2020-02-29"), 100.0, id="month-of-29-days-from-the-31st"),
        pytest.param(price(), 10000, ("2020-02-29", "2020-03-31"), 100.0, id="back-to-the-31st"),
        pytest.param(YEARLY, 120000, ("2020-06-01", "2021-06-01"), 100.0, id="year"),
        pytest.param(price(recurring_interval_count=3), 30000, ("2020-06-01", "2020-09-01"), 100.0, id="quarter"),
        pytest.param(
            price(recurring_interval="week"), 1200, ("2020-06-01", "2020-06-08"), 52.0, id="week"
        ),  # 12 x 52 / 12
        pytest.param(price(recurring_interval="day"), 1200, ("2020-06-01", "2020-06-02"), 365.0, id="day"),
        pytest.param(price(), 5000, ("2020-06-16", "2020-07-01"), 100.0, id="half-of-june"),
        pytest.param(price(id="another"), 120000, ("2020-06-01", "2021-06-01"), 100.0, id="unknown-price-year"),
        pytest.param(price(id="another"), 10000, ("2020-06-01", "2020-07-01"), 100.0, id="unknown-price-month"),
    ],
)
def test_a_line_is_spread_over_its_months(stretches, sold, amount, days, expected):
    [(_, start, _, mrr)] = stretches(price=sold, invoice_line_item=line(amount=amount, **period(*days)))

    assert (start, mrr) == (days[0], pytest.approx(expected, abs=1e-6))


def test_prorations_take_back_what_they_replace(stretches):
    # On 10 June, from 100 to 300 a month: 21 of 30 days are 70 of 100 and 210 of 300.
    lines = [
        line(id="1"),
        line(id="2", amount=-7000, proration=True, type="invoiceitem", **period("2020-06-10", "2020-07-01")),
        line(id="3", amount=21000, proration=True, type="invoiceitem", **period("2020-06-10", "2020-07-01")),
        line(id="4", amount=30000, **period("2020-07-01", "2020-08-01")),
    ]

    assert stretches(invoice_line_item=lines) == [
        ("si", "2020-06-01", "2020-06-09", 100.0),
        ("si", "2020-06-10", "2020-06-30", 300.0),
        ("si", "2020-07-01", "2020-07-31", 300.0),
    ]


def test_the_seats_are_those_of_the_last_charge(subscriptions):
    lines = [
        line(id="1", quantity=10),
        line(id="2", amount=-7000, quantity=10, proration=True, **period("2020-06-10", "2020-07-01")),
        line(id="3", amount=10500, quantity=15, proration=True, **period("2020-06-10", "2020-07-01")),
    ]
    rows = subscriptions(FROM_LINES, invoice=invoice(**UNTOUCHED), invoice_line_item=lines)

    assert [(row["seats"], row["mrr"]) for row in rows] == [(10, 100.0), (15, 150.0)]


def test_an_item_that_credits_took_back_is_not_there_any_more(stretches):
    # 20.997 days are given back as 69.99: rounded to a cent, which is no revenue.
    lines = [
        line(id="1"),
        line(id="2", amount=-6999, proration=True, **period("2020-06-10", "2020-07-01")),
        line(id="3", amount=21000, proration=True, subscription_item_id="si_2", **period("2020-06-10", "2020-07-01")),
    ]

    assert stretches(invoice_line_item=lines) == [
        ("si", "2020-06-01", "2020-06-09", 100.0),
        ("si_2", "2020-06-10", "2020-06-30", 300.0),
    ]


def test_credits_for_lines_that_are_not_landed_are_held_back(held_back):
    tables = {
        "invoice": invoice(**UNTOUCHED),
        "invoice_line_item": line(amount=-7000, proration=True, **period("2020-06-10", "2020-07-01")),
    }

    assert held_back(FROM_LINES, **tables) == [
        ("mrr", "its invoice lines come to less than nothing: those that they take back are not landed")
    ]


def test_lines_of_several_tiers_add_up(stretches):
    lines = [line(id="1", amount=10000, quantity=10), line(id="2", amount=4000, quantity=15)]

    assert stretches(invoice_line_item=lines) == [("si", "2020-06-01", "2020-06-30", 140.0)]


def test_metered_lines_are_revenue_of_the_period_that_they_are_for_without_seats(subscriptions):
    rows = subscriptions(
        FROM_LINES,
        price=price(recurring_usage_type="metered"),
        invoice=invoice(**UNTOUCHED, created="2020-06-01 11:00:00"),
        invoice_line_item=line(amount=12345, quantity=98765, **period("2020-05-01", "2020-06-01")),
    )

    assert [(f"{row['start_date']}", f"{row['end_date']}", row["mrr"], row.get("seats")) for row in rows] == [
        ("2020-05-01", "2020-05-31", 123.45, None)
    ]


TWO = [
    line(id="1", amount=10000),
    line(id="2", amount=20000, plan_id="addon", subscription_item_id="si_2"),
]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        pytest.param({"invoice": invoice(total=30000)}, [100.0, 200.0], id="none"),
        pytest.param({"invoice": invoice(total=27000)}, [90.0, 180.0], id="discount"),
        pytest.param({"invoice": invoice(total=32130, tax=5130)}, [90.0, 180.0], id="discount-and-tax-on-top"),
        pytest.param({"invoice": invoice(total=30000, tax=3000)}, [90.0, 180.0], id="tax-in-the-prices"),
        pytest.param(
            {"invoice": invoice(total=30000, total_excluding_tax=27000)}, [90.0, 180.0], id="told-without-tax"
        ),
        pytest.param(
            {
                "invoice": invoice(total=26000),
                "discount": {"id": "di", "type": "INVOICE_LINE_ITEM", "type_id": "2", "amount": 4000},
            },
            [100.0, 160.0],
            id="discount-of-one-line",
        ),
        pytest.param(
            {
                "invoice": invoice(total=29000, tax=3000),
                "discount": [
                    {"id": "di", "type": "INVOICE_LINE_ITEM", "type_id": "2", "invoice_id": "in", "amount": 4000},
                    {
                        "id": "di",
                        "type": "PARENT_INVOICE_LINE_ITEM",
                        "type_id": "2",
                        "invoice_id": "in",
                        "amount": 4000,
                    },
                ],
            },
            [100.0, 160.0],
            id="discount-of-one-line-and-tax-on-top",
        ),
        pytest.param(
            {"invoice": invoice(total=27000), "invoice_line_item": [TWO[0], {**TWO[1], "discountable": False}]},
            [70.0, 200.0],
            id="discount-of-what-may-be-discounted",
        ),
        pytest.param({"invoice": invoice(total=99000)}, [100.0, 200.0], id="lines-that-are-not-landed"),
    ],
)
def test_discounts_and_tax_are_taken_out(stretches, tables, expected):
    prices = [price(), price(id="addon", product_id="prod_addon")]
    rows = stretches(**{"price": prices, "invoice_line_item": TWO, **tables})

    assert [mrr for *_, mrr in rows] == expected


@pytest.mark.parametrize(
    ("columns", "of_invoice", "reason"),
    [
        pytest.param({}, {"status": "draft"}, "line_not_billed", id="draft"),
        pytest.param({}, {"status": "void"}, "line_not_billed", id="void"),
        pytest.param({}, {"is_deleted": True}, "line_not_billed", id="deleted-invoice"),
        pytest.param({"_fivetran_deleted": True}, {}, "line_not_billed", id="deleted-line"),
        pytest.param({}, {"livemode": False}, "test_mode_line", id="test-mode"),
        pytest.param({"livemode": False}, {}, "test_mode_line", id="test-mode-of-the-line"),
        pytest.param({"invoice_id": "gone"}, {}, "line_without_invoice", id="no-invoice"),
        pytest.param({"type": "invoiceitem", "subscription_item_id": None}, {}, "one_off", id="one-off"),
        pytest.param({"period_end": None}, {}, "line_without_period", id="no-period"),
        pytest.param(period("2020-06-01", "2020-06-01"), {}, "line_without_period", id="moment"),
    ],
)
def test_lines_that_are_no_recurring_revenue_are_counted(stretches, left_out, columns, of_invoice, reason):
    tables = {"invoice": invoice(**UNTOUCHED | of_invoice), "invoice_line_item": line(**columns)}

    assert stretches(**tables) == []
    assert left_out(**tables) == {reason: 1}


def test_the_options_list_the_invoices_without_revenue(stretches, left_out):
    options = {"invoices_without_revenue": ["uncollectible"]}
    tables = {
        "invoice": [invoice(**UNTOUCHED), invoice(**UNTOUCHED, **{"id": "in_2"}) | {"status": "uncollectible"}],
        "invoice_line_item": [line(), line(id="il_2", invoice_id="in_2", subscription_item_id="si_2")],
    }

    assert [name for name, *_ in stretches(options, **tables)] == ["si"]
    assert left_out(options, **tables) == {"line_not_billed": 1}


def test_older_lines_name_their_subscription_and_price(stretches):
    rows = stretches(invoice_line_item=line(subscription_item_id=None, price_id="monthly", plan_id=None))

    assert rows == [("sub/monthly", "2020-06-01", "2020-06-30", 100.0)]


def test_a_subscription_that_was_ended_at_once_brings_nothing_afterwards(stretches):
    ended = subscription(status="canceled", ended_at="2020-06-10 10:00:00")

    assert stretches(subscription=ended, invoice_line_item=line()) == [("si", "2020-06-01", "2020-06-09", 100.0)]


@pytest.mark.parametrize(
    ("sold", "columns", "expected"),
    [
        pytest.param(YEARLY, {}, "2021-06-01", id="year"),
        pytest.param(price(), {}, "None", id="month"),
        pytest.param(YEARLY, {"cancel_at_period_end": True}, "None", id="ending"),
    ],
)
def test_a_long_period_is_renewed_at_its_end(subscriptions, sold, columns, expected):
    [row] = subscriptions(
        FROM_LINES,
        subscription=subscription(**columns),
        price=sold,
        invoice=invoice(**UNTOUCHED),
        invoice_line_item=line(amount=120000, **period("2020-06-01", "2021-06-01")),
    )

    assert f"{row.get('renewal_date')}" == expected


def test_lines_of_customers_without_account_are_held_back_or_left_out(held_back, left_out):
    tables = {"invoice": invoice(**UNTOUCHED), "invoice_line_item": line(), "customer": customer(metadata=None)}

    assert held_back(FROM_LINES, **tables) == [("account_id", "customer cus has no account")]
    assert left_out({"without_account": "leave_out"}, **tables) == {"line_without_account": 1}


@pytest.mark.parametrize("missing", ["invoice", "invoice_line_item"])
def test_without_lines_there_is_nothing_to_make_them_of(subscriptions, missing):
    tables = {"invoice": invoice(), "invoice_line_item": line(), missing: None}

    with pytest.raises(RetierError, match=f"there is no table {missing} of stripe"):
        subscriptions(FROM_LINES, **tables)
