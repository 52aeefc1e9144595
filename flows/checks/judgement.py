"""The judgement of a run so far: findings, quarantined rows, and what Data Docs are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from expectations.business.quarantined import QuarantineCounts
from expectations.finding import Finding, Waiver

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What a month quarantines of a source.

    Attributes:
        rows: One row per quarantined row, as :func:`expectations.bad_rows.quarantined_rows` returns them.
        counts: How many rows were read and quarantined, and why.
    """

    rows: pl.LazyFrame
    counts: QuarantineCounts


@dataclass(frozen=True, slots=True)
class Memory:
    """What this process found in tables, which every month reads whole, by a fingerprint of all that it depends on.

    Attributes:
        results: The results of Great Expectations.
        quarantine: The quarantined rows.
    """

    results: dict[str, ExpectationSuiteValidationResult] = field(default_factory=dict)
    quarantine: dict[str, Quarantined] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of a month.

    Attributes:
        findings: The outcome of each check.
        results: The results of Great Expectations, by source or published table.
        held: The quarantined rows by source; sources without any are left out.
        rows_read: Rows read by source.
        rows_held: Rows quarantined by source.
        stale: The sources that have had no row for too long.
    """

    findings: tuple[Finding, ...] = ()
    results: Mapping[str, ExpectationSuiteValidationResult] = field(default_factory=dict)
    held: Mapping[str, pl.LazyFrame] = field(default_factory=dict)
    rows_read: Mapping[str, int] = field(default_factory=dict)
    rows_held: Mapping[str, int] = field(default_factory=dict)
    stale: Mapping[str, bool] = field(default_factory=dict)

    def and_then(self, later: Judgement) -> Judgement:
        """Return the judgement with what was judged later in the run added."""
        return replace(self, findings=(*self.findings, *later.findings), results={**self.results, **later.results})

    def waive(self, waiver: Waiver) -> Judgement:
        """Return the judgement with the failed checks marked that a person waives."""
        return replace(self, findings=tuple(waiver.applied(self.findings)))

    @property
    def rows_accepted(self) -> dict[str, int]:
        """Rows accepted by source."""
        return {source: rows - self.rows_held[source] for source, rows in self.rows_read.items()}

    @property
    def warnings(self) -> list[str]:
        """The messages of failed checks that stop nothing, and of those that a person waived."""
        return [
            found.message
            if found.accepted_by is None
            else f"{found.check} was waived by {found.accepted_by} ({found.accept_reason}): {found.message}"
            for found in self.findings
            if not found.is_passed and not found.is_stopping
        ]
