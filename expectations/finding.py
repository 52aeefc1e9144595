"""A finding: the outcome of one check of a run, as ``check_results`` stores it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from transforms.contracts import PUBLISHED, Severity
from transforms.errors import WrongUseError, first_few
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of a check.

    Attributes:
        check: The check's name, as ``--accept`` takes it.
        severity: A failed check of severity ``fail`` stops the month; ``warn`` only warns.
        is_passed: Whether the check passed.
        message: What was found, how often, the first examples and what to do, in one sentence.
        observed: The observed value.
        expected: The expected value.
        accepted_by: Who waived the failed check; null if nobody did.
        accept_reason: Why it was waived.
    """

    check: str
    severity: Severity
    is_passed: bool
    message: str
    observed: str | None = None
    expected: str | None = None
    accepted_by: str | None = None
    accept_reason: str | None = None

    @property
    def is_stopping(self) -> bool:
        """Whether it stops the month."""
        return self.severity == "fail" and not self.is_passed and self.accepted_by is None


@dataclass(frozen=True, slots=True)
class Waiver:
    """Checks that a person waives in one run.

    Attributes:
        checks: Their names.
        author: Who waives them.
        reason: Why.
    """

    checks: tuple[str, ...] = ()
    author: str = ""
    reason: str = ""

    def applied(self, findings: Iterable[Finding]) -> list[Finding]:
        """Mark the failed checks that are waived; a check that passed needs no waiver."""
        return [
            replace(found, accepted_by=self.author, accept_reason=self.reason)
            if found.check in self.checks and not found.is_passed
            else found
            for found in findings
        ]

    def refuse_unknown(self, findings: Iterable[Finding]) -> None:
        """Check that every waived check exists.

        Raises:
            WrongUseError: If one does not.
        """
        names = {found.check for found in findings}
        unknown = set(self.checks) - names
        if unknown:
            failed = first_few((found.check for found in findings if not found.is_passed), 5)
            raise WrongUseError(
                f"--accept names {first_few(unknown)}, which is no check of this run: the failed ones are "
                f"{failed or 'none'}, and check_results lists all"
            )


def as_published(findings: Iterable[Finding], run_id: str, month: Month) -> pl.DataFrame:
    """Return findings as rows of ``check_results``."""
    table = PUBLISHED["check_results"]
    rows = [
        {
            "run_id": run_id,
            "check": found.check,
            "month": month.first_day,
            "severity": found.severity,
            "is_passed": found.is_passed,
            "message": found.message,
            "observed": found.observed,
            "expected": found.expected,
            "accepted_by": found.accepted_by,
            "accept_reason": found.accept_reason,
        }
        for found in findings
    ]
    return pl.DataFrame(rows, schema=table.schema)
