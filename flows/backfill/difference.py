"""What a backfill would change: computed as it would be, compared with what is published, and thrown away."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.gate import refuse_broken
from flows.backfill.backfill import Range
from flows.backfill.draft import DraftState
from flows.backfill.facts import make_all_facts
from flows.backfill.plan import Plan, make_plan
from flows.clock import now
from flows.compute_month import compute_month
from flows.progress import Part, Progress
from flows.run_month import Order
from flows.session import Session
from flows.settings import Project
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
    """

    plan: Plan
    months: dict[Month, Comparison]


def backfill_difference(project: Project, wanted: Range, order: Order, progress: Progress) -> Difference:
    """Compute what a backfill would, from the first needed month on, and compare; nothing is published.

    Raises:
        DataQualityError: If a gate would stop a month.
        RetierError: If anything else is wrong.
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
    make_all_facts(session, months, order.known_until, progress)
    progress.begin("Months", len(months))
    found: dict[Month, Comparison] = {}
    for month in months:
        found[month] = _compare(session, state, month, order, Part(progress, str(month)))
        progress.advance(str(month), 0)
    progress.end()
    return Difference(plan, found)


def _compare(session: Session, state: DraftState, month: Month, order: Order, progress: Progress) -> Comparison:
    project = session.project
    policy = project.policies.policy_for(month)
    before = state.before(month, policy.label)
    identity = Identity(month, _RUN_ID, before.revision)
    request = Request(
        project, policy, identity, order.command, order.reason, now(), order.known_until, order.acceptance
    )
    computed = compute_month(
        request, state, before, session, progress, lambda judged: refuse_broken(judged.findings, month)
    )
    state.add(month, computed, policy)
    return compare(before.superseded, computed.frames["account_tiers"])
