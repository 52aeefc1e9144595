"""Wordings: components are called by their labels."""

import pytest
import yaml

from flows.settings import default_policy_text
from flows.words import component_in_words, component_labels
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
