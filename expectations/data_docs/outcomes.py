"""The outcomes of checks, and how many checks of a table had each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult


class Outcome(StrEnum):
    """The outcome of a check, worst first."""

    ERROR = "error"
    FAILED = "failed"
    WARNED = "warned"
    PASSED = "passed"

    @property
    def rank(self) -> int:
        """The position, worst first."""
        return _RANKS[self]


_RANKS = {outcome: position for position, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many checks had which outcome.

    Attributes:
        passed: Checks that passed.
        warned: Failed checks of a severity below critical.
        failed: Failed critical checks, and all checks that raised an error.
    """

    passed: int = 0
    warned: int = 0
    failed: int = 0

    @property
    def checks(self) -> int:
        """The number of checks."""
        return self.passed + self.warned + self.failed

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of any check."""
        if self.failed:
            return Outcome.FAILED
        return Outcome.WARNED if self.warned else Outcome.PASSED


def outcome_of(result: ExpectationValidationResult) -> Outcome:
    """Return the outcome of a check.

    An error outranks severity: a check that could not run may have failed.
    """
    if has_raised(result):
        return Outcome.ERROR
    if result.success:
        return Outcome.PASSED
    severity = result.expectation_config.severity if result.expectation_config else None
    return Outcome.WARNED if severity in {"warning", "info"} else Outcome.FAILED


def has_raised(result: ExpectationValidationResult) -> bool:
    """Return whether a check raised an error.

    Great Expectations stores one error, or one for each metric that the check needed.
    """
    info = result.exception_info
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(error["raised_exception"] for error in info.values())


def tally(results: Iterable[ExpectationValidationResult]) -> Tally:
    """Count outcomes."""
    counts = Counter(map(outcome_of, results))
    return Tally(
        passed=counts[Outcome.PASSED],
        warned=counts[Outcome.WARNED],
        failed=counts[Outcome.FAILED] + counts[Outcome.ERROR],
    )


def tally_all(validations: Iterable[ExpectationSuiteValidationResult]) -> Tally:
    """Count the outcomes of several tables together."""
    return tally(result for validation in validations for result in validation.results)


def rows_checked(validation: ExpectationSuiteValidationResult) -> int | None:
    """Return the number of rows that a validation read; null if none of its checks counts rows."""
    counts = [count for result in validation.results if (count := _rows(result)) is not None]
    return max(counts, default=None)


def _rows(result: ExpectationValidationResult) -> int | None:
    kind = result.expectation_config.type if result.expectation_config else ""
    name = "observed_value" if kind.startswith("expect_table_row_count_") else "element_count"
    count = result.result.get(name)
    return None if count is None else int(count)
