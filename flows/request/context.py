"""The context of one month of a run: what every step of it needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from expectations.finding import Waiver
from flows.request.options import RunOptions
from flows.settings import Project
from transforms.month import Month
from transforms.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """One month of a run.

    Attributes:
        options: The options of the run.
        project: The project.
        policy: The policy in force in the month.
        month: The month.
        run_id: The identifier of this month's run.
        revision: The revision that the month gets if its result differs from what is published.
        started_at: When the month's run began, in UTC.
    """

    options: RunOptions
    project: Project
    policy: Policy
    month: Month
    run_id: str
    revision: int
    started_at: datetime

    @property
    def former_policy(self) -> Policy | None:
        """The policy of the month before, in the first month of another one; otherwise None."""
        return self.project.policies.former_policy_for(self.month)

    @property
    def currency(self) -> str:
        """The currency of all amounts, as an ISO 4217 code."""
        return self.project.settings.currency

    @property
    def waiver(self) -> Waiver:
        """What a person waives in the month."""
        return self.options.waiver_for(self.month)
