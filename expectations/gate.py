"""Gates: a month stops at a failed check that nobody waived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from expectations.finding import Finding
from transforms.errors import DataQualityError
from transforms.month import Month
from transforms.plurals import pluralize

_SHOWN = 5


class FailedChecksError(DataQualityError):
    """Checks stop a month; a person may waive them.

    Attributes:
        month: The month.
        checks: The names of the checks.
    """

    def __init__(self, message: str, month: Month, checks: Iterable[str]) -> None:
        super().__init__(message)
        self.month = month
        self.checks = tuple(checks)


def refuse_failed_checks(
    findings: Iterable[Finding], month: Month, how_to_accept: Callable[[Sequence[str]], str]
) -> None:
    """Stop the month if any check of severity ``fail`` failed and was not waived.

    Args:
        findings: The outcomes of the checks.
        month: The month.
        how_to_accept: Returns the command or the like that waives the checks of the given names, as the end of a
            sentence.

    Raises:
        FailedChecksError: If there are any; its message lists them and says how to go on.
    """
    failed = [found for found in findings if found.is_stopping]
    if not failed:
        return
    reasons = "; ".join(f"{found.check}: {found.message}" for found in failed[:_SHOWN])
    more = f"; and {len(failed) - _SHOWN:,} more, see check_results" if len(failed) > _SHOWN else ""
    checks = [found.check for found in failed]
    raise FailedChecksError(
        f"{month} was stopped and nothing was published: {pluralize(len(failed), 'check')} failed: {reasons}{more}. "
        f"If the data is right, waive the failed checks: {how_to_accept(checks)}",
        month,
        checks,
    )
