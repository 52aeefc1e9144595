"""`retier explain`: what stands between an account and the next tier, and what it is at risk of."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from tests.factories import rows
from tests.flows.conftest import write_project
from tests.flows.published import MARCH, publish_month
from transforms.contracts import PUBLISHED

SHORT_OF_MONEY = {
    "binding_constraint": "economic_ceiling",
    "binding_constraints": "economic_ceiling,score,dwell",
    "arr_for_promotion": 54000.0,
    "top_lever": "economic_ceiling",
    "months_to_wait": None,
    "earliest_promotion_month": None,
}
TWO_LEVERS = {
    "binding_constraints": "score",
    "is_lever_sufficient": False,
    "levers": json.dumps(
        [
            {"component": "growth.usage_growth", "points": 100.0},
            {"component": "growth.user_growth", "points": 62.5},
        ]
    ),
}
LIFTED = {
    "tier": "mid_touch", "base_tier": "low_touch", "base_tier_without_override": "low_touch",
    "is_lift_in_effect": True, "owner": "kim@example.com", "is_interim_owner": True,
}  # fmt: skip
OVERRIDDEN = {
    "tier": "mid_touch", "base_tier": "mid_touch", "base_tier_without_override": "low_touch",
    "override_start_date": date(2025, 3, 1), "owner": "kim@example.com", "binding_constraints": "override,score",
}  # fmt: skip
SILENT = {
    "is_ill": True, "ill_conditions": "low,newly_silent", "is_silent": True, "silent_since_month": date(2025, 2, 1),
    "is_interim_owner": True, "is_health_tentative": True,
}  # fmt: skip

ILL = {"reason": "ill", "since_month": date(2025, 2, 1), "reason_since_month": date(2025, 2, 1)}
DONE = {"account_id": "helped", "status": "done", "due_date": date(2025, 4, 14), "reason": "It is ill."}


RISKS = [
    {
        "account_id": "still",
        "reason": "silent",
        "since_month": date(2025, 1, 1),
        "reason_since_month": date(2025, 2, 1),
        "next_action": "usage_call",
        "next_action_due_date": date(2025, 4, 14),
    },
    ILL | {"account_id": "helped"},
    ILL | {"account_id": "late", "next_action": "chronic_risk", "next_action_due_date": date(2025, 3, 14)},
]
ACTIONS = [
    DONE | {"action": "risk_call", "done_date": date(2025, 3, 20)},
    DONE | {"action": "expansion_talk", "done_date": date(2025, 3, 30)},
]
ACCOUNTS = {
    "a-1": {}, "poor": SHORT_OF_MONEY, "levered": TWO_LEVERS, "still": SILENT, "helped": {}, "late": {},
    "lifted": LIFTED, "favoured": OVERRIDDEN,
}  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A month of accounts in each of these situations; nothing here writes, so all tests share it."""
    folder = write_project(tmp_path_factory.mktemp("published"))
    publish_month(
        folder,
        MARCH,
        ACCOUNTS,
        account_risks=rows(PUBLISHED["account_risks"], RISKS, month=MARCH.first_day),
        engagement_actions=rows(PUBLISHED["engagement_actions"], ACTIONS, month=MARCH.first_day),
    )
    return folder


@pytest.fixture
def explain(run, published):
    def explained(*line: str) -> str:
        result = run("explain", "--project", published, *line)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return explained


def test_who_is_held_by_money_reads_from_which_arr_on_and_no_month(explain):
    lines = explain("poor").partition("What would move it\n")[2].partition("\n\n")[0].splitlines()

    assert [line.strip() for line in lines] == [
        "up: 13.0 priority points missing; no month can be named",
        "what binds: its gross profit cannot pay for the next tier",
        "it would be affordable from an ARR of 54,000 USD on",
        "its priority",
        "the target must last for more months before the account moves",
        "down: 17.0 priority points to spare",
    ]


def test_levers_that_are_needed_together_say_how_far_each_must_rise(explain):
    text = explain("levered")

    assert re.search(r"top lever: growth of use \(.*\), not enough alone\n", text)
    assert "what closes the gap: growth of use to 100 of 100 and growth of users to 62.5 of 100" in text


def test_a_risk_is_told_with_its_months_and_its_action(explain):
    text = explain("still")

    assert (
        "At risk: it has stopped using the product, since 2025-02, at risk since 2025-01; "
        "usage call by 2025-04-14" in text
    )
    assert "Ill: its health is poor, it has just stopped using the product" in text
    assert "Silent: since 2025-02" in text
    assert "Health is tentative" in text
    assert "who keeps it until the lifted tier's team has room" in text
    assert "At risk" not in explain("a-1")


def test_who_is_held_by_money_reads_of_the_contract_first_and_of_no_month(explain):
    text = explain("poor", "--audience", "customer")
    listed = text.partition("What leads to it:\n")[2].splitlines()

    assert [line.strip(" -") for line in listed[:2]] == ["the size of your contract", "that this lasts for some months"]
    assert "how your use of the product grows" in text
    assert not re.search(r"20\d\d-(0[1-9]|1[0-2])", text.partition("Next service level")[2])


def test_what_is_to_be_improved_comes_first_for_customers(explain):
    listed = explain("levered", "--audience", "customer").partition("What leads to it:\n")[2].splitlines()

    assert [line.strip(" -") for line in listed[:2]] == [
        "how your use of the product grows",
        "how the number of your users grows",
    ]


def test_help_that_was_given_is_told_with_its_day_and_late_help_as_late(explain):
    assert "At risk: it is ill, since 2025-02; risk call done on 2025-03-20" in explain("helped")
    assert "since 2025-02; call about lasting poor health was due by 2025-03-14" in explain("late")


@pytest.mark.parametrize("account", ["lifted", "favoured"])
def test_customers_read_that_a_level_is_for_a_time_and_what_makes_it_last(explain, account):
    text = explain(account, "--audience", "customer")

    assert "Service level: mid touch" in text
    assert "This is for a time." in text
    assert "Service level to reach for good: mid touch" in text
    assert "high touch" not in text


def test_customers_are_promised_what_is_staffed(explain):
    told = [explain(account, "--audience", "customer") for account in ("lifted", "favoured")]
    promised = [text.partition("Service level to")[0] for text in told]
    assert ["A team of customer-success managers" in text for text in promised] == [False, True]
