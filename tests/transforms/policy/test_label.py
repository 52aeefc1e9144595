"""The label of a policy tells two policies apart that would come to different results, and only those."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.policy.edits import edit, reasoned
from transforms.policy import Policy, PolicyBook

WORDS = "Other words."


def policy_of(content: dict[str, Any]) -> Policy:
    return PolicyBook.from_mapping(content).versions[0]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("priority", {name: reasoned(25) for name in ("growth", "value", "strategic", "complexity")}),
        ("movement.margin.value", 4),
        ("movement.move_cap.score_share.value", 0.16),
        ("pillars.growth.usage_growth.score.hi", 0.6),
        ("pillars.growth.usage_growth.missing", "neutral"),
        ("pillars.growth.usage_growth.is_actionable", False),
        ("pillars.health.support_friction.score.bands.0.points", 99),
        ("metrics.feature_catalogue", ["search"]),
        ("lifecycle.hours_multiplier.mature.value", 0.9),
        ("engagement.low_touch.entitlements.0.code", "welcome"),
    ],
)
def test_label_changes_with_a_value(written: dict[str, Any], place: str, value: object) -> None:
    before = policy_of(copy.deepcopy(written))
    after = policy_of(edit(written, place, value))
    assert after.label != before.label
    assert after.fingerprint != before.fingerprint


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("reason", WORDS),
        ("movement.margin.reason", WORDS),
        ("pillars.growth.usage_growth.reason", WORDS),
        ("pillars.growth.usage_growth.customer_wording", WORDS),
        ("pillars.growth.usage_growth.customer_wording", None),
        ("engagement.low_touch.summary", WORDS),
        ("engagement.low_touch.entitlements.0.wording", WORDS),
        ("engagement.low_touch.entitlements.0.reason", WORDS),
        ("effective_month", "2001-01"),
        ("until_month", "2099-01"),
        ("movement.margin.value", 5.0),
        ("quality.fleet_shift.maximum_share.value", 0.3),
        ("quality.rows.severity.value", "fail"),
    ],
    ids=[
        "reason", "reason_of_a_number", "reason_of_a_component", "customer_wording", "no_customer_wording", "summary",
        "wording", "reason_of_an_entitlement", "first_month", "last_month", "same_number_as_fraction",
        "limit_of_a_check", "severity_of_a_check",
    ],
)  # fmt: skip
def test_label_stays_with_other_words_dates_and_checks(written: dict[str, Any], place: str, value: object) -> None:
    before = policy_of(copy.deepcopy(written))
    assert policy_of(edit(written, place, value)).label == before.label


def test_label_is_version_and_start_of_the_fingerprint(written: dict[str, Any]) -> None:
    policy = policy_of(edit(written, "version", "spring"))
    assert re.fullmatch(r"spring-[0-9a-f]{8}", policy.label)
    assert policy.fingerprint.startswith(policy.label.removeprefix("spring-"))


def test_another_name_is_another_label_of_the_same_policy(written: dict[str, Any]) -> None:
    before = policy_of(copy.deepcopy(written))
    after = policy_of(edit(written, "version", "2"))
    assert (after.label == before.label, after.fingerprint == before.fingerprint) == (False, True)


def test_order_of_components_counts_because_lists_are_stored_by_position(written: dict[str, Any]) -> None:
    before = policy_of(copy.deepcopy(written))
    growth = dict(reversed(written["pillars"]["growth"].items()))
    assert policy_of(edit(written, "pillars.growth", growth)).label != before.label


@pytest.mark.parametrize("name", ["reason", "summary", "wording"])
def test_component_called_like_words_counts(written: dict[str, Any], name: str) -> None:
    growth = written["pillars"]["growth"]
    growth[name] = growth.pop("usage_growth")
    before = policy_of(copy.deepcopy(written))
    assert policy_of(edit(written, f"pillars.growth.{name}.score.hi", 0.6)).label != before.label


@settings(max_examples=20)
@given(st.floats(0, 10, allow_nan=False).filter(lambda margin: margin != 5))
def test_any_other_margin_is_another_policy(default_content: dict[str, Any], margin: float) -> None:
    edited = edit(copy.deepcopy(default_content), "movement.margin.value", margin)
    assert policy_of(edited).fingerprint != policy_of(default_content).fingerprint
