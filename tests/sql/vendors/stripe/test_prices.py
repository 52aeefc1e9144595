"""Prices of Stripe: what an item costs a month, and that no amount that is not known becomes zero."""

from __future__ import annotations

import pytest

from tests.sql.vendors.stripe.book import invoice, item, line, price, subscription

TIERED = price(billing_scheme="tiered", unit_amount=None, unit_amount_decimal=None)

# 10 dollars for each of the first 10, 8 for each of the next 10, 5 for each further one; 5 dollars with the first tier.
TIERS = [
    {"up_to": 10, "unit_amount": 1000, "flat_amount": 500},
    {"up_to": 20, "unit_amount": 800, "flat_amount": None},
    {"up_to": None, "unit_amount": 500, "flat_amount": None},
]
LANDED_TIERS = [{"plan_id": "monthly", **tier} for tier in TIERS]


def test_a_licensed_item_costs_its_quantity_times_its_price(subscriptions):
    assert [
        {name: f"{value}" if name == "start_date" else value for name, value in row.items()}
        for row in subscriptions(subscription_item=item(quantity=3))
    ] == [
        {
            "account_id": "A",
            "subscription_id": "si",
            "product": "Suite",
            "mrr": 300.0,
            "currency": "USD",
            "seats": 3,
            "start_date": "2019-06-01",
            "is_trial": False,
            "is_deleted": False,
        }
    ]


@pytest.mark.parametrize(
    ("amounts", "quantity", "expected"),
    [
        pytest.param({"unit_amount": None, "unit_amount_decimal": "0.5"}, 20000, 100.0, id="fraction-of-a-cent"),
        pytest.param({"unit_amount": 1, "unit_amount_decimal": "1.5"}, 200, 3.0, id="decimal-before-rounded"),
        pytest.param({"unit_amount": 10000, "unit_amount_decimal": None}, 1, 100.0, id="no-decimal"),
        pytest.param({"unit_amount": 0, "unit_amount_decimal": "0"}, 5, 0.0, id="free-is-zero"),
    ],
)
def test_the_exact_decimal_goes_before_the_amount(mrr, amounts, quantity, expected):
    rows = mrr(price=price(**amounts), subscription_item=item(quantity=quantity))

    assert rows == [("si", "2019-06-01", expected)]


@pytest.mark.parametrize(
    ("quantity", "rounded", "expected"),
    [
        pytest.param(25, "up", 300.0, id="begun-package-is-paid-for"),
        pytest.param(25, "down", 200.0, id="begun-package-is-free"),
        pytest.param(20, "up", 200.0, id="whole-packages"),
        pytest.param(0, "up", 0.0, id="none"),
    ],
)
def test_packages_are_paid_for_whole(mrr, quantity, rounded, expected):
    package = price(transform_quantity_divide_by=10, transform_quantity_round=rounded)

    assert mrr(price=package, subscription_item=item(quantity=quantity)) == [("si", "2019-06-01", expected)]


@pytest.mark.parametrize(
    ("mode", "quantity", "expected"),
    [
        pytest.param("graduated", 25, 210.0, id="graduated-all-tiers"),  # 10 x 10 + 5, 10 x 8, 5 x 5
        pytest.param("graduated", 20, 185.0, id="graduated-end-of-a-tier"),  # 10 x 10 + 5, 10 x 8
        pytest.param("graduated", 10, 105.0, id="graduated-end-of-the-first-tier"),
        pytest.param("graduated", 0, 5.0, id="graduated-nothing-but-the-first-flat-amount"),
        pytest.param("volume", 25, 125.0, id="volume-last-tier"),  # 25 x 5
        pytest.param("volume", 20, 160.0, id="volume-end-of-a-tier"),  # 20 x 8
        pytest.param("volume", 10, 105.0, id="volume-first-tier"),  # 10 x 10 + 5
        pytest.param("volume", 0, 5.0, id="volume-nothing-but-the-first-flat-amount"),
    ],
)
@pytest.mark.parametrize("landed", ["table", "list"])
def test_tiers_are_graduated_or_by_volume(mrr, landed, mode, quantity, expected):
    tiered = {**TIERED, "tiers_mode": mode}
    tables = {"tier": LANDED_TIERS} if landed == "table" else {}
    if landed == "list":
        tiered["tiers"] = TIERS

    rows = mrr(price=tiered, subscription_item=item(quantity=quantity), **tables)

    assert rows == [("si", "2019-06-01", expected)]


def test_tiers_may_be_called_of_a_price_in_decimals_and_up_to_inf(mrr):
    tiers = [
        {"price_id": "monthly", "up_to": "100", "unit_amount_decimal": "0.5", "flat_amount_decimal": "10000"},
        {"price_id": "monthly", "up_to": "inf", "unit_amount_decimal": "0.25", "flat_amount_decimal": None},
    ]
    rows = mrr(price={**TIERED, "tiers_mode": "graduated"}, subscription_item=item(quantity=300), price_tier=tiers)

    # 100 x 0.5 + 10,000 + 200 x 0.25 cents
    assert rows == [("si", "2019-06-01", 101.0)]


def test_without_tiers_the_lines_of_the_last_period_say_what_an_item_costs(mrr):
    lines = [
        line(id="1", amount=10000, quantity=10),
        line(id="2", amount=4000, quantity=15),
        line(id="3", amount=-900, proration=True),
        line(id="4", amount=7000, period_start="2020-05-01 10:00:00", period_end="2020-06-01 10:00:00"),
        line(id="5", amount=500, invoice_id="void"),
        line(id="6", amount=300, subscription_item_id="another"),
    ]
    invoices = [invoice(), invoice(id="void", status="void")]
    tiered = {**TIERED, "tiers_mode": "graduated"}

    assert mrr(price=tiered, subscription_item=item(quantity=25), invoice=invoices, invoice_line_item=lines) == [
        ("si", "2019-06-01", 140.0)
    ]


NO_TIERS = "its price monthly has tiers that are not landed, and no invoice line says what it costs"


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({}, id="none-landed"),
        pytest.param({"tier": LANDED_TIERS[:2]}, id="quantity-beyond-the-last"),
        pytest.param({"tier": [*LANDED_TIERS[:2], {"plan_id": "monthly", "up_to": None}]}, id="one-without-amounts"),
        pytest.param({"tier": [{**tier, "plan_id": "another"} for tier in LANDED_TIERS]}, id="of-another-price"),
        pytest.param({"invoice_line_item": [line(currency="eur")]}, id="lines-in-another-currency"),
    ],
)
def test_a_price_whose_tiers_are_not_known_is_held_back(held_back, tables):
    tiered = {**TIERED, "tiers_mode": "graduated"}

    assert held_back(price=tiered, subscription_item=item(quantity=25), **tables) == [("mrr", NO_TIERS)]


def test_what_is_held_back_takes_nothing_along(mrr):
    prices = [price(), {**TIERED, "id": "tiered", "tiers_mode": "volume"}]
    items = [item(), item(id="si_2", plan_id="tiered", quantity=25)]

    assert mrr(price=prices, subscription_item=items) == [("si", "2019-06-01", 100.0)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"id": "another"}, "its price monthly is not landed", id="no-price"),
        pytest.param(
            {"unit_amount": None, "unit_amount_decimal": None}, "its price monthly has no amount", id="amount"
        ),
        pytest.param({"recurring_interval": None}, "its price monthly does not say how often it recurs", id="interval"),
    ],
)
def test_an_item_without_a_usable_price_is_held_back(held_back, change, expected):
    assert held_back(price=price(**change)) == [("mrr", expected)]


def test_a_licensed_item_without_quantity_is_held_back(held_back):
    assert held_back(subscription_item=item(quantity=None)) == [("mrr", "its quantity is not landed")]


@pytest.mark.parametrize(
    ("usage_type", "quantity"),
    [pytest.param("metered", 3, id="metered"), pytest.param(None, None, id="not-said-and-without-quantity")],
)
def test_metered_items_are_counted_and_no_revenue(mrr, reasons, usage_type, quantity):
    tables = {
        "price": [price(), price(id="metered", recurring_usage_type=usage_type)],
        "subscription_item": [item(), item(id="si_2", plan_id="metered", quantity=quantity)],
    }

    assert mrr(**tables) == [("si", "2019-06-01", 100.0)]
    assert reasons(**tables) == {"metered": 1}


@pytest.mark.parametrize(
    ("term", "terms", "expected"),
    [
        pytest.param("day", 1, 3041.666666667, id="day"),  # 100 x 365 / 12
        pytest.param("week", 1, 433.333333333, id="week"),  # 100 x 52 / 12
        pytest.param("week", 2, 216.666666667, id="two-weeks"),
        pytest.param("month", 3, 33.333333333, id="quarter"),
        pytest.param("year", 1, 8.333333333, id="year"),
        pytest.param("year", 3, 2.777777778, id="three-years"),
        pytest.param("month", None, 100.0, id="count-not-landed"),
    ],
)
def test_every_term_becomes_a_month(mrr, term, terms, expected):
    rows = mrr(price=price(recurring_interval=term, recurring_interval_count=terms))

    assert rows == [("si", "2019-06-01", expected)]


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        pytest.param("usd", 100.0, id="hundredths"),
        pytest.param("jpy", 10000.0, id="whole-ones"),
        pytest.param("kwd", 10.0, id="thousandths"),
        pytest.param("isk", 100.0, id="hundredths-that-stripe-keeps"),
        pytest.param("ugx", 100.0, id="hundredths-that-stripe-keeps-2"),
    ],
)
def test_amounts_are_in_the_smallest_unit_of_their_currency(subscriptions, currency, expected):
    [row] = subscriptions(price=price(currency=currency))

    assert (row["mrr"], row["currency"]) == (expected, currency.upper())


OPTIONS = {"eur": {"unit_amount": 9000, "unit_amount_decimal": "9000"}, "jpy": {"unit_amount": 15000}}


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        pytest.param("eur", 90.0, id="in-hundredths"),
        pytest.param("jpy", 15000.0, id="in-whole-ones"),
        pytest.param("usd", 100.0, id="of-the-price"),
        pytest.param("EUR", 90.0, id="in-capitals"),
    ],
)
@pytest.mark.parametrize("landed", ["object", "table"])
def test_the_currency_of_the_subscription_chooses_the_amount(subscriptions, landed, currency, expected):
    tables = {"price": price(currency_options=OPTIONS)}
    if landed == "table":
        rows = [{"price_id": "monthly", "currency": name, **amounts} for name, amounts in OPTIONS.items()]
        tables = {"price": price(), "price_currency_option": rows}

    [row] = subscriptions(subscription=subscription(currency=currency), **tables)

    assert (row["mrr"], row["currency"]) == (expected, currency.upper())


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        pytest.param("eur", (90.0, "EUR"), id="that-the-price-has"),
        pytest.param("gbp", (100.0, "USD"), id="that-the-price-lacks"),
    ],
)
def test_where_the_subscription_has_no_currency_the_customer_has(subscriptions, currency, expected):
    owner = {"id": "cus", "currency": currency, "metadata": {"crm_account_id": "A"}}
    [row] = subscriptions(price=price(currency_options=OPTIONS), customer=owner)

    assert (row["mrr"], row["currency"]) == expected


def test_a_currency_that_the_price_lacks_is_held_back(held_back):
    tables = {"subscription": subscription(currency="gbp"), "price": price(currency_options=OPTIONS)}

    assert held_back(**tables) == [("mrr", "its price monthly has no amount in GBP")]


def test_tiers_of_another_currency_are_in_its_option(subscriptions):
    options = {"eur": {"tiers": [{"up_to": 10, "unit_amount": 900}, {"up_to": None, "unit_amount": 400}]}}
    tiered = {**TIERED, "tiers_mode": "graduated", "tiers": TIERS, "currency_options": options}
    [row] = subscriptions(price=tiered, subscription=subscription(currency="eur"), subscription_item=item(quantity=12))

    # 10 x 9 + 2 x 4
    assert (row["mrr"], row["currency"]) == (98.0, "EUR")


def test_older_connectors_land_prices_as_plans(subscriptions):
    plan = {
        "id": "monthly",
        "product_id": "prod_suite",
        "currency": "usd",
        "amount": 120000,
        "interval": "year",
        "interval_count": 1,
        "usage_type": "licensed",
    }
    [row] = subscriptions(plan=plan, price=None)

    assert (row["mrr"], row["product"]) == (100.0, "Suite")


def test_a_price_goes_before_the_plan_of_the_same_id(mrr):
    plan = {"id": "monthly", "currency": "usd", "amount": 1, "interval": "month", "usage_type": "licensed"}

    assert mrr(plan=plan) == [("si", "2019-06-01", 100.0)]


def test_a_product_that_is_not_landed_is_called_by_its_id(subscriptions):
    [row] = subscriptions(product=None)

    assert row["product"] == "prod_suite"
