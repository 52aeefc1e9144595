"""Which subscriptions of Stripe bring revenue, whose they are, and what is told of the others."""

from __future__ import annotations

import re

import pytest

from sql.vendors.kit import TEMPLATES, kit_of
from tests.sql.vendors.stripe.book import customer, item, subscription


@pytest.mark.parametrize("status", ["active", "past_due", "trialing"])
def test_revenue_that_is_only_late_is_revenue(mrr, reasons, status):
    tables = {"subscription": subscription(status=status, trial_start="2019-05-01", trial_end="2019-06-01")}

    assert mrr(**tables) == [("si", "2019-06-01", 100.0)]
    assert reasons(**tables) == {}


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired", "unpaid", "paused"])
def test_a_status_that_brings_no_revenue_gives_none_and_is_counted(mrr, reasons, status):
    tables = {"subscription": [subscription(status=status), subscription(id="sub_2")]}
    tables["subscription_item"] = [item(), item(id="si_2", subscription_id="sub_2")]

    assert mrr(**tables) == [("si_2", "2019-06-01", 100.0)]
    assert reasons(**tables) == {"status": 1}


def test_a_subscription_that_was_paused_after_its_first_trial_never_paid(mrr, reasons):
    trial = {"trial_start": "2019-06-01 10:00:00", "trial_end": "2019-07-01 10:00:00"}
    tables = {"subscription": subscription(status="paused", **trial)}

    assert mrr(**tables) == []
    assert reasons(**tables) == {"status": 1}


def test_a_subscription_that_was_paused_after_a_later_trial_had_paid_until_then(subscriptions):
    trial = {"trial_start": "2020-03-10 10:00:00", "trial_end": "2020-04-10 10:00:00"}
    [row] = subscriptions(subscription=subscription(status="paused", **trial))

    assert (row["mrr"], f"{row['start_date']}", f"{row['end_date']}") == (100.0, "2019-06-01", "2020-04-09")


@pytest.mark.parametrize(
    ("behavior", "expected"),
    [("void", []), ("mark_uncollectible", [100.0]), ("keep_as_draft", [100.0]), (None, [100.0])],
)
def test_collection_that_is_paused_for_good_brings_no_revenue(mrr, reasons, behavior, expected):
    tables = {"subscription": subscription(pause_collection_behavior=behavior)}

    assert [amount for _, _, amount in mrr(**tables)] == expected
    assert reasons(**tables) == ({} if expected else {"collection_paused": 1})


def test_the_options_list_what_brings_no_revenue(mrr, reasons):
    options = {"statuses_without_revenue": ["past_due"], "pauses_without_revenue": []}
    tables = {
        "subscription": [
            subscription(status="unpaid"),
            subscription(id="sub_2", pause_collection_behavior="void"),
            subscription(id="sub_3", status="past_due"),
        ],
        "subscription_item": [item(id=f"si_{one}", subscription_id=one) for one in ("sub", "sub_2", "sub_3")],
    }

    assert [name for name, _, _ in mrr(options, **tables)] == ["si_sub", "si_sub_2"]
    assert reasons(options, **tables) == {"status": 1}


def test_test_mode_is_no_revenue_and_counted(mrr, reasons):
    tables = {"subscription": subscription(livemode=False)}

    assert mrr(**tables) == []
    assert reasons(**tables) == {"test_mode_subscription": 1}


def test_subscriptions_without_items_and_items_without_subscriptions_are_counted(mrr, reasons):
    tables = {"subscription_item": item(subscription_id="gone")}

    assert mrr(**tables) == []
    assert reasons(**tables) == {"without_item": 1, "without_subscription": 1}


def test_a_customer_without_account_is_held_back(held_back):
    told = held_back(customer=customer(metadata={"crm_account_id": " "}))

    assert told == [("account_id", "customer cus has no account")]


def test_or_left_out_and_counted_by_option(mrr, reasons):
    options, tables = {"without_account": "leave_out"}, {"customer": customer(metadata=None)}

    assert mrr(options, **tables) == []
    assert reasons(options, **tables) == {"subscription_without_account": 1}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, "A", id="metadata"),
        pytest.param({"account_key": "tenant"}, "T", id="another-key"),
        pytest.param({"account_key": "nothing"}, "M", id="map-where-metadata-say-nothing"),
        pytest.param({"account_from": "account_map"}, "M", id="map"),
        pytest.param({"account_from": "id"}, "cus", id="own-id"),
    ],
)
def test_the_account_comes_from_where_the_options_say(subscriptions, options, expected):
    [row] = subscriptions(
        options,
        customer=customer(metadata={"crm_account_id": "A", "tenant": "T"}),
        account_map=[
            {"system": "stripe_customer", "vendor_id": "cus", "account_id": "M"},
            {"system": "zendesk_organization", "vendor_id": "cus", "account_id": "Z"},
        ],
    )

    assert row["account_id"] == expected


def test_without_customers_the_map_says_whose_they_are(subscriptions):
    both = [{"system": "stripe_customer", "vendor_id": "cus", "account_id": account} for account in ("N", "M")]
    [row] = subscriptions(customer=None, account_map=both)

    assert row["account_id"] == "M"


def test_every_reason_that_the_templates_give_is_described_and_every_described_one_is_given():
    files = [TEMPLATES.joinpath("stripe", name) for name in ("subscriptions.sql", "invoices.sql")]
    files += TEMPLATES.joinpath("shared", "stripe").iterdir()
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    because = "".join(re.findall(r"case(?:(?!\bcase\b).)*?end as left_out_because", text, re.DOTALL))
    given = set(re.findall(r"then '(\w+)'", because)) | set(re.findall(r"'(\w+)' as reason", text))

    assert given == set(kit_of("stripe").reasons)
