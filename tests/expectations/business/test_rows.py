from __future__ import annotations

import pytest

from expectations.business.rows import rows
from tests.expectations.business.limits import limited, only
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(
        policy.quality,
        "rows",
        usage_severity="fail",
        usage_minimum_ratio=0.55,
        severity="warn",
        minimum_ratio=0.5,
        maximum_ratio=2.0,
        former_months=6,
        minimum_former_months=3,
        minimum_median_rows=100,
    )


@pytest.mark.parametrize(
    ("count", "former", "ratio"),
    [
        pytest.param(100, [100] * 6, 1, id="as_usual"),
        pytest.param(50, [100] * 6, 0.5, id="half"),
        pytest.param(200, [100] * 6, 2, id="double"),
        pytest.param(0, [100] * 6, 0, id="nothing"),
        pytest.param(100, [100, 100, 900], 1, id="median_of_three"),
        pytest.param(150, [100, 200, 100, 200], 1, id="median_of_four"),
        pytest.param(100, [100, 100], None, id="too_few_months"),
        pytest.param(100, [], None, id="first_month"),
        pytest.param(100, [0, 0, 0, 0, 100, 100], None, id="zeros_before_the_first_rows_are_no_months"),
        pytest.param(100, [0, 0, 0, 100, 100, 100], 1, id="begun_three_months_ago"),
        pytest.param(100, [100, 0, 100], 1, id="an_empty_month_since_is_one"),
        pytest.param(0, [99] * 6, None, id="too_few_rows"),
        pytest.param(0, [0] * 6, None, id="never_any_rows"),
        pytest.param(100, [900] * 6 + [100] * 6, 1, id="only_the_last_six_count"),
    ],
)
def test_rows_are_compared_with_the_median(
    quality: Quality, count: int, former: list[int], ratio: float | None
) -> None:
    measure = only(rows({"usage": (count, former)}, quality, JUNE))
    assert (measure.name, measure.observed) == ("rows.usage", ratio)


@pytest.mark.parametrize(("count", "is_passed"), [(49, False), (50, True), (200, True), (201, False)])
def test_half_and_double_still_pass(quality: Quality, count: int, is_passed: bool) -> None:
    assert only(rows({"tickets": (count, [100] * 6)}, quality, JUNE)).is_passed is is_passed


@pytest.mark.parametrize(
    ("count", "is_passed", "severity"),
    [
        pytest.param(54, False, "fail", id="under_its_own_ratio_it_fails"),
        pytest.param(55, True, "warn", id="at_its_own_ratio_it_passes"),
        pytest.param(201, False, "warn", id="more_than_double_only_warns"),
        pytest.param(0, False, "fail", id="nothing_fails"),
    ],
)
def test_usage_has_a_limit_of_its_own(quality: Quality, count: int, is_passed: bool, severity: str) -> None:
    measure = only(rows({"usage": (count, [100] * 6)}, quality, JUNE))
    assert (measure.is_passed, measure.severity) == (is_passed, severity)
    assert measure.expected_text == "at least 0.55 and at most 2"


def test_a_limit_of_usage_below_that_of_all_leaves_the_warning_in_between(quality: Quality) -> None:
    lower = limited(quality, "rows", usage_minimum_ratio=0.2)
    assert [only(rows({"usage": (count, [100] * 6)}, lower, JUNE)).severity for count in (30, 10)] == ["warn", "fail"]
    assert not only(rows({"usage": (30, [100] * 6)}, lower, JUNE)).is_passed


def test_the_sentence_says_what_how_much_and_what_to_do(quality: Quality) -> None:
    assert only(rows({"tickets": (20, [100] * 3)}, quality, JUNE)).message == (
        "tickets has 20 rows in 2025-06 and usually 100 (median of 3 months), 0.2 times as many, expected at least 0.5 "
        "and at most 2 times: look whether its export lost rows or came late, and run the month again"
    )
    assert "was delivered twice" in only(rows({"tickets": (300, [100] * 3)}, quality, JUNE)).message


def test_where_it_does_not_apply_it_says_why(quality: Quality) -> None:
    measures = rows({"team": (9, [10] * 6), "usage": (9, [100])}, quality, JUNE)
    assert [measure.message for measure in measures] == [
        "team usually counts 10; under 100 rows any change is chance",
        "usage has 1 month to compare 2025-06 with, 3 are needed",
    ]
