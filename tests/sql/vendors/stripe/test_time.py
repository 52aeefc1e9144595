"""When items of Stripe exist, until when, and what history mode knows of before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sql.vendors.stripe.book import BEGIN, item, price, subscription

YEARLY = price(recurring_interval="year", unit_amount=120000, unit_amount_decimal="120000")
ADD_ON = price(id="addon", product_id="prod_addon", unit_amount=20000, unit_amount_decimal="20000")


@pytest.fixture
def terms(subscriptions):
    """Return item, first and last day, and monthly revenue of the subscriptions."""

    def made(options=None, **tables) -> list[tuple[Any, ...]]:
        rows = subscriptions(options, **tables)
        return [(row["subscription_id"], f"{row['start_date']}", f"{row.get('end_date')}", row["mrr"]) for row in rows]

    return made


def test_an_add_on_exists_since_it_was_bought(mrr, reasons):
    tables = {
        "price": [price(), ADD_ON],
        "subscription_item": [item(), item(id="si_2", plan_id="addon", created="2020-06-10 10:00:00")],
    }

    assert mrr(**tables) == [("si", "2019-06-01", 100.0), ("si_2", "2020-06-10", 200.0)]
    assert reasons(**tables) == {}


@pytest.mark.parametrize(
    ("dates", "created", "expected"),
    [
        pytest.param({"created": "2020-01-15 10:00:00"}, "2020-01-15 10:00:00", "2019-06-01", id="backdated"),
        pytest.param({"created": "2020-01-15 10:00:00"}, "2020-02-20 10:00:00", "2020-02-20", id="added-after-that"),
        pytest.param({"start_date": "2020-01-01 10:00:00"}, BEGIN, "2020-01-01", id="item-older-than-its-start"),
        pytest.param({}, None, "2019-06-01", id="item-not-dated"),
        pytest.param({"start_date": None}, BEGIN, "2019-06-01", id="no-start-but-creation"),
    ],
)
def test_an_item_of_the_beginning_exists_since_the_subscription_began(mrr, dates, created, expected):
    rows = mrr(subscription=subscription(**dates), subscription_item=item(created=created))

    assert rows == [("si", expected, 100.0)]


def test_a_subscription_without_a_beginning_is_counted(mrr, reasons):
    tables = {"subscription": subscription(start_date=None, created=None)}

    assert mrr(**tables) == []
    assert reasons(**tables) == {"without_start": 1}


def test_what_was_paid_before_the_oldest_item_is_not_known_and_told(mrr, reasons):
    tables = {"subscription_item": item(created="2020-06-10 10:00:00")}

    assert mrr(**tables) == [("si", "2020-06-10", 100.0)]
    assert reasons(**tables) == {"late_item": 1}


NEW = {"id": "si_2", "plan_id": "addon", "created": "2020-06-10 10:00:00"}


@pytest.mark.parametrize("mark", ["_fivetran_deleted", "is_deleted", "deleted"])
def test_an_item_that_was_replaced_ends_when_the_new_one_begins(terms, mark):
    items = [
        item(**{mark: True, "_fivetran_synced": "2020-07-01 06:00:00"}),
        item(**NEW, **{mark: False, "_fivetran_synced": "2020-07-01 06:00:00"}),
    ]

    assert terms(price=[price(), ADD_ON], subscription_item=items) == [
        ("si", "2019-06-01", "2020-06-09", 100.0),
        ("si_2", "2020-06-10", "None", 200.0),
    ]


def test_an_item_that_was_removed_ends_when_the_connector_saw_it(terms):
    items = [
        item(is_deleted=True, _fivetran_synced="2020-06-15 06:00:00"),
        item(**{**NEW, "created": "2020-02-01 10:00:00"}, is_deleted=False, _fivetran_synced="2020-07-01 06:00:00"),
    ]

    # The add-on of February is no replacement of what was still there in May.
    assert terms(price=[price(), ADD_ON], subscription_item=items) == [
        ("si", "2019-06-01", "2020-06-14", 100.0),
        ("si_2", "2020-02-01", "None", 200.0),
    ]


def test_an_item_that_says_when_it_was_deleted_ends_then(terms):
    gone = item(is_deleted=True, deleted_at="2020-04-20 10:00:00", _fivetran_synced="2020-06-15 06:00:00")

    assert terms(subscription_item=gone) == [("si", "2019-06-01", "2020-04-19", 100.0)]


def test_an_item_that_was_deleted_nobody_knows_when_is_a_tombstone(subscriptions):
    rows = subscriptions(subscription_item=[item(is_deleted=True), item(id="si_2", is_deleted=False)])

    assert [(row["subscription_id"], row["is_deleted"]) for row in rows] == [("si", True), ("si_2", False)]


def test_a_subscription_that_was_deleted_is_a_tombstone(subscriptions):
    [row] = subscriptions(subscription=subscription(_fivetran_deleted=True))

    assert row["is_deleted"]


def test_an_item_of_less_than_a_day_is_counted(mrr, reasons):
    gone = item(id="si_2", created="2020-06-10 10:00:00", is_deleted=True, deleted_at="2020-06-10 12:00:00")
    tables = {"subscription_item": [item(is_deleted=False), gone]}

    assert mrr(**tables) == [("si", "2019-06-01", 100.0)]
    assert reasons(**tables) == {"shorter_than_a_day": 1}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param({}, "None", id="running"),
        pytest.param({"status": "canceled", "ended_at": "2020-05-20 10:00:00"}, "2020-05-19", id="ended"),
        pytest.param({"cancel_at": "2020-09-01 10:00:00"}, "2020-08-31", id="will-be-cancelled"),
        pytest.param({"cancel_at_period_end": True}, "2020-06-30", id="at-the-end-of-the-period"),
        pytest.param(
            {"status": "canceled", "ended_at": "2020-05-20 10:00:00", "cancel_at": "2020-09-01 10:00:00"},
            "2020-05-19",
            id="ended-before-it-would-have",
        ),
        pytest.param({"status": "canceled", "canceled_at": "2020-05-20 10:00:00"}, "2020-05-19", id="no-ended-at"),
        pytest.param({"canceled_at": "2020-05-20 10:00:00"}, "None", id="asked-to-cancel-and-still-active"),
    ],
)
def test_the_last_day_is_the_last_whole_one(terms, columns, expected):
    assert terms(subscription=subscription(**columns)) == [("si", "2019-06-01", expected, 100.0)]


def test_the_end_of_the_period_may_stand_on_the_item(terms):
    tables = {
        "subscription": subscription(current_period_end=None, cancel_at_period_end=True),
        "subscription_item": item(current_period_end="2020-07-20 10:00:00"),
    }

    assert terms(**tables) == [("si", "2019-06-01", "2020-07-19", 100.0)]


def test_a_cancelled_subscription_that_does_not_say_when_is_counted(mrr, reasons):
    tables = {"subscription": subscription(status="canceled")}

    assert mrr(**tables) == []
    assert reasons(**tables) == {"ended_some_day": 1}


@pytest.mark.parametrize(
    ("columns", "period", "expected"),
    [
        pytest.param({"current_period_end": None}, "2020-07-20 10:00:00", "2020-07-20", id="on-the-item"),
        pytest.param({"current_period_end": "2020-07-20 10:00:00"}, None, "2020-07-20", id="on-the-subscription"),
        pytest.param({"cancel_at_period_end": True}, "2020-07-20 10:00:00", "None", id="none-when-it-ends"),
        pytest.param({"cancel_at": "2020-12-01 10:00:00"}, "2020-07-20 10:00:00", "None", id="none-when-cancelled"),
    ],
)
def test_a_long_term_is_renewed_at_its_end(subscriptions, columns, period, expected):
    tables = {"subscription": subscription(**columns), "subscription_item": item(current_period_end=period)}
    [row] = subscriptions(price=YEARLY, **tables)

    assert f"{row.get('renewal_date')}" == expected


@pytest.mark.parametrize(
    ("terms_of_months", "options", "expected"),
    [
        pytest.param(1, {}, "None", id="month"),
        pytest.param(3, {}, "None", id="quarter"),
        pytest.param(6, {}, "2020-07-01", id="half-a-year"),
        pytest.param(3, {"renewal_from_months": 3}, "2020-07-01", id="quarter-by-option"),
    ],
)
def test_only_a_long_term_is_renewed(subscriptions, terms_of_months, options, expected):
    [row] = subscriptions(options, price=price(recurring_interval_count=terms_of_months))

    assert f"{row.get('renewal_date')}" == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param(
            {"trial_start": BEGIN, "trial_end": "2019-07-01 10:00:00"},
            [("2019-06-01", True), ("2019-07-01", False)],
            id="at-the-beginning",
        ),
        pytest.param(
            {"trial_start": None, "trial_end": "2019-07-01 10:00:00"},
            [("2019-06-01", True), ("2019-07-01", False)],
            id="at-the-beginning-as-nothing-else-is-known",
        ),
        pytest.param(
            {"trial_start": "2020-05-10 10:00:00", "trial_end": "2020-06-10 10:00:00"},
            [("2019-06-01", False)],
            id="put-into-a-running-subscription",
        ),
        pytest.param({"status": "trialing", "trial_end": None}, [("2019-06-01", True)], id="without-an-end"),
        pytest.param(
            {"status": "trialing", "trial_start": "2020-05-10 10:00:00", "trial_end": "2020-07-10 10:00:00"},
            [("2019-06-01", False)],
            id="put-into-a-running-subscription-and-not-over",
        ),
    ],
)
def test_only_a_trial_at_the_beginning_is_one(subscriptions, columns, expected):
    rows = subscriptions(subscription=subscription(**columns))

    assert [(f"{row['start_date']}", row["is_trial"]) for row in rows] == expected


def version(valid_from: str, valid_to: str = "9999-12-31 23:59:59", **columns: Any) -> dict[str, Any]:
    """A version of the subscription, as history mode lands it."""
    return subscription(
        _fivetran_start=valid_from,
        _fivetran_end=valid_to,
        _fivetran_active=valid_to.startswith("9999"),
        **columns,
    )


def test_history_mode_gives_every_version(mrr):
    versions = [
        version("2019-06-05 08:00:00", "2020-02-10 07:59:59"),
        version("2020-02-10 08:00:00", "2020-04-03 07:59:59", status="unpaid"),
        version("2020-04-03 08:00:00"),
    ]

    # The first version holds since the subscription began: what was before it landed is not known.
    assert mrr(subscription_history=versions, subscription=None) == [
        ("si", "2019-06-01", 100.0),
        ("si", "2020-02-10", 0.0),
        ("si", "2020-04-03", 100.0),
    ]


def test_versions_that_change_nothing_make_no_rows(mrr):
    versions = [
        version("2019-06-05 08:00:00", "2020-02-10 07:59:59"),
        version("2020-02-10 08:00:00", current_period_end="2020-08-01 10:00:00"),
    ]

    assert mrr(subscription_history=versions, subscription=None) == [("si", "2019-06-01", 100.0)]


def test_each_version_has_its_own_renewal(subscriptions):
    versions = [
        version("2019-06-05 08:00:00", "2020-06-01 09:59:59", current_period_end="2020-06-01 10:00:00"),
        version("2020-06-01 10:00:00", current_period_end="2021-06-01 10:00:00"),
    ]
    rows = subscriptions(subscription_history=versions, subscription=None, price=YEARLY)

    assert [(f"{row['start_date']}", f"{row['renewal_date']}") for row in rows] == [
        ("2019-06-01", "2020-06-01"),
        ("2020-06-01", "2021-06-01"),
    ]


def test_of_several_versions_on_one_day_the_last_one_stands(mrr):
    versions = [
        version("2019-06-05 08:00:00", "2020-02-10 07:59:59"),
        version("2020-02-10 08:00:00", "2020-02-10 14:59:59", status="unpaid"),
        version("2020-02-10 15:00:00"),
    ]

    assert mrr(subscription_history=versions, subscription=None) == [("si", "2019-06-01", 100.0)]


def test_items_in_history_mode_have_their_former_quantities_and_prices(terms):
    items = [
        item(quantity=5, _fivetran_start="2019-06-05 08:00:00", _fivetran_end="2020-03-01 08:00:00"),
        item(quantity=8, _fivetran_start="2020-03-01 08:00:01", _fivetran_end="2020-05-10 08:00:00"),
        item(
            quantity=8,
            plan_id="addon",
            _fivetran_start="2020-05-10 08:00:01",
            _fivetran_end="2020-06-20 08:00:00",
            _fivetran_active=False,
        ),
    ]

    # The last version is not active any more, and none follows: the item was removed.
    assert terms(price=[price(), ADD_ON], subscription_item=items) == [
        ("si", "2019-06-01", "2020-06-19", 500.0),
        ("si", "2020-03-01", "2020-06-19", 800.0),
        ("si", "2020-05-10", "2020-06-19", 1600.0),
    ]


def test_a_connection_that_marks_the_last_version_without_dates_has_that_one(mrr):
    versions = [
        subscription(_fivetran_active=False, status="unpaid"),
        subscription(_fivetran_active=True),
    ]

    assert mrr(subscription_history=versions, subscription=None) == [("si", "2019-06-01", 100.0)]


def test_history_goes_before_the_table_that_an_older_connection_left(mrr):
    tables = {
        "subscription": subscription(status="unpaid"),
        "subscription_history": version("2019-06-05 08:00:00"),
    }

    assert mrr(**tables) == [("si", "2019-06-01", 100.0)]
