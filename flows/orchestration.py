"""The flows that Prefect schedules and tracks: thin wrappers around what the commands do."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from prefect import flow
from prefect.logging import get_run_logger

from expectations.gate import FailedChecksError
from flows.backfill.backfill import BackfillSummary
from flows.backfill.backfill import backfill as backfill_range
from flows.clock import now
from flows.notify.outbox import release_held, retry_failed
from flows.notify.send import Sending
from flows.pages import write_or_warn
from flows.request.cutoff import known_until, month_known
from flows.request.options import RunOptions
from flows.request.waivers import waiver_of
from flows.run_month import run_month
from flows.settings import Project, load_project
from flows.stages import StagesOf
from flows.summary import RunSummary
from flows.tracking.approval import ask, with_approval
from flows.tracking.caller import caller
from flows.tracking.ending import end_quietly
from flows.tracking.events import run_events
from flows.tracking.hooks import release_month
from flows.tracking.month import month_of_run, name_as_asked, name_of_run
from flows.tracking.outcome import report, send, show_findings, show_month
from flows.tracking.parameters import Day, MonthText, Text
from flows.tracking.progress_artifact import BackfillProgress
from flows.tracking.tasks import TaskStages
from flows.writing import writing
from transforms.errors import RetierError
from transforms.month import Month
from transforms.plurals import pluralize

Result = TypeVar("Result")

end_quietly()

_ENDINGS: dict[str, Any] = {
    "on_failure": [release_month],
    "on_crashed": [release_month],
    "on_cancellation": [release_month],
}


@flow(name="retier", flow_run_name=partial(name_of_run, "retier"), persist_result=False, **_ENDINGS)
def retier(
    month: MonthText | None = None,
    project: Text | None = None,
    accept: list[Text] | None = None,
    author: Text | None = None,
    reason: Text | None = None,
    known_at: Day | None = None,
    is_sending: bool = False,
    is_reporting: bool = True,
    is_adopting: bool = False,
) -> tuple[RunSummary, Sending | None]:
    """Compute a month's tiers, publish them, and notify owners of what changed.

    Args:
        month: The month; without it the last one that had ended when the run was scheduled to begin.
        project: The project's folder; without it RETIER_PROJECT.
        accept: Broken checks that are waived, with an author and a reason.
        author: Who waives them.
        reason: Why the run is made, or the checks are waived.
        known_at: Use only what was known by the end of this day.
        is_sending: Whether messages are sent here; without it the automation of the published month has them sent.
        is_reporting: Whether the report is written.
        is_adopting: Whether the month may start from what the rules of a former version published.

    Returns:
        The outcome of the month, and of its messages where they were sent here.

    Raises:
        DataQualityError: If a gate stopped the month and nobody waived the check.
        RetierError: If anything else is wrong.
    """
    with run_events():
        read, when = _project(project), month_of_run(month, known_at)
        options = RunOptions(
            first=when,
            last=when,
            known_until=known_until(known_at, now()),
            known_at=known_at,
            command=caller().command,
            started_as="flow" if caller().is_schedule else "run",
            reason=reason,
            waiver=waiver_of(accept or [], author, reason, os.environ),
            is_notifying=True,
            is_sending=is_sending,
            is_reporting=is_reporting,
            is_adopting=is_adopting,
        )
        summary, sending = with_approval(partial(_showing_findings, read, partial(_run, read)), options)
        show_month(read, summary, is_waiting=not options.is_sending)
        missing = _report(read, when) if options.is_reporting else []
        return summary.with_warnings(missing), sending


@flow(name="backfill", flow_run_name="backfill from {first}", persist_result=False, **_ENDINGS)
def backfill(
    first: MonthText,
    reason: Text,
    last: MonthText | None = None,
    project: Text | None = None,
    is_forced: bool = False,
    is_cascading: bool = True,
    accept: list[Text] | None = None,
    author: Text | None = None,
    known_at: Day | None = None,
    is_told: bool = False,
) -> BackfillSummary:
    """Compute a range of months, oldest first, and the later months that follow from them.

    Args:
        first: The first month.
        reason: Why; kept with every month.
        last: The last month; without it the last one that had ended when the run was scheduled to begin.
        project: The project's folder; without it RETIER_PROJECT.
        is_forced: Whether months are computed that are up to date.
        is_cascading: Whether later months that become stale follow.
        accept: Broken checks that are waived.
        author: Who waives them.
        known_at: Use only what was known by the end of this day.
        is_told: Whether changes go into the outbox; without it nobody is notified.

    Returns:
        The outcome.

    Raises:
        DataQualityError: If a gate stopped a month and nobody waived the check; the months before it are published.
        RetierError: If anything else is wrong; likewise.
    """
    with run_events():
        read, until = _project(project), known_until(known_at, now())
        options = RunOptions(
            first=month_known(first, known_at, until),
            last=month_of_run(last, known_at),
            known_until=until,
            known_at=known_at,
            command=caller().command,
            started_as="flow" if caller().is_schedule else "backfill",
            reason=reason,
            waiver=waiver_of(accept or [], author, reason, os.environ),
            is_notifying=is_told,
            is_forced=is_forced,
            is_cascading=is_cascading,
        )
        summary = with_approval(partial(_showing_findings, read, partial(_backfill, read)), options)
        for warning in summary.warnings:
            get_run_logger().warning(warning)
        return summary


@flow(name="notify", flow_run_name=partial(name_as_asked, "notify"), persist_result=False)
def notify(
    month: MonthText | None = None,
    project: Text | None = None,
    is_retrying: bool = False,
    is_asking: bool = False,
) -> Sending:
    """Send the messages that wait in the outbox.

    Args:
        month: Only messages about this month.
        project: The project's folder; without it RETIER_PROJECT.
        is_retrying: Whether failed messages are retried at once.
        is_asking: Whether a person is asked to release messages that are held after a surge of changes.

    Returns:
        The outcome of the messages.

    Raises:
        RetierError: If messages could not be sent: they wait, or are dead.
    """
    with run_events():
        read, when = _project(project), Month.parse(month) if month else None

        def sent(before: Callable[[], object] | None) -> Sending:
            if before is not None:
                with writing(read, "notify"):
                    before()
            return send(read, when)

        sending = sent(partial(retry_failed, read, when) if is_retrying else None)
        if sending.held and is_asking:
            held = pluralize(sending.held, "message is", "messages are")
            why = f"{held} held: {sending.held_because or 'somebody held them'}"
            approval = ask(why, "sends them", ["held messages", month or ""])
            if approval is not None:
                sending = sent(partial(release_held, read, when, approval.author, approval.reason))
        _refuse_unsent(sending)
        return sending


def _project(folder: str | None) -> Project:
    return load_project(Path(folder) if folder else None, os.environ)


def _run(project: Project, options: RunOptions) -> tuple[RunSummary, Sending | None]:
    with writing(project, "run"):
        summary = run_month(project, options, caller().progress, stages_of=_tasks(project))
    return summary, _sent(project) if options.is_sending else None


def _backfill(project: Project, options: RunOptions) -> BackfillSummary:
    progress = BackfillProgress(caller().progress, f"{options.first} to {options.last}")
    show = partial(show_month, project, is_waiting=options.is_notifying)
    with writing(project, "backfill") as writer:
        return backfill_range(project, options, progress, writer, show, _tasks(project))


def _report(project: Project, month: Month) -> list[str]:
    """Write the report; one that cannot be written is warned of, since the month is published."""
    remedy = f"retier report --month {month} writes it"
    missing = write_or_warn(partial(report, project, month), f"the report of {month} is missing", remedy)
    for warning in missing:
        get_run_logger().warning(warning)
    return missing


def _tasks(project: Project) -> StagesOf:
    return partial(TaskStages, warehouse=project.settings.warehouse)


def _showing_findings(project: Project, work: Callable[[RunOptions], Result], options: RunOptions) -> Result:
    """Show what a gate found before anybody is asked about it."""
    try:
        return work(options)
    except FailedChecksError as stop:
        show_findings(project, stop.month)
        raise


def _sent(project: Project) -> Sending | None:
    """Send what is due; a message that cannot be sent waits, and does not fail the run."""
    try:
        return send(project) if project.settings.channels else None
    except (RetierError, OSError) as error:
        caller().warn(f"messages wait in the outbox: {error}")
        return None


def _refuse_unsent(sending: Sending) -> None:
    """Fail a run that left messages unsent, so that somebody looks.

    Raises:
        RetierError: If there are any.
    """
    unsent = [outcome for outcome in sending.outcomes if outcome.status != "sent"]
    if unsent:
        first = unsent[0]
        raise RetierError(
            f"{len(unsent):,} of {pluralize(len(sending.outcomes), 'message')} could not be sent; the first error, of "
            f"channel {first.channel!r}: {first.error}; fix the channel, then run notify with is_retrying"
        )
