"""A backfill, end to end: plan, facts, the fold over the months, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from flows.backfill.facts import Piece, facts_ahead, pieces_to_read
from flows.backfill.plan import BackfillPlan, make_plan
from flows.checks.data_docs import runs_listed
from flows.progress import Part, Progress
from flows.request.options import RunOptions
from flows.run_month import publish_one
from flows.session import Session
from flows.settings import Project
from flows.stages import Stages, StagesOf
from flows.summary import RunSummary
from flows.transactions import again_if_gone, read_in_transaction, write_in_transaction
from sql.chain import stale_months
from sql.runs import renew_inputs
from sql.state import last_run_by_month
from sql.writer import Writer
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class BackfillSummary:
    """The outcome of a backfill.

    Attributes:
        months: The outcome of each month that was computed, oldest first.
        up_to_date: The months of the range that needed nothing.
        stale_months: Published months that are stale now.
        notifications: How many messages that were due afterwards ended in each status; empty where none were due.
    """

    months: tuple[RunSummary, ...]
    up_to_date: tuple[Month, ...]
    stale_months: tuple[Month, ...]
    notifications: Mapping[str, int] = field(default_factory=dict)


def plan_backfill(project: Project, options: RunOptions) -> tuple[BackfillPlan, list[Piece]]:
    """Return what a backfill would do, and which rows it would read; nothing that is published changes.

    Raises:
        WrongUseError: If the range would leave a gap between published months.
        RetierError: If the sources or the warehouse cannot be read.
    """
    session = Session(project, is_forced=options.is_forced)
    plan = plan_of(session, options)
    return plan, pieces_to_read(session, plan.possible, options.known_until)


def backfill(
    project: Project,
    options: RunOptions,
    progress: Progress,
    writer: Writer,
    on_month: Callable[[RunSummary], None] = lambda _: None,
    stages_of: StagesOf = Stages,
) -> BackfillSummary:
    """Compute and publish the months of a range that are needed, oldest first, and the months that follow from them.

    Each month is published by itself: it stays published, even if a later month fails.

    Args:
        project: The project.
        options: The options of the run; its reason is kept with each month.
        progress: Where progress is shown.
        writer: The right to write to the warehouse.
        on_month: Called with each month when it is published or found unchanged.
        stages_of: Makes what runs the stages of a month.

    Raises:
        DataQualityError: If a gate stopped a month; those before it are published.
        BusyError: If another process took over the right to write.
        RetierError: If anything else is wrong.
    """
    session = Session(project, is_forced=options.is_forced)
    plan = plan_of(session, options)
    _renew_records(project, plan)
    summaries: list[RunSummary] = []
    progress.begin("Months", len(plan.possible))
    # Runs are listed even where nothing was computed: a former process may have died before it listed its own.
    reading = session.translate_replaced()
    with runs_listed(project), reading, facts_ahead(session, plan.possible, options.known_until) as facts:
        for month in _needed_now(session, plan):
            progress.note(f"{month}: facts")
            facts.wait_for(month)
            again_if_gone(writer.renew)
            summaries.append(publish_one(session, month, options, Part(progress, str(month)), stages_of))
            on_month(summaries[-1])
            progress.advance(str(month), sum(summaries[-1].rows_read.values()))
    progress.end()
    computed = {summary.month for summary in summaries}
    return BackfillSummary(
        months=tuple(summaries),
        up_to_date=tuple(planned.month for planned in plan.months if planned.month not in computed),
        stale_months=tuple(_stale(project)),
    )


def plan_of(session: Session, options: RunOptions) -> BackfillPlan:
    """Make the plan of a backfill.

    Raises:
        As :func:`flows.backfill.plan.make_plan`.
    """
    with session.translate_replaced():
        return make_plan(
            session,
            options.first,
            options.last,
            known_until=options.known_until,
            is_forced=options.is_forced,
            is_cascading=options.is_cascading,
        )


def _renew_records(project: Project, plan: BackfillPlan) -> None:
    """Update the records of up-to-date months to today's fingerprints, so that the next plan need not compare again."""
    renewals = [planned.renewal for planned in plan.months if planned.renewal is not None]
    if not renewals:
        return

    def renew(connection: Connection) -> None:
        for one in renewals:
            inputs = one.inputs
            renew_inputs(connection, one.run_id, inputs.fingerprint, inputs.sources, inputs.definitions)

    write_in_transaction(project, renew)


def _needed_now(session: Session, plan: BackfillPlan) -> Iterator[Month]:
    """Walk over the months to be computed: the needed ones, and those that have become stale by then."""
    for planned in plan.months:
        if planned.is_needed or planned.month in _stale(session.project):
            yield planned.month
    for month in plan.cascade:
        if month in _stale(session.project):
            yield month


def _stale(project: Project) -> list[Month]:
    runs = read_in_transaction(project, last_run_by_month)
    return [] if runs is None else stale_months(runs)
