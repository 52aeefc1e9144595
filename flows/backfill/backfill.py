"""A backfill, end to end: plan, facts, the fold over the months, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flows.backfill.facts import Piece, facts_ahead, pieces_to_read
from flows.backfill.plan import Plan, make_plan
from flows.checks.data_docs import runs_listed
from flows.inputs.session import Session
from flows.progress import Part, Progress
from flows.run_month import Order, publish_one
from flows.settings import Project
from flows.summary import RunSummary
from flows.transactions import again_if_gone, read_in_transaction
from sql.chain import stale_months
from sql.state import last_run_by_month
from sql.writer import Writer
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Range:
    """Which months a backfill is asked for, and how far it goes.

    Attributes:
        first: The first month.
        last: The last one.
        is_forced: Whether months are computed that are up to date.
        is_cascading: Whether published months after the range follow; else they stay stale.
    """

    first: Month
    last: Month
    is_forced: bool = False
    is_cascading: bool = True


@dataclass(frozen=True, slots=True)
class BackfillSummary:
    """What a backfill came to.

    Attributes:
        months: What became of each month that was computed, oldest first.
        up_to_date: The months of the range that needed nothing.
        stale_months: Published months that are stale now.
        notifications: What became of the messages that were due after it, by status; empty where none were.
    """

    months: tuple[RunSummary, ...]
    up_to_date: tuple[Month, ...]
    stale_months: tuple[Month, ...]
    notifications: Mapping[str, int] = field(default_factory=dict)


def plan_backfill(project: Project, wanted: Range, known_until: datetime) -> tuple[Plan, list[Piece]]:
    """Say what a backfill would do, and which rows it would read; change nothing that is published.

    Raises:
        WrongUseError: If the range would leave a gap between published months.
        RetierError: If the sources or the warehouse cannot be read.
    """
    session = Session(project)
    plan = plan_of(session, wanted, known_until)
    return plan, pieces_to_read(session, plan.possible, known_until)


def backfill(
    project: Project,
    wanted: Range,
    order: Order,
    progress: Progress,
    writer: Writer,
    on_month: Callable[[RunSummary], None] = lambda _: None,
) -> BackfillSummary:
    """Compute and publish the months of a range that are needed, oldest first, and the months that follow from them.

    Each month is published by itself: what was published stays, whatever becomes of the months after it.

    Args:
        project: The project.
        wanted: The range.
        order: What all its months have in common; its reason is kept with each of them.
        progress: Who is told what goes on.
        writer: The right to write to the warehouse.
        on_month: Is told of each month when it is published or found unchanged.

    Raises:
        DataQualityError: If a gate stopped a month; those before it are published.
        BusyError: If the right to write was lost to somebody else.
        RetierError: If anything else is wrong.
    """
    session = Session(project)
    plan = plan_of(session, wanted, order.known_until)
    summaries: list[RunSummary] = []
    progress.begin("Months", len(plan.possible))
    # Runs are listed also where nothing was computed: a former process may have died before it came to that.
    with runs_listed(project), facts_ahead(session, plan.possible, order.known_until) as facts:
        for month in _needed_now(session, plan):
            progress.note(f"{month}: facts")
            facts.wait_for(month)
            again_if_gone(writer.renew)
            summaries.append(publish_one(session, month, order, Part(progress, str(month))))
            on_month(summaries[-1])
            progress.advance(str(month), sum(summaries[-1].rows_read.values()))
    progress.end()
    computed = {summary.month for summary in summaries}
    return BackfillSummary(
        months=tuple(summaries),
        up_to_date=tuple(planned.month for planned in plan.months if planned.month not in computed),
        stale_months=tuple(_stale(project)),
    )


def plan_of(session: Session, wanted: Range, known_until: datetime) -> Plan:
    """Make the plan of a range.

    Raises:
        As :func:`flows.backfill.plan.make_plan`.
    """
    return make_plan(
        session,
        wanted.first,
        wanted.last,
        known_until=known_until,
        is_forced=wanted.is_forced,
        is_cascading=wanted.is_cascading,
    )


def _needed_now(session: Session, plan: Plan) -> Iterator[Month]:
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
