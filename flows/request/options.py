"""The options of a run: read once, at the command line or in a Prefect flow, and never repacked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Self

from expectations.finding import Waiver
from transforms.month import Month

StartedAs = Literal["run", "backfill", "flow"]
"""What a person repeats to start a run again: the command ``run`` or ``backfill``, or a flow in Prefect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What a person or a schedule asks for: one month, or a range of months.

    Attributes:
        first: The first month.
        last: The last month; the same as the first in a run of one month.
        known_until: The knowledge cut-off: rows that became known later are not used.
        known_at: The day that the cut-off was given as; None where it is the start of the run.
        command: The command that started the run, for the record.
        started_as: What starts it again, for messages that say how.
        reason: Why it was started, in a person's words.
        waiver: The failed checks that a person waives in every month.
        approved: What a person waives in a single month after seeing its findings, instead of ``waiver``.
        is_notifying: Whether changes go into the outbox.
        is_sending: Whether messages are sent at the end of the run.
        is_reporting: Whether the report is written at the end of the run.
        is_forced: Whether months are computed that are up to date.
        is_adopting: Whether the month may start from what other rules published, see docs/upgrading.md.
        is_cascading: Whether published months after the range follow; otherwise they stay stale.
    """

    first: Month
    last: Month
    known_until: datetime
    command: str
    started_as: StartedAs = "run"
    known_at: str | None = None
    reason: str | None = None
    waiver: Waiver = field(default_factory=Waiver)
    approved: Mapping[Month, Waiver] = field(default_factory=dict)
    is_notifying: bool = False
    is_sending: bool = False
    is_reporting: bool = False
    is_forced: bool = False
    is_adopting: bool = False
    is_cascading: bool = True

    def waiver_for(self, month: Month) -> Waiver:
        """Return what a person waives in a month."""
        return self.approved.get(month, self.waiver)

    def approve(self, month: Month, waiver: Waiver) -> Self:
        """Return the same options with a waiver for a single month."""
        return replace(self, approved={**self.approved, month: waiver})
