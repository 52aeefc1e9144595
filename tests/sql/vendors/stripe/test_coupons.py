"""Discounts of Stripe: what they are on, in which order they count, and until when."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sql.vendors.stripe.book import BEGIN, invoice, item, price, subscription

ADD_ON = price(id="addon", product_id="prod_addon", unit_amount=20000, unit_amount_decimal="20000")
TWO = {
    "price": [price(), ADD_ON],
    "subscription_item": [item(), item(id="si_2", plan_id="addon")],
}


def coupon(**columns: Any) -> dict[str, Any]:
    """A coupon for 20 % off, for ever."""
    return {
        "id": "co",
        "percent_off": 20,
        "amount_off": None,
        "currency": None,
        "duration": "forever",
        "duration_in_months": None,
        **columns,
    }


def amount(**columns: Any) -> dict[str, Any]:
    """A coupon for 30 dollars off, for ever."""
    return coupon(percent_off=None, amount_off=3000, currency="usd") | columns


def discount(**columns: Any) -> dict[str, Any]:
    """Its use for the subscription, since the beginning."""
    return {
        "id": "di",
        "coupon_id": "co",
        "customer_id": "cus",
        "subscription_id": "sub",
        "start": BEGIN,
        "end": None,
        **columns,
    }


def test_a_discount_of_the_subscription_lowers_its_revenue(mrr, reasons):
    tables = {"coupon": coupon(), "subscription_discount": discount()}

    assert mrr(**tables) == [("si", "2019-06-01", 80.0)]
    assert reasons(**tables) == {}


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({"subscription_discount": discount(subscription_id=None)}, id="subscription-discount-of-none"),
        pytest.param({"customer_discount": discount(subscription_id=None)}, id="customer-discount"),
        pytest.param({"discount": discount(subscription_id=None, type="CUSTOMER", type_id="cus")}, id="discount"),
        pytest.param(
            {"discount": discount(subscription_id=None, customer_id=None, type="customer", type_id="cus")},
            id="discount-by-type-alone",
        ),
        pytest.param({"discount": discount(subscription_id=None, type=None)}, id="discount-without-type"),
    ],
)
def test_a_discount_of_the_customer_counts_for_all_subscriptions(mrr, tables):
    second = item(id="si_2", subscription_id="sub_2")
    rows = mrr(
        subscription=[subscription(), subscription(id="sub_2")],
        subscription_item=[item(), second],
        coupon=coupon(),
        **tables,
    )

    assert rows == [("si", "2019-06-01", 80.0), ("si_2", "2019-06-01", 80.0)]


def test_a_discount_of_the_subscription_goes_before_that_of_the_customer(mrr):
    discounts = [
        discount(id="of_customer", subscription_id=None),
        discount(id="own", coupon_id="co_10", start="2020-01-01 10:00:00", end="2020-03-01 10:00:00"),
    ]
    rows = mrr(coupon=[coupon(), coupon(id="co_10", percent_off=10)], subscription_discount=discounts)

    assert rows == [("si", "2019-06-01", 80.0), ("si", "2020-01-01", 90.0), ("si", "2020-03-01", 80.0)]


def test_a_discount_of_a_subscription_that_was_landed_as_the_customers_is_the_subscriptions(mrr):
    rows = mrr(
        subscription=[subscription(), subscription(id="sub_2")],
        subscription_item=[item(), item(id="si_2", subscription_id="sub_2")],
        coupon=coupon(),
        customer_discount=discount(),
        subscription_discount=discount(),
    )

    assert rows == [("si", "2019-06-01", 80.0), ("si_2", "2019-06-01", 100.0)]


@pytest.mark.parametrize(
    "of",
    [
        pytest.param({"subscription_item_id": "si_2"}, id="named"),
        pytest.param({"type": "SUBSCRIPTION_ITEM", "type_id": "si_2", "subscription_id": None}, id="by-type"),
    ],
)
def test_a_discount_of_an_item_counts_for_it_alone(mrr, of):
    assert mrr(coupon=coupon(), discount=discount(**of), **TWO) == [
        ("si", "2019-06-01", 100.0),
        ("si_2", "2019-06-01", 160.0),
    ]


@pytest.mark.parametrize(
    ("applies_to", "expected"),
    [
        pytest.param({"applies_to_products": ["prod_addon"]}, [100.0, 160.0], id="list"),
        pytest.param({"applies_to": {"products": ["prod_addon"]}}, [100.0, 160.0], id="object"),
        pytest.param({"applies_to_products": ["prod_addon", "prod_suite"]}, [80.0, 160.0], id="both"),
        pytest.param({"applies_to_products": ["prod_gone"]}, [100.0, 200.0], id="neither"),
        pytest.param({"applies_to_products": []}, [80.0, 160.0], id="not-restricted"),
    ],
)
def test_a_coupon_may_be_for_single_products(mrr, applies_to, expected):
    rows = mrr(coupon=coupon(**applies_to), subscription_discount=discount(), **TWO)

    assert [amount for _, _, amount in rows] == expected


def test_an_amount_off_one_product_is_not_shared(mrr):
    rows = mrr(coupon=amount(applies_to_products=["prod_addon"]), subscription_discount=discount(), **TWO)

    assert [amount for _, _, amount in rows] == [100.0, 170.0]


def test_an_amount_off_is_shared_by_what_the_items_cost(mrr):
    # 30 off 100 + 200
    rows = mrr(coupon=amount(), subscription_discount=discount(), **TWO)

    assert [amount for _, _, amount in rows] == [90.0, 180.0]


COUPONS = [coupon(), coupon(id="co_10", percent_off=10), amount(id="co_30"), amount(id="co_5", amount_off=500)]


@pytest.mark.parametrize(
    ("coupons", "expected"),
    [
        pytest.param(["co", "co_10"], 72.0, id="percentages-compound"),  # 100 x 0.8 x 0.9
        pytest.param(["co_30", "co"], 50.0, id="amounts-follow"),  # 100 x 0.8 - 30
        pytest.param(["co_30", "co_5", "co", "co_10"], 37.0, id="all"),  # 100 x 0.8 x 0.9 - 30 - 5
    ],
)
def test_stacked_percentages_compound_and_amounts_follow(mrr, coupons, expected):
    discounts = [discount(id=f"di_{name}", coupon_id=name) for name in coupons]

    assert mrr(coupon=COUPONS, subscription_discount=discounts) == [("si", "2019-06-01", expected)]


def test_what_is_off_an_item_goes_before_what_is_off_its_subscription(mrr):
    discounts = [
        discount(id="of_item", coupon_id="co_30", subscription_item_id="si"),
        discount(id="of_subscription"),
    ]

    # (100 - 30) x 0.8
    assert mrr(coupon=COUPONS, subscription_discount=discounts) == [("si", "2019-06-01", 56.0)]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param({"percent_off": 100}, 0.0, id="all-of-it"),
        pytest.param({"percent_off": None, "amount_off": 15000, "currency": "usd"}, 0.0, id="more-than-it-costs"),
        pytest.param({"percent_off": 12.5}, 87.5, id="fraction-of-a-percent"),
    ],
)
def test_nothing_is_less_than_free(mrr, columns, expected):
    rows = mrr(coupon=coupon(**columns), subscription_discount=discount())

    assert rows == [("si", "2019-06-01", expected)]


def test_a_price_that_is_not_known_stays_unknown_with_a_discount(held_back):
    tables = {"price": price(unit_amount=None, unit_amount_decimal=None)}

    told = held_back(coupon=amount(), subscription_discount=discount(), **tables)

    assert told == [("mrr", "its price monthly has no amount")]


def test_an_amount_is_off_each_invoice(mrr):
    yearly = price(recurring_interval="year", unit_amount=120000, unit_amount_decimal="120000")

    # 30 off 1,200 a year
    assert mrr(price=yearly, coupon=amount(), subscription_discount=discount()) == [("si", "2019-06-01", 97.5)]


def test_an_amount_is_off_the_invoices_of_the_shortest_term(mrr):
    yearly = {**ADD_ON, "recurring_interval": "year", "unit_amount": 120000, "unit_amount_decimal": "120000"}
    rows = mrr(coupon=amount(), subscription_discount=discount(), **{**TWO, "price": [price(), yearly]})

    # 30 off every month, of 100 + 1,200 / 12
    assert [amount for _, _, amount in rows] == [85.0, 85.0]


@pytest.mark.parametrize(
    ("columns", "end", "expected"),
    [
        pytest.param({}, None, [("2020-01-01", 80.0)], id="forever"),
        pytest.param({"duration": "once"}, None, [("2020-01-01", 100.0)], id="once-recurs-in-no-other-invoice"),
        pytest.param(
            {"duration": "repeating", "duration_in_months": 3},
            None,
            [("2020-01-01", 80.0), ("2020-04-01", 100.0)],
            id="repeating-without-an-end",
        ),
        pytest.param(
            {"duration": "repeating", "duration_in_months": 3},
            "2020-03-15 10:00:00",
            [("2020-01-01", 80.0), ("2020-03-15", 100.0)],
            id="repeating-with-an-end",
        ),
        pytest.param(
            {"duration": "forever"},
            "2020-03-15 10:00:00",
            [("2020-01-01", 80.0), ("2020-03-15", 100.0)],
            id="forever-and-ended",
        ),
    ],
)
def test_a_discount_lasts_as_long_as_its_coupon_says(subscriptions, columns, end, expected):
    begin = "2020-01-01 10:00:00"
    rows = subscriptions(
        subscription=subscription(start_date=begin, created=begin),
        coupon=coupon(**columns),
        subscription_discount=discount(start=begin, end=end),
    )

    assert [(f"{row['start_date']}", row["mrr"]) for row in rows] == expected


def test_a_discount_that_begins_later_makes_a_row_from_then(mrr):
    rows = mrr(coupon=coupon(), subscription_discount=discount(start="2020-02-01 10:00:00"))

    assert rows == [("si", "2019-06-01", 100.0), ("si", "2020-02-01", 80.0)]


@pytest.mark.parametrize(
    ("columns", "expected", "told"),
    [
        pytest.param({"currency": "eur"}, 100.0, {"other_currency": 1}, id="another"),
        pytest.param({"currency": "USD"}, 70.0, {}, id="same"),
        pytest.param({"currency": None}, 70.0, {}, id="not-landed"),
        pytest.param(
            {"currency": "eur", "currency_options": {"usd": {"amount_off": 4000}}}, 60.0, {}, id="one-of-several"
        ),
    ],
)
def test_an_amount_in_another_currency_takes_nothing_off(mrr, reasons, columns, expected, told):
    tables = {"coupon": amount(**columns), "subscription_discount": discount()}

    assert mrr(**tables) == [("si", "2019-06-01", expected)]
    assert reasons(**tables) == told


def test_amounts_off_are_in_the_smallest_unit_of_their_currency(mrr):
    tables = {"price": price(currency="jpy"), "coupon": amount(currency="jpy")}

    # 10,000 - 3,000 yen
    assert mrr(subscription_discount=discount(), **tables) == [("si", "2019-06-01", 7000.0)]


@pytest.mark.parametrize(
    ("says", "expected", "told"),
    [
        pytest.param({}, 100.0, {"unknown_coupon": 1}, id="nothing"),
        pytest.param({"percent_off": 20}, 80.0, {}, id="percent"),
        pytest.param({"coupon_percent_off": 20, "coupon_duration": "once"}, 100.0, {}, id="percent-once"),
        pytest.param({"amount_off": 3000, "currency": "usd"}, 70.0, {}, id="amount"),
    ],
)
def test_a_coupon_that_is_gone_counts_by_what_its_discount_says(mrr, reasons, says, expected, told):
    tables = {"coupon": coupon(id="another"), "subscription_discount": discount(**says)}

    assert mrr(**tables) == [("si", "2019-06-01", expected)]
    assert reasons(**tables) == told


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param({"_fivetran_deleted": True}, [("2019-06-01", 100.0)], id="removed"),
        pytest.param({"is_deleted": False}, [("2019-06-01", 80.0)], id="not-removed"),
        pytest.param(
            {"is_deleted": True, "end": "2020-03-01 10:00:00", "_fivetran_synced": "2020-03-02 06:00:00"},
            [("2019-06-01", 80.0), ("2020-03-01", 100.0)],
            id="removed-because-it-had-ended",
        ),
        pytest.param(
            {"is_deleted": True, "end": "2020-12-01 10:00:00", "_fivetran_synced": "2020-03-02 06:00:00"},
            [("2019-06-01", 100.0)],
            id="removed-before-its-end",
        ),
    ],
)
def test_a_discount_that_was_removed_takes_nothing_off(subscriptions, columns, expected):
    rows = subscriptions(coupon=coupon(), subscription_discount=discount(**columns))

    assert [(f"{row['start_date']}", row["mrr"]) for row in rows] == expected


def test_a_discount_in_the_table_of_before_and_in_the_present_one_counts_once(mrr):
    rows = mrr(
        coupon=coupon(),
        subscription_discount=discount(),
        discount=discount(type="SUBSCRIPTION", type_id="sub"),
    )

    assert rows == [("si", "2019-06-01", 80.0)]


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({"discount": discount(type="PARENT_INVOICE_LINE_ITEM", type_id="il", amount=2000)}, id="line"),
        pytest.param({"discount": discount(type="INVOICE", type_id="in")}, id="invoice"),
        pytest.param({"subscription_discount": discount(invoice_id="in")}, id="named-invoice"),
    ],
)
def test_a_discount_of_a_single_invoice_changes_nothing_that_recurs(mrr, tables):
    assert mrr(coupon=coupon(), invoice=invoice(), **tables) == [("si", "2019-06-01", 100.0)]


def test_discounts_without_ids_each_count(mrr):
    discounts = [discount(id=None), discount(id=None, coupon_id="co_10")]

    assert mrr(coupon=COUPONS, subscription_discount=discounts) == [("si", "2019-06-01", 72.0)]
