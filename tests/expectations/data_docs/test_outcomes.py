from __future__ import annotations

import pytest
from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from expectations.data_docs import Outcome, Tally, outcome_of, tally

OK = {"raised_exception": False, "exception_message": None, "exception_traceback": None}
BAD = {"raised_exception": True, "exception_message": "no", "exception_traceback": "no"}


def result(success: bool, severity: str = "critical", info: dict | None = None) -> ExpectationValidationResult:
    configuration = ExpectationConfiguration(type="expect_column_to_exist", kwargs={"column": "a"}, severity=severity)
    return ExpectationValidationResult(success=success, expectation_config=configuration, exception_info=info)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(result(True), Outcome.PASSED, id="passed"),
        pytest.param(result(True, "info"), Outcome.PASSED, id="passed_of_low_severity"),
        pytest.param(result(False), Outcome.FAILED, id="critical"),
        pytest.param(result(False, "warning"), Outcome.WARNED, id="warning"),
        pytest.param(result(False, "info"), Outcome.WARNED, id="info"),
        pytest.param(result(False, "warning", BAD), Outcome.ERROR, id="error_outranks_severity"),
        pytest.param(result(False, "warning", {"one": OK, "two": BAD}), Outcome.ERROR, id="error_of_one_metric"),
        pytest.param(result(False, "warning", {"one": OK}), Outcome.WARNED, id="no_error_of_any_metric"),
        pytest.param(ExpectationValidationResult(success=False), Outcome.FAILED, id="unknown_severity"),
    ],
)
def test_outcome(made, expected):
    assert outcome_of(made) is expected


def test_an_error_counts_as_failed():
    made = [result(True), result(False, "warning"), result(False), result(False, "warning", BAD)]
    assert tally(made) == Tally(passed=1, warned=1, failed=2)
    assert tally(made).checks == 4


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param(Tally(1, 1, 1), Outcome.FAILED, id="failed"),
        pytest.param(Tally(1, 1, 0), Outcome.WARNED, id="warned"),
        pytest.param(Tally(1, 0, 0), Outcome.PASSED, id="passed"),
        pytest.param(Tally(), Outcome.PASSED, id="nothing_checked"),
    ],
)
def test_the_worst_decides(counts, expected):
    assert counts.outcome is expected
