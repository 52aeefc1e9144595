"""What a backfill would change: computed as it would be, compared with what is published, and thrown away."""

from __future__ import annotations

from dataclasses import dataclass

from flows.backfill.backfill import Range
from flows.backfill.draft import DraftState
from flows.backfill.facts import facts_ahead
from flows.backfill.plan import Plan, make_plan
from flows.clock import now
from flows.compute_month import compute_month
from flows.progress import Part, Progress
from flows.run_month import Order
from flows.session import Session
from flows.settings import Project
from flows.steps.judgement import Judgement
from flows.steps.request import Request
from flows.steps.tiers import Identity
from transforms.month import Month
from transforms.tiers.comparison import Comparison, compare

_RUN_ID = "not published"


@dataclass(frozen=True, slots=True)
class Difference:
    """What would change.

    Attributes:
        plan: Which months are needed, and why.
        months: The tiers of each computed month beside those that are published, by month.
        stopped: The checks that would stop a month, by month; months without any are left out.
    """

    plan: Plan
    months: dict[Month, Comparison]
    stopped: dict[Month, tuple[str, ...]]


def backfill_difference(project: Project, wanted: Range, order: Order, progress: Progress) -> Difference:
    """Compute what a backfill would, from the first needed month on, and compare; nothing is published.

    Raises:
        RetierError: If anything is wrong. A check that would stop a month stops nothing here, but is told.
    """
    session, state = Session(project), DraftState(project)
    plan = make_plan(
        session,
        wanted.first,
        wanted.last,
        known_until=order.known_until,
        is_forced=wanted.is_forced,
        is_cascading=wanted.is_cascading,
    )
    months = plan.possible
    progress.begin("Months", len(months))
    found: dict[Month, Comparison] = {}
    stopped: dict[Month, tuple[str, ...]] = {}
    with facts_ahead(session, months, order.known_until) as facts:
        for month in months:
            facts.wait_for(month)
            found[month], broken = _compare(session, state, month, order, Part(progress, str(month)))
            if broken:
                stopped[month] = broken
            progress.advance(str(month), 0)
    progress.end()
    return Difference(plan, found, stopped)


def _compare(
    session: Session, state: DraftState, month: Month, order: Order, progress: Progress
) -> tuple[Comparison, tuple[str, ...]]:
    project = session.project
    policy = project.policies.policy_for(month)
    before = state.before(month, policy.label)
    identity = Identity(month, _RUN_ID, before.revision)
    request = Request(
        project, policy, identity, order.command, order.reason, now(), order.known_until, order.acceptance
    )
    computed = compute_month(request, state, before, session, progress, _let_everything_pass)
    state.add(month, computed, policy)
    broken = tuple(found.check for found in computed.judgement.findings if found.stops)
    return compare(before.superseded, computed.frames["account_tiers"]), broken


def _let_everything_pass(judgement: Judgement) -> None:
    """Stop nothing: what would have stopped the month is told beside what it would have changed."""
