"""Gates: a month stops at a failed check that nobody waived."""

from __future__ import annotations

from collections.abc import Iterable

from expectations.finding import Finding
from transforms.errors import DataQualityError
from transforms.month import Month

_SHOWN = 5


class BrokenChecksError(DataQualityError):
    """Checks stop a month; a person may waive them.

    Attributes:
        month: The month.
        checks: The names of the checks.
    """

    def __init__(self, message: str, month: Month, checks: Iterable[str]) -> None:
        super().__init__(message)
        self.month = month
        self.checks = tuple(checks)


def refuse_broken(findings: Iterable[Finding], month: Month) -> None:
    """Stop the month if any check of severity ``fail`` failed and was not waived.

    Raises:
        BrokenChecksError: If there are any; its message lists them and says how to go on.
    """
    broken = [found for found in findings if found.is_stopping]
    if not broken:
        return
    reasons = "; ".join(f"{found.check}: {found.message}" for found in broken[:_SHOWN])
    more = f"; and {len(broken) - _SHOWN:,} more, see check_results" if len(broken) > _SHOWN else ""
    accepted = " ".join(f"--accept {found.check}" for found in broken[:_SHOWN])
    checks = "1 check is" if len(broken) == 1 else f"{len(broken):,} checks are"
    raise BrokenChecksError(
        f"{month} was stopped and nothing of it changed: {checks} broken: {reasons}{more}. If it is right all the "
        f'same: retier run --month {month} {accepted} --reason "..."',
        month,
        [found.check for found in broken],
    )
