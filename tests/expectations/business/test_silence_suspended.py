from __future__ import annotations

import pytest

from expectations.business.silence_suspended import silence_suspended
from tests.expectations.business.limits import only
from transforms.month import Month
from transforms.policy import Policy

JUNE = Month.parse("2025-06")


@pytest.mark.parametrize(
    ("ago", "months", "is_passed"),
    [
        pytest.param([], 0, True, id="never"),
        pytest.param(range(5), 5, True, id="five_months"),
        pytest.param(range(6), 6, False, id="six_months"),
        pytest.param(range(1, 7), 0, True, id="until_the_month_before"),
        pytest.param([0, 1, 2, 4, 5, 6], 3, True, id="with_a_month_between"),
    ],
)
def test_the_sixth_month_in_a_row_warns(policy: Policy, ago: list[int], months: int, is_passed: bool) -> None:
    measure = only(silence_suspended({JUNE - one for one in ago}, policy, JUNE))
    assert (measure.observed, measure.is_passed, measure.severity) == (months, is_passed, "warn")


def test_the_sentence_says_since_when_and_what_to_do(policy: Policy) -> None:
    measure = only(silence_suspended([JUNE - ago for ago in range(6)], policy, JUNE))
    assert measure.message == (
        "silence has been suspended since 2025-01 or longer, as so many accounts use nothing, so it raises no alarm: "
        "look whether the usage of all accounts arrives, and where a month without use is ordinary for your customers, "
        "write `silence: off` in the policy"
    )


def test_where_the_policy_switches_silence_off_it_does_not_apply(policy: Policy) -> None:
    off = policy.model_copy(update={"silence": None})
    assert only(silence_suspended([JUNE - ago for ago in range(6)], off, JUNE)).observed is None
