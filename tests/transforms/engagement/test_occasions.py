"""When each action has an occasion, by when it is due, and the sentence that says why."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.engagement.accounts import MONTH, accounts
from transforms.contracts import PUBLISHED
from transforms.engagement.occasions import occasions
from transforms.engagement.sentences import whole
from transforms.policy.actions import Actions

QUARTERLY = {"tier": "high_touch", "base_tier": "high_touch", "entitlements": "quarterly_business_review"}
DAYS = {f"last_{action}": pl.Date() for action in Actions.model_fields}


def found(policy, action=None, *, are_contacts_known=True, **values):
    rows = accounts([values], **DAYS)
    listed = occasions(rows, policy, MONTH, "EUR", are_contacts_known=are_contacts_known)
    listed = listed.collect(engine="in-memory").to_dicts()
    return next((row for row in listed if row["action"] == action), None) if action else listed


def test_actions_of_policy_and_contract_are_the_same():
    assert tuple(Actions.model_fields) == PUBLISHED["engagement_actions"].field("action").column.allowed


def test_an_account_to_which_nothing_happens_has_none(policy):
    assert found(policy) == []


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({"renewal_date": date(2025, 9, 28)}, date(2025, 8, 29)),
        ({"renewal_date": date(2025, 7, 5)}, date(2025, 7, 1)),
        (QUARTERLY, date(2025, 7, 30)),
        (QUARTERLY | {"renewal_date": date(2025, 9, 28)}, date(2025, 7, 30)),
        (QUARTERLY | {"renewal_date": date(2025, 8, 1)}, date(2025, 7, 2)),
    ],
    ids=["before a renewal", "at once", "quarterly", "the quarter comes first", "the renewal comes first"],
)
def test_a_business_review_is_due_by_quarter_and_before_a_renewal(policy, values, due):
    assert found(policy, "business_review", **values)["due_date"] == due


@pytest.mark.parametrize(
    "values",
    [
        {"renewal_date": date(2025, 9, 29)},
        {"renewal_date": MONTH.last_day},
        {"renewal_date": date(2025, 8, 1), "tier": "low_touch"},
    ],
    ids=["too far", "over", "low touch"],
)
def test_other_renewals_call_for_none(policy, values):
    assert found(policy, "business_review", **values) is None


@pytest.mark.parametrize(
    ("action", "values", "sentence"),
    [
        ("business_review", QUARTERLY, "No review is on record in the last 12 months; one a quarter is included."),
        ("business_review", QUARTERLY | {"last_business_review": date(2025, 3, 9)},
         "The last review was on 2025-03-09, 60 days ago or more; one a quarter is included."),
        ("business_review", QUARTERLY | {"renewal_date": date(2025, 9, 1)},
         "The contract is up for renewal on 2025-09-01; a review comes 30 days before."),
        ("health_check", {"entitlements": "a,health_check", "cadence_days": 63},
         "No check is on record in the last 12 months; a check is due every 63 days."),
        ("health_check", {"entitlements": "health_check", "last_health_check": date(2025, 1, 2)},
         "The last check was on 2025-01-02; a check is due every 30 days."),
        ("expansion_talk", {"opportunity": "cross_sell", "opportunity_amount": 1_234_567.6},
         "There is room for more products worth 1,234,568 EUR a year at list price, and health is 75 of 100."),
        ("cost_review", {"cost_to_serve_ratio": 0.304},
         "Serving it costs 30 % of its ARR; from 30 % on that is reviewed."),
        ("cost_review", {"binding_constraint": "economic_ceiling", "margin": 50_000.0, "ceiling_tier": "low_touch"},
         "Its gross profit pays for no more than low touch, and serving it leaves 50 % of its ARR."),
        ("override_ending", {"tier": "high_touch", "base_tier": "high_touch", "override_end_date": date(2025, 7, 30),
                             "tier_without_override": "low_touch"},
         "The override to high touch ends on 2025-07-30; without it the tier would be low touch."),
    ],
)  # fmt: skip
def test_the_reason_is_a_sentence_with_its_figures(policy, action, values, sentence):
    assert found(policy, action, **values)["reason"] == sentence


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("expansion_talk", {"opportunity": "upsell", "opportunity_amount": 49_999.0}),
        ("expansion_talk", {"opportunity": "upsell", "opportunity_amount": 50_000.0, "health": 69.9}),
        ("expansion_talk", {"opportunity": "upsell", "opportunity_amount": 50_000.0, "health": None}),
        ("expansion_talk", {"opportunity": "none", "opportunity_amount": 50_000.0}),
        ("cost_review", {"cost_to_serve_ratio": 0.29}),
        ("cost_review", {"binding_constraint": "economic_ceiling", "margin": 50_001.0}),
        ("cost_review", {"margin": 0.0}),
        ("chronic_risk", {"risk_action": "risk_call", "risk_reason": "ill"}),
        ("risk_call", {"risk_reason": "ill", "is_held_out": True}),
        ("cost_review", {"binding_constraint": "score", "margin": 50_000.0}),
        ("override_ending", {"override_end_date": date(2025, 7, 31)}),
        ("override_ending", {"override_end_date": MONTH.last_day}),
    ],
)
def test_below_the_policys_numbers_there_is_no_occasion(policy, action, values):
    assert found(policy, action, **values) is None


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("expansion_talk", {"opportunity": "upsell", "opportunity_amount": 50_000.0, "health": 70.0}),
        ("cost_review", {"cost_to_serve_ratio": 0.3}),
        ("cost_review", {"binding_constraint": "economic_ceiling", "margin": 50_000.0, "ceiling_tier": "low_touch"}),
    ],
    ids=["expansion", "cost", "ceiling"],
)
def test_at_the_policys_numbers_there_is_an_occasion(policy, action, values):
    assert found(policy, action, **values) is not None


def test_a_health_check_is_asked_for_again_after_the_cadence(policy):
    assert found(policy, "health_check", entitlements="health_check", cadence_days=63)["again_after_days"] == 63


@pytest.mark.parametrize(
    ("values", "opens"), [(QUARTERLY, False), (QUARTERLY | {"renewal_date": date(2025, 8, 1)}, True)]
)
def test_where_contacts_are_unknown_only_the_renewal_opens_a_review(policy, values, opens):
    assert found(policy, "business_review", are_contacts_known=False, **values)["opens"] == opens


@pytest.mark.parametrize(
    ("action", "due"),
    [
        ("renewal_call", date(2025, 7, 7)), ("chronic_risk", date(2025, 7, 14)), ("usage_call", date(2025, 7, 14)),
        ("adoption_help", date(2025, 7, 14)), ("risk_call", date(2025, 7, 14)),
    ],
)  # fmt: skip
def test_an_account_at_risk_has_its_one_action_in_a_week_or_two(policy, action, due):
    listed = found(policy, risk_action=action, risk_reason="ill", risk_reason_since_month=MONTH.first_day)
    assert [(row["action"], row["due_date"], row["opens"]) for row in listed] == [(action, due, True)]


@pytest.mark.parametrize(
    ("last", "days"),
    [(None, 90), (date(2025, 3, 31), 0), (date(2025, 4, 1), 90)],
    ids=["never", "in the month in which it began", "after it began"],
)
def test_only_what_was_done_after_a_risk_began_is_not_asked_for_again(policy, last, days):
    at_risk = {"risk_action": "risk_call", "risk_reason": "ill", "risk_reason_since_month": date(2025, 3, 1)}
    assert found(policy, "risk_call", **at_risk, last_risk_call=last)["again_after_days"] == days


def test_numbers_are_written_with_thousands_apart():
    numbers = pl.DataFrame({"n": [0.0, 999.4, 1000.0, 12_400.0, 123_456.0, 1_234_567.0]})
    assert numbers.select(whole("n")).to_series().to_list() == [
        "0", "999", "1,000", "12,400", "123,456", "1,234,567",
    ]  # fmt: skip
