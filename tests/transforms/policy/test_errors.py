"""What cannot be meant is refused, with its place, what stands there and what was expected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests.transforms.policy.edits import GONE, edit, reasoned
from transforms.errors import WrongUseError
from transforms.policy import PolicyBook
from transforms.policy.book import InvalidValue, PolicyError


@dataclass(frozen=True)
class Case:
    """An edit of the default policy, and the error that it makes."""

    name: str
    place: str
    value: object
    expected: str
    found_at: str | None = None
    shown: str | None = None


FLAG = {"kind": "flag", "points": 100}
LINEAR = {"kind": "linear", "lo": 0, "hi": 1}
GROWTH = "pillars.growth.usage_growth"
FRICTION = "pillars.health.support_friction.score"


def rising(first_limit: float) -> dict[str, object]:
    """Bands of which the higher one should come first."""
    bands = [{"limit": first_limit, "points": 90}, {"limit": 1, "points": 60}]
    return {"kind": "bands_at_least", "bands": bands, "otherwise": 0}


CASES = [
    Case("priority_weights_do_not_sum", "priority.growth.value", 31, "weights sum to 101, expected 100", "priority"),
    Case("component_weights_do_not_sum", f"{GROWTH}.weight", 24.5, "weights sum to 99.5, expected 100",
         "pillars.growth"),
    Case("pillar_without_components", "pillars.growth", {}, "expected at least 1 item"),
    Case("pillar_left_empty", "pillars.growth", None, "expected a valid dictionary"),
    Case("rising_bands_cross", FRICTION, rising(0.5), "bands cross: expected limits in falling order"),
    Case("rising_bands_touch", FRICTION, rising(1), "bands cross: expected limits in falling order"),
    Case("falling_bands_cross", f"{FRICTION}.bands.0.limit", 3, "bands cross: expected limits in rising order",
         FRICTION),
    Case("no_bands", f"{FRICTION}.bands", [], "expected at least 1 item"),
    Case("band_gives_too_many_points", f"{FRICTION}.bands.0.points", 101, "expected less than or equal to 100"),
    Case("flat_line", f"{GROWTH}.score", LINEAR | {"hi": 0}, "lo equals hi: expected two different ends"),
    Case("half_life_of_nothing", "pillars.health.usage_recency.score.days", 0, "expected greater than 0"),
    Case("unknown_function", f"{GROWTH}.score", {"kind": "linaer"}, "not match any of the expected tags: 'linear'"),
    Case("unknown_metric", f"{GROWTH}.metric", "usage_groth", "unknown metric: expected one of arr, brand_rank"),
    Case("flag_function_on_a_number", f"{GROWTH}.score", FLAG, "'usage_growth_ratio' does not go with 'flag'", GROWTH),
    Case("number_function_on_a_flag", "pillars.strategic.reference.score", LINEAR,
         "'has_reference_grant' does not go with 'linear'", "pillars.strategic.reference"),
    Case("unknown_rule_for_the_missing", f"{GROWTH}.missing", "ignore", "expected 'leave_out', 'neutral', 'zero' or"),
    Case("component_with_capitals", "pillars.growth.Usage", {}, "expected text that matches pattern"),
    Case("typo_in_a_key", "movement.margn", reasoned(5), "unknown key: expected one of the policy's own"),
    Case("typo_in_a_section", "movment", {}, "unknown key: expected one of the policy's own"),
    Case("missing_section", "lift", GONE, "missing: expected a value here"),
    Case("missing_key", "movement.margin", GONE, "missing: expected a value here"),
    Case("missing_reason_of_a_number", "movement.margin.reason", GONE, "expected {value: ..., reason: ...}",
         "movement.margin"),
    Case("empty_reason_of_a_number", "movement.margin.reason", " ", "expected the number's reason in words",
         "movement.margin"),
    Case("bare_number", "movement.margin", 5, "expected {value: ..., reason: ...}", shown="5"),
    Case("missing_reason_of_a_component", f"{GROWTH}.reason", GONE, "missing: expected a value here"),
    Case("missing_reason_of_the_version", "reason", "", "expected at least 1 character"),
    Case("word_for_a_number", "movement.margin", reasoned("five"), "expected a valid number", shown="'five'"),
    Case("text_for_a_number", "movement.margin", reasoned("5"), "expected a valid number", shown="'5'"),
    Case("yes_for_a_number", "movement.margin", reasoned(True), "expected a valid number", shown="True"),
    Case("endless_number", "metrics.trend_prior_events", reasoned(float("inf")), "expected a finite number",
         shown="inf"),
    Case("no_number_at_all", f"{GROWTH}.score.lo", float("nan"), "expected a finite number"),
    Case("fraction_of_a_month", "movement.cooldown_months", reasoned(2.5), "expected a valid integer", shown="2.5"),
    Case("negative_amount", "economics.csm_rate_per_hour", reasoned(-1), "expected greater than or equal to 0",
         shown="-1"),
    Case("percent_for_a_share", "economics.gross_margin_share", reasoned(80), "expected less than or equal to 1",
         shown="80"),
    Case("dwell_of_no_month", "movement.promotion_dwell_months", reasoned(0), "expected greater than or equal to 1"),
    Case("number_for_a_version", "version", 1, "expected a valid string"),
    Case("crossed_boundaries", "movement.boundaries.mid_touch.value", 61,
         "boundaries cross: mid_touch 61 plus and high_touch 60 minus the margin 5 overlap", "movement"),
    Case("boundaries_within_the_margins", "movement.margin.value", 10.5, "boundaries cross", "movement"),
    Case("dearer_low_touch", "economics.entitled_hours_per_year.low_touch.value", 25, "hours cross: expected low_touch",
         "economics.entitled_hours_per_year"),
    Case("cheaper_way_up", "economics.upward_cost_factor", reasoned(0.9), "expected greater than or equal to 1"),
    Case("ill_above_healthy", "lift.ill_below.value", 61, "limits cross: expected ill_below <= falling_below", "lift"),
    Case("stages_cross", "lifecycle.onboarding_below_months.value", 10, "stages cross: expected", "lifecycle"),
    Case("unknown_owner_model", "engagement.high_touch.owner_model", "nobody", "expected 'dedicated', 'pooled' or"),
    Case("tier_without_entitlements", "engagement.low_touch.entitlements", [], "expected at least 1 item"),
    Case("severity_that_is_none", "quality.fleet_shift.severity", reasoned("error"), "expected 'fail' or 'warn'",
         shown="'error'"),
    Case("percent_of_exits", "quality.exit_share.maximum_share", reasoned(10), "expected less than or equal to 1",
         shown="10"),
    Case("no_exit_is_many", "quality.exit_share.minimum_exits", reasoned(0), "expected greater than or equal to 1"),
    Case("severity_without_reason", "quality.rows.severity", "warn", "expected {value: ..., reason: ...}"),
    Case("yes_for_a_severity", "quality.rows.severity", reasoned(True), "expected 'fail' or 'warn'", shown="True"),
    Case("more_former_months_needed_than_read", "quality.rows.minimum_former_months.value", 7,
         "months cross: expected minimum_former_months <= former_months", "quality.rows"),
    Case("fewer_rows_are_too_many", "quality.rows.maximum_ratio.value", 0.9, "expected greater than or equal to 1",
         "quality.rows.maximum_ratio"),
    Case("logarithm_of_nothing", "quality.tier_mix_psi.empty_share", reasoned(0), "expected greater than 0"),
    Case("typo_in_a_check", "quality.fleet_shfit", {}, "unknown key: expected one of the policy's own"),
    Case("check_without_limits", "quality.score_psi", GONE, "missing: expected a value here"),
    Case("month_that_is_none", "effective_month", "2025-13", "expected a month as YYYY-MM"),
    Case("year_for_a_month", "effective_month", 2025, "expected a month as YYYY-MM"),
    Case("ends_before_it_begins", "until_month", "1999-12", "until_month 1999-12 lies before", ""),
]  # fmt: skip


def refused(content: object) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        PolicyBook.from_mapping(content)
    return caught.value


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_fault_is_named_with_place_value_and_what_was_expected(case: Case, written: dict[str, Any]) -> None:
    error = refused(edit(written, case.place, case.value))
    errors = [one for one in error.errors if case.expected in one.expected]
    assert len(errors) == 1, str(error)
    place = case.place if case.found_at is None else case.found_at
    assert ".".join(str(step) for step in errors[0].path) == place
    message = str(error)
    assert f"{place or 'the whole file'}: " in message
    assert case.expected in message
    if case.shown is not None:
        assert f"{place}: got {case.shown}, " in message


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_fault_is_one_sentence_that_says_what_is_wrong(case: Case, written: dict[str, Any]) -> None:
    message = str(refused(edit(written, case.place, case.value)))
    assert re.match(r"1 error in|[2-9] errors in", message)
    assert "\n" not in message
    assert "Input should" not in message
    assert "pydantic" not in message


@pytest.mark.parametrize(
    ("content", "place", "expected"),
    [
        (None, "the whole file", "expected a mapping of sections"),
        ([], "the whole file", "expected a mapping of sections"),
        ("version 1", "the whole file", "expected a mapping of sections"),
        ({"versions": []}, "versions", "expected a list of versions and no other key"),
        ({"versions": {"a": 1}}, "versions", "expected a list of versions and no other key"),
        ({"versions": [{}], "version": "1"}, "versions", "expected a list of versions and no other key"),
        ({"versions": ["1"]}, "versions.0", "expected a mapping of sections"),
    ],
    ids=["empty", "list", "text", "no_versions", "versions_as_mapping", "key_beside_versions", "version_as_text"],
)
def test_file_of_another_shape_is_refused(content: object, place: str, expected: str) -> None:
    assert f"{place}: got " in str(refused(content))
    assert expected in str(refused(content))


def test_all_errors_are_reported_at_once(written: dict[str, Any]) -> None:
    edit(written, "movement.margin", reasoned("five"))
    edit(written, "lift", GONE)
    edit(written, "economics.csm_rate_per_hour", reasoned(-1))
    message = str(refused(written))
    assert message.startswith("3 errors in the policy: ")
    assert message.count("; ") == 2


def test_long_values_are_cut(written: dict[str, Any]) -> None:
    message = str(refused(edit(written, "effective_month", "x" * 500)))
    assert len(message) < 200
    assert "xxx..." in message


def test_fault_names_its_line_or_that_of_what_holds_it() -> None:
    errors = [
        InvalidValue(("a", "b"), 1, "expected 2"),
        InvalidValue(("c",), 1, "expected 2"),
        InvalidValue((), 1, "expected 2"),
    ]
    message = str(PolicyError(errors, {("a",): 7}))
    assert message == "3 errors in the policy: a.b (line 7): got 1, expected 2; c: got 1, expected 2; " + (
        "the whole file: got 1, expected 2"
    )


def test_a_wrong_policy_is_wrong_use() -> None:
    assert issubclass(PolicyError, WrongUseError)
    assert PolicyError([InvalidValue((), 1, "expected 2")]).exit_code == 2


@pytest.mark.parametrize("name", ["linear", "flag", "percentile"])
def test_component_called_like_a_function_keeps_its_place(name: str, written: dict[str, Any]) -> None:
    growth = written["pillars"]["growth"]
    growth[name] = growth.pop("usage_growth") | {"weight": "much"}
    assert f"pillars.growth.{name}.weight: got 'much', expected a valid number" in str(refused(written))
