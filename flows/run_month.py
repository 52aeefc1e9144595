"""One month, end to end: the table of contents of a run."""

from __future__ import annotations

import uuid
from functools import partial

from expectations.gate import refuse_failed_checks
from flows.checks.data_docs import docs_of, runs_listed, write_run
from flows.checks.judgement import Judgement
from flows.clock import now
from flows.compute_month import Computed, compute_month
from flows.inputs.published import PublishedState
from flows.progress import Progress
from flows.request.acceptance import acceptance
from flows.request.context import RunContext
from flows.request.options import RunOptions
from flows.session import Session
from flows.settings import Project
from flows.stages import Stage, Stages, StagesOf
from flows.steps.publish import publish_month, record_stop
from flows.summary import RunSummary
from transforms.errors import DataQualityError
from transforms.month import Month


def run_month(
    project: Project,
    options: RunOptions,
    progress: Progress,
    session: Session | None = None,
    stages_of: StagesOf = Stages,
) -> RunSummary:
    """Compute a month's tiers and publish them.

    Args:
        project: The project.
        options: The options of the run; its last month is computed.
        progress: Where progress is shown.
        session: What this process has opened and judged for other months; None begins a new session.
        stages_of: Makes what runs the stages of the month.

    Returns:
        The outcome.

    Raises:
        DataQualityError: If a gate stopped the month; the run, its checks and the quarantined rows are recorded.
        WrongUseError: If a check is waived that does not exist.
        RetierError: If anything else is wrong; nothing has been published then.
    """
    with runs_listed(project) as missing:
        summary = publish_one(session or Session(project), options.last, options, progress, stages_of)
    return summary.with_warnings(missing)


def publish_one(
    session: Session, month: Month, options: RunOptions, progress: Progress, stages_of: StagesOf = Stages
) -> RunSummary:
    """Compute and publish one month of several; the page that lists all runs is left to the caller.

    Raises:
        As :func:`run_month`.
    """
    started_at, project = now(), session.project
    policy = project.policies.policy_for(month)
    progress.begin(f"Tiers of {month}", len(Stage))
    stages, state = stages_of(progress, month), PublishedState(project, options.is_adopting)

    before = stages.do(Stage.published, lambda: state.before(month, policy.label))
    context = RunContext(
        options=options,
        project=project,
        policy=policy,
        month=month,
        run_id=_run_id(month),
        revision=before.revision,
        started_at=started_at,
    )
    with session.translate_replaced():
        computed = compute_month(context, state, before, session, stages, partial(_stop_at_failed_checks, context))
        summary = stages.do(Stage.publishing, lambda: _publish(context, computed, session))
    progress.end()
    return summary


def _publish(context: RunContext, computed: Computed, session: Session) -> RunSummary:
    """Publish a month; the pages of its checks are written first, so that every published run has them."""
    if not docs_of(context.project, context.run_id).exists():
        write_run(context, computed.judgement, "passed")
    return publish_month(context, computed, session)


def _stop_at_failed_checks(context: RunContext, judgement: Judgement) -> None:
    """Stop at failed checks: the findings are recorded and shown, and nothing that is published changes."""
    try:
        refuse_failed_checks(judgement.findings, context.month, partial(acceptance, context.options, context.month))
    except DataQualityError as error:
        write_run(context, judgement, "stopped")
        record_stop(context, judgement, str(error))
        raise


def _run_id(month: Month) -> str:
    """Return an identifier that no other run has, on any machine."""
    return f"{month}-{uuid.uuid4().hex[:12]}"
