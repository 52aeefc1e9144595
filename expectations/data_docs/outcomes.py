"""What became of a check, and how many checks of a table ended in which way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult


class Outcome(StrEnum):
    """What became of one check, worst first."""

    ERROR = "error"
    FAILED = "failed"
    WARNED = "warned"
    PASSED = "passed"

    @property
    def rank(self) -> int:
        """The place in the order of what a reader should see first."""
        return list(Outcome).index(self)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many checks ended in which way.

    Attributes:
        passed: Checks that hold.
        warned: Checks that do not hold, of a severity below critical.
        failed: Critical checks that do not hold, and all that could not be made because of an error.
    """

    passed: int = 0
    warned: int = 0
    failed: int = 0

    @property
    def checks(self) -> int:
        """How many checks there were."""
        return self.passed + self.warned + self.failed

    @property
    def outcome(self) -> Outcome:
        """The worst that became of any check."""
        if self.failed:
            return Outcome.FAILED
        return Outcome.WARNED if self.warned else Outcome.PASSED


def outcome_of(result: ExpectationValidationResult) -> Outcome:
    """Tell what became of a check.

    An error outranks severity: of a check that could not be made, nobody knows what it would have said.
    """
    if has_raised(result):
        return Outcome.ERROR
    if result.success:
        return Outcome.PASSED
    severity = result.expectation_config.severity if result.expectation_config else None
    return Outcome.WARNED if severity in {"warning", "info"} else Outcome.FAILED


def has_raised(result: ExpectationValidationResult) -> bool:
    """Return whether an error kept a check from being made.

    Great Expectations keeps either one error, or one for each metric that the check needed.
    """
    info = result.exception_info
    errors = [info] if "raised_exception" in info else info.values()
    return any(error["raised_exception"] for error in errors)


def tally(results: Iterable[ExpectationValidationResult]) -> Tally:
    """Count what became of checks."""
    outcomes = [outcome_of(result) for result in results]
    return Tally(
        passed=outcomes.count(Outcome.PASSED),
        warned=outcomes.count(Outcome.WARNED),
        failed=outcomes.count(Outcome.FAILED) + outcomes.count(Outcome.ERROR),
    )


def tally_all(validations: Iterable[ExpectationSuiteValidationResult]) -> Tally:
    """Count what became of the checks of several tables together."""
    return tally(result for validation in validations for result in validation.results)


def rows_checked(validation: ExpectationSuiteValidationResult) -> int | None:
    """Find how many rows a validation saw, from what its checks counted; null where none of them counts rows."""
    counts = [count for result in validation.results if (count := _rows(result)) is not None]
    return max(counts, default=None)


def _rows(result: ExpectationValidationResult) -> int | None:
    kind = result.expectation_config.type if result.expectation_config else ""
    name = "observed_value" if kind.startswith("expect_table_row_count_") else "element_count"
    count = result.result.get(name)
    return None if count is None else int(count)
