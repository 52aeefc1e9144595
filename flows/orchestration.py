"""The flows that Prefect schedules and tracks: thin over what the commands do."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from prefect import flow

from expectations.finding import Waiver
from expectations.gate import BrokenChecksError
from flows.backfill.backfill import BackfillSummary, Range
from flows.backfill.backfill import backfill as backfill_range
from flows.clock import now
from flows.notify.outbox import release_held, retry_failed
from flows.notify.send import Sending
from flows.progress import Progress
from flows.request.cutoff import known_until, month_known
from flows.request.waivers import acceptance
from flows.run_month import Order, run_month
from flows.settings import Project, load_project
from flows.stages import Stages
from flows.summary import RunSummary
from flows.tracking.approval import Approved, ask, with_approval
from flows.tracking.caller import caller
from flows.tracking.ending import end_quietly
from flows.tracking.events import heard
from flows.tracking.hooks import release_month
from flows.tracking.month import month_of_run, name_as_asked, name_of_run
from flows.tracking.parameters import Day, MonthText, Text
from flows.tracking.tasks import TaskStages
from flows.tracking.telling import report, send, tell_checks, tell_month
from flows.tracking.watching import BackfillProgress
from flows.writing import writing
from transforms.errors import RetierError
from transforms.month import Month

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
) -> tuple[RunSummary, Sending | None]:
    """Compute a month's tiers, publish them, and say so.

    Args:
        month: The month; without it the last one that had ended when the run was scheduled to begin.
        project: The project's folder; without it RETIER_PROJECT.
        accept: Broken checks that are let pass, with an author and a reason.
        author: Who lets them pass.
        reason: Why the run is made, or the checks let pass.
        known_at: Use only what was known by the end of this day.
        is_sending: Whether messages are sent here; without it the automation of the published month has them sent.
        is_reporting: Whether the report is written.

    Returns:
        What came of the month, and of its messages where they were sent here.

    Raises:
        DataQualityError: If a gate stopped the month and nobody let it pass.
        RetierError: If anything else is wrong.
    """
    with heard():
        read, when = _project(project), month_of_run(month, known_at)
        passed = _acceptance(accept, author, reason)

        def publish(approved: Approved) -> tuple[RunSummary, Sending | None]:
            with writing(read, "run"):
                summary = run_month(
                    read,
                    when,
                    known_until=known_until(known_at, now()),
                    progress=caller().progress,
                    command=caller().command,
                    reason=reason,
                    acceptance=approved.get(when, passed),
                    stages=_stages(read),
                )
                return summary, _sent(read) if is_sending else None

        summary, sending = with_approval(partial(_checked, read, publish), passed)
        tell_month(read, summary, is_waiting=not is_sending)
        if is_reporting:
            report(read, when)
        return summary, sending


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
        accept: Broken checks that are let pass.
        author: Who lets them pass.
        known_at: Use only what was known by the end of this day.
        is_told: Whether changes go into the outbox; without it nobody hears of the backfill.

    Returns:
        What came of it.

    Raises:
        DataQualityError: If a gate stopped a month and nobody let it pass; the months before it are published.
        RetierError: If anything else is wrong; likewise.
    """
    with heard():
        read, final = _project(project), month_of_run(last, known_at)
        earliest = month_known(first, known_at, known_until(known_at, now()))
        wanted = Range(earliest, final, is_forced, is_cascading)
        progress = BackfillProgress(caller().progress, f"{earliest} to {final}")
        tell = partial(tell_month, read, is_waiting=is_told)

        passed = _acceptance(accept, author, reason)
        until = known_until(known_at, now())
        order = Order(until, caller().command, reason, passed, is_told=is_told, stages=_stages(read))

        def publish(approved: Approved) -> BackfillSummary:
            with writing(read, "backfill") as writer:
                return backfill_range(read, wanted, replace(order, approved=approved), progress, writer, tell)

        return with_approval(partial(_checked, read, publish), passed)


@flow(name="notify", flow_run_name=partial(name_as_asked, "notify"), persist_result=False)
def notify(
    month: MonthText | None = None,
    project: Text | None = None,
    is_retrying: bool = False,
    is_asking: bool = False,
) -> Sending:
    """Send what waits in the outbox.

    Args:
        month: Only what tells of this month.
        project: The project's folder; without it RETIER_PROJECT.
        is_retrying: Whether what failed is tried again at once.
        is_asking: Whether a person is asked, where a surge of changes holds messages.

    Returns:
        What came of the messages.

    Raises:
        RetierError: If messages could not be sent: they wait, or are dead.
    """
    with heard():
        read, when = _project(project), Month.parse(month) if month else None

        def sent(before: Callable[[], object]) -> Sending:
            with writing(read, "notify"):
                before()
                return send(read, when)

        sending = sent(partial(retry_failed, read, when) if is_retrying else lambda: None)
        if sending.held and is_asking:
            why = f"{sending.held:,} messages are held: {sending.held_because or 'somebody held them'}"
            approval = ask(why, "sends them", ["held messages", month or ""])
            if approval is not None:
                sending = sent(partial(release_held, read, when, approval.author, approval.reason))
        _refuse_unsent(sending)
        return sending


def _project(folder: str | None) -> Project:
    return load_project(Path(folder) if folder else None, os.environ)


def _acceptance(accept: list[str] | None, author: str | None, reason: str | None) -> Waiver:
    return acceptance(accept or [], author, reason, os.environ)


def _stages(project: Project) -> Callable[[Progress, Month], Stages]:
    return partial(TaskStages, warehouse=project.settings.warehouse)


def _checked(project: Project, work: Callable[[Approved], Result], approved: Approved) -> Result:
    """Show what a gate found before anybody is asked about it."""
    try:
        return work(approved)
    except BrokenChecksError as stop:
        tell_checks(project, stop.month)
        raise


def _sent(project: Project) -> Sending | None:
    """Send what is due; what cannot be sent waits, and fails no run."""
    try:
        return send(project) if project.settings.channels else None
    except RetierError as error:
        caller().warn(f"messages wait in the outbox: {error}")
        return None


def _refuse_unsent(sending: Sending) -> None:
    """Make a run fail that left messages behind, so that somebody looks.

    Raises:
        RetierError: If there are any.
    """
    unsent = [outcome for outcome in sending.outcomes if outcome.status != "sent"]
    if unsent:
        first = unsent[0]
        raise RetierError(
            f"{len(unsent):,} of {len(sending.outcomes):,} messages were not sent, the first one, by channel "
            f"{first.channel!r}, because of: {first.error}; fix the channel, then run notify with is_retrying"
        )
