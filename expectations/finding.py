"""A finding: what became of one check of a run, as ``check_results`` keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from transforms.contracts import PUBLISHED, Severity
from transforms.errors import WrongUseError, first_few
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a check.

    Attributes:
        check: The check's name, as ``--accept`` takes it.
        severity: ``fail`` stops the month where the check is broken, ``warn`` only tells.
        is_passed: Whether it held.
        message: What, how much, which first examples and what to do, as a sentence.
        observed: What was found.
        expected: What was expected.
        accepted_by: Who let the broken check pass; null where nobody did.
        accept_reason: Why.
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
        """Whether the month stops at it."""
        return self.severity == "fail" and not self.is_passed and self.accepted_by is None


@dataclass(frozen=True, slots=True)
class Waiver:
    """Checks that a person lets pass, once.

    Attributes:
        checks: Their names.
        author: Who lets them pass.
        reason: Why.
    """

    checks: tuple[str, ...] = ()
    author: str = ""
    reason: str = ""

    def applied(self, findings: Iterable[Finding]) -> list[Finding]:
        """Mark the broken checks that are let pass; a check that held needs no mark."""
        return [
            replace(found, accepted_by=self.author, accept_reason=self.reason)
            if found.check in self.checks and not found.is_passed
            else found
            for found in findings
        ]

    def refuse_unknown(self, findings: Iterable[Finding]) -> None:
        """See that every name is that of a check that was made.

        Raises:
            WrongUseError: If any is not.
        """
        names = {found.check for found in findings}
        unknown = set(self.checks) - names
        if unknown:
            broken = first_few((found.check for found in findings if not found.is_passed), 5)
            raise WrongUseError(
                f"--accept names {first_few(unknown)}, which is no check of this run: the broken ones are "
                f"{broken or 'none'}, and check_results lists all"
            )


def as_published(findings: Iterable[Finding], run_id: str, month: Month) -> pl.DataFrame:
    """Write findings as rows of ``check_results``."""
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
