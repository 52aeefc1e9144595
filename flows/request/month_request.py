"""What was asked for: a run of one month, as its record tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from expectations.finding import Waiver
from flows.settings import Project
from flows.steps.tiers import Identity
from transforms.policy import Policy


@dataclass(frozen=True, slots=True)
class Request:
    """A run of one month.

    Attributes:
        project: The project.
        policy: The policy in force.
        identity: Month, run and revision.
        command: The command that started the run.
        reason: Why it was started, in a person's words.
        started_at: When it began.
        known_until: The knowledge cut-off.
        acceptance: The broken checks that a person lets pass.
        is_told: Whether the changes that it publishes go into the outbox.
    """

    project: Project
    policy: Policy
    identity: Identity
    command: str
    reason: str | None
    started_at: datetime
    known_until: datetime
    acceptance: Waiver
    is_told: bool = False
