"""Wordings: components are called by their labels."""

from datetime import date

import pytest
import yaml

from flows.settings import default_policy_text
from flows.words import component_in_words, component_labels, help_in_words, lever_in_words
from transforms.month import Month
from transforms.policy import PolicyBook


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        pytest.param("health.usage_trend", {"health.usage_trend": "trend of use"}, "trend of use", id="labelled"),
        pytest.param("health.usage_trend", {"growth.usage_trend": "other"}, "usage trend", id="of-another-pillar"),
        pytest.param("health.usage_trend", {}, "usage trend", id="unknown"),
        pytest.param("usage_trend", {}, "usage trend", id="without-pillar"),
    ],
)
def test_a_component_is_called_by_its_label(name, labels, expected):
    assert component_in_words(name, labels) == expected


NEWEST = {
    "version": "2",
    "effective_month": "2026-01",
    "based_on": "1",
    "pillars": {"health": {"usage_trend": {"label": "course of use"}, "usage_recency": {"label": None}}},
}


@pytest.mark.parametrize(
    ("month", "trend", "recency"),
    [
        pytest.param("2025-12", "trend of use", "days since last use", id="first"),
        pytest.param("2026-01", "course of use", "usage recency", id="newest"),
        pytest.param("2020-01", "course of use", "usage recency", id="in-no-version"),
    ],
)
def test_labels_are_those_of_the_months_policy_and_else_of_the_newest(month, trend, recency):
    first = yaml.safe_load(default_policy_text()) | {"effective_month": "2025-01"}
    labels = component_labels(PolicyBook.from_mapping({"versions": [first, NEWEST]}), Month.parse(month))
    assert (labels["health.usage_trend"], labels["health.usage_recency"]) == (trend, recency)


MONEY = {
    "top_lever": "economic_ceiling",
    "binding_constraints": "economic_ceiling,dwell",
    "arr_for_promotion": 54_000.4,
}
ONE = {"top_lever": "growth.usage_growth", "binding_constraints": "score,dwell", "is_lever_sufficient": True}
TWO = '[{"component": "growth.usage_growth", "points": 100}, {"component": "strategic.advocacy", "points": 40}]'
SAID = {
    "nothing": ({"top_lever": None}, None),
    "money": (MONEY, "an ARR of 54,000 or more"),
    "money_and_score": (
        MONEY | {"binding_constraints": "economic_ceiling,score"}, "an ARR of 54,000 or more and a higher priority",
    ),
    "money_of_no_known_arr": (MONEY | {"arr_for_promotion": None}, "more gross profit"),
    "override": ({"top_lever": "override", "binding_constraints": "override,dwell"}, "the end of the override"),
    "time": (
        {"top_lever": "dwell", "binding_constraints": "dwell"},
        "time alone: the target must last for more months before the account moves",
    ),
    "one_that_suffices": (ONE, "growth of use"),
    "several_together": (ONE | {"is_lever_sufficient": False, "levers": TWO}, "growth of use and advocacy"),
    "none_that_suffices": (ONE | {"is_lever_sufficient": False}, "growth of use, which is not enough alone"),
}  # fmt: skip


@pytest.mark.parametrize(("tiers", "expected"), SAID.values(), ids=SAID)
def test_what_moves_an_account_is_all_that_it_takes(tiers, expected):
    assert lever_in_words(tiers, {"growth.usage_growth": "growth of use"}) == expected


@pytest.mark.parametrize(
    ("due", "said"),
    [(date(2026, 11, 1), "risk call by 2026-11-01"), (date(2026, 10, 31), "risk call was due by 2026-10-31")],
)
def test_help_that_was_due_within_the_month_is_late(due, said):
    assert help_in_words({"month": date(2026, 10, 1), "next_action": "risk_call", "next_action_due_date": due}) == said
