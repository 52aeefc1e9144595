"""The outcome of a run, for whoever started it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from transforms.month import Month


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The outcome of a run of one month.

    Attributes:
        month: The month.
        status: ``published``, or ``unchanged`` if the result equals the published one.
        revision: The revision in force.
        run_id: The run.
        policy_version: The policy in force.
        accounts: Accounts in scope.
        tiers: Accounts by tier, the highest first.
        movements: Changes by kind; kinds without changes may be missing.
        warnings: Sentences that a person should read.
        rows_read: Rows read by source.
        rows_quarantined: Quarantined rows by source; sources without any may be missing.
        data_docs: The page with the run's checks.
        notifications: Messages that were due after the run, by status; empty if none were due.
    """

    month: Month
    status: Literal["published", "unchanged"]
    revision: int
    run_id: str
    policy_version: str
    accounts: int
    tiers: Mapping[str, int]
    movements: Mapping[str, int]
    warnings: tuple[str, ...] = ()
    rows_read: Mapping[str, int] = field(default_factory=dict)
    rows_quarantined: Mapping[str, int] = field(default_factory=dict)
    data_docs: str | None = None
    notifications: Mapping[str, int] = field(default_factory=dict)

    def with_warnings(self, sentences: Iterable[str]) -> RunSummary:
        """Return the outcome with more sentences that a person should read."""
        return replace(self, warnings=(*self.warnings, *sentences))
