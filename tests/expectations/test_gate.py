"""A broken check of severity fail stops the month, unless a person lets it pass by name, once, with a reason."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from expectations.finding import Finding, Waiver, as_published
from expectations.gate import refuse_failed_checks
from transforms.contracts import PUBLISHED
from transforms.errors import DataQualityError, WrongUseError
from transforms.month import Month

OCTOBER = Month.parse("2026-10")
BROKEN = Finding("fleet_shift", "fail", is_passed=False, message="40 % of accounts fell", observed="0.4")
PASSED = Finding("arr_reconciliation", "fail", is_passed=True, message="they add up")
WARNED = Finding("days.usage", "warn", is_passed=False, message="a day is missing")
ACCEPTANCE = Waiver(("fleet_shift",), "Ada", "new login page")


def named(checks: Sequence[str]) -> str:
    return f"accept {' and '.join(checks)}"


def test_what_holds_and_what_warns_passes():
    refuse_failed_checks([PASSED, WARNED], OCTOBER, named)


def test_the_sentence_says_what_is_broken_and_how_to_go_on():
    with pytest.raises(DataQualityError) as stopped:
        refuse_failed_checks([WARNED, BROKEN, PASSED], OCTOBER, named)
    assert str(stopped.value) == (
        "2026-10 was stopped and nothing was published: 1 check failed: fleet_shift: 40 % of accounts fell. If the "
        "data is right, waive the failed checks: accept fleet_shift"
    )


def test_of_many_broken_checks_the_first_are_reported():
    many = [Finding(f"check_{number}", "fail", False, "broken") for number in range(9)]
    with pytest.raises(DataQualityError, match=r"9 checks failed: .*check_4: broken; and 4 more.* and check_8$"):
        refuse_failed_checks(many, OCTOBER, named)


def test_a_check_that_is_let_pass_says_by_whom_and_why():
    [fixed, untouched] = ACCEPTANCE.applied([BROKEN, WARNED])
    refuse_failed_checks([fixed, untouched], OCTOBER, named)
    assert (fixed.accepted_by, fixed.accept_reason, fixed.is_passed) == ("Ada", "new login page", False)
    assert untouched == WARNED


def test_a_check_that_held_needs_nobody_to_let_it_pass():
    assert Waiver(("arr_reconciliation",), "Ada", "x").applied([PASSED]) == [PASSED]


def test_only_the_named_check_is_let_pass():
    other = Finding("arr_reconciliation", "fail", False, "they differ")
    with pytest.raises(DataQualityError, match="1 check failed: arr_reconciliation"):
        refuse_failed_checks(ACCEPTANCE.applied([BROKEN, other]), OCTOBER, named)


def test_a_name_that_is_no_check_is_refused():
    ACCEPTANCE.refuse_unknown([BROKEN, PASSED])
    with pytest.raises(WrongUseError, match=r"--accept names 'fleet_shift', .* the failed ones are 'days.usage'"):
        ACCEPTANCE.refuse_unknown([PASSED, WARNED])


def test_findings_are_published_as_the_contract_says():
    frame = as_published(ACCEPTANCE.applied([BROKEN]), "run", OCTOBER)
    assert dict(frame.schema) == PUBLISHED["check_results"].schema
    assert frame.row(0, named=True) == {
        "run_id": "run",
        "check": "fleet_shift",
        "month": OCTOBER.first_day,
        "severity": "fail",
        "is_passed": False,
        "message": "40 % of accounts fell",
        "observed": "0.4",
        "expected": None,
        "accepted_by": "Ada",
        "accept_reason": "new login page",
    }
