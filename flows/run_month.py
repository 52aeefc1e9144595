"""One month, end to end: the table of contents of a run."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from expectations.finding import Waiver
from expectations.gate import refuse_broken
from flows.checks.data_docs import runs_listed, write_run
from flows.checks.docs_folder import docs_of
from flows.checks.judgement import Judgement
from flows.clock import now
from flows.compute_month import STAGES as STAGES_OF_COMPUTING
from flows.compute_month import Computed, compute_month
from flows.inputs.session import Session
from flows.progress import Progress
from flows.request.month_request import Request
from flows.settings import Project
from flows.stages import StageIO, Stages
from flows.steps.publish import publish_month, record_stop
from flows.steps.published import PublishedState
from flows.steps.tiers import Identity
from flows.summary import RunSummary
from transforms.errors import DataQualityError
from transforms.month import Month

_STAGES = STAGES_OF_COMPUTING + 2


@dataclass(frozen=True, slots=True)
class Order:
    """What all months of a command have in common.

    Attributes:
        known_until: The knowledge cut-off: rows that became known later are not used.
        command: The command that started the run, for the record.
        reason: Why it was started, in a person's words.
        acceptance: The broken checks that a person lets pass.
        is_told: Whether changes go into the outbox.
        stages: How the stages of a month are done.
        approved: What a person lets pass in a single month after having seen it, instead of ``acceptance``.
    """

    known_until: datetime
    command: str
    reason: str | None = None
    acceptance: Waiver = Waiver()  # noqa: RUF009 - frozen, and lets nothing pass
    is_told: bool = False
    stages: Callable[[Progress, Month], Stages] = Stages
    approved: Mapping[Month, Waiver] = field(default_factory=dict)


def run_month(
    project: Project,
    month: Month,
    *,
    known_until: datetime,
    progress: Progress,
    command: str,
    reason: str | None = None,
    acceptance: Waiver | None = None,
    session: Session | None = None,
    stages: Callable[[Progress, Month], Stages] = Stages,
) -> RunSummary:
    """Compute a month's tiers and publish them; what changed goes into the outbox.

    Args:
        project: The project.
        month: The month.
        known_until: The knowledge cut-off: rows that became known later are not used.
        progress: Who is told what goes on.
        command: The command that started the run, for the record.
        reason: Why it was started, in a person's words.
        acceptance: The broken checks that a person lets pass.
        session: What this process has opened and judged for other months; None begins a new one.
        stages: How the stages of the month are done.

    Returns:
        What came of it.

    Raises:
        DataQualityError: If a gate stopped the month; the run, its checks and the rows held back are recorded.
        WrongUseError: If a check is to be let pass that there is not.
        RetierError: If anything else is wrong; nothing has been published then.
    """
    order = Order(known_until, command, reason, acceptance or Waiver(), is_told=True, stages=stages)
    with runs_listed(project):
        return publish_one(session or Session(project), month, order, progress)


def publish_one(session: Session, month: Month, order: Order, progress: Progress) -> RunSummary:
    """Compute and publish one month of several; the page that lists all runs is left to the caller.

    Raises:
        As :func:`run_month`.
    """
    started_at, project = now(), session.project
    policy = project.policies.policy_for(month)
    progress.begin(f"Tiers of {month}", _STAGES)
    stages, state = order.stages(progress, month), PublishedState(project)

    before = stages.do("reading what is published", lambda: state.before(month, policy.label), StageIO.reading)
    request = Request(
        project,
        policy,
        Identity(month, _run_id(month), before.revision),
        order.command,
        order.reason,
        started_at,
        order.known_until,
        order.approved.get(month, order.acceptance),
        order.is_told,
    )
    computed = compute_month(request, state, before, session, stages, lambda judged: _pass_gate(request, judged))
    summary = stages.do("publishing", lambda: _publish(request, computed, session), StageIO.publishing)
    progress.end()
    return summary


def _publish(request: Request, computed: Computed, session: Session) -> RunSummary:
    """Publish a month; the pages of its checks come first, so that whatever is published can be looked up."""
    identity = request.identity
    if not docs_of(request.project, identity.run_id).exists():
        write_run(request.project, computed.judgement, identity.run_id, identity.month, "passed", now())
    return publish_month(request, computed, session)


def _pass_gate(request: Request, judgement: Judgement) -> None:
    """Stop at broken checks: what was found is recorded and shown, and nothing else changes."""
    month, run_id = request.identity.month, request.identity.run_id
    try:
        refuse_broken(judgement.findings, month)
    except DataQualityError as error:
        write_run(request.project, judgement, run_id, month, "stopped", now())
        record_stop(request, judgement, str(error))
        raise


def _run_id(month: Month) -> str:
    """A name that no other run has, on any machine."""
    return f"{month}-{uuid.uuid4().hex[:12]}"
