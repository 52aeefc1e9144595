"""What a backfill would change: computed as it would be, compared with what is published, and thrown away."""

from __future__ import annotations

from dataclasses import dataclass

from flows.backfill.backfill import Range, plan_of
from flows.backfill.draft import DraftState
from flows.backfill.facts import facts_ahead
from flows.backfill.plan import Plan
from flows.checks.judgement import Judgement
from flows.clock import now
from flows.compute_month import Computed, compute_month
from flows.inputs.session import Session
from flows.progress import Part, Progress
from flows.request.month_request import Request
from flows.run_month import Order
from flows.settings import Project
from flows.steps.tiers import Identity
from flows.transactions import read_in_transaction
from sql.fingerprint import fingerprint
from sql.state import last_run_by_month
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
        restated: The published months that would become another revision, for their tiers or anything else.
    """

    plan: Plan
    months: dict[Month, Comparison]
    stopped: dict[Month, tuple[str, ...]]
    restated: tuple[Month, ...]


def backfill_difference(project: Project, wanted: Range, order: Order, progress: Progress) -> Difference:
    """Compute what a backfill would, from the first needed month on, and compare; nothing is published.

    Raises:
        RetierError: If anything is wrong. A check that would stop a month stops nothing here, but is told.
    """
    session, state = Session(project), DraftState(project)
    plan = plan_of(session, wanted, order.known_until)
    months = plan.possible
    progress.begin("Months", len(months))
    found: dict[Month, Comparison] = {}
    stopped: dict[Month, tuple[str, ...]] = {}
    published = _published_results(project)
    restated: list[Month] = []
    with facts_ahead(session, months, order.known_until) as facts:
        for month in months:
            facts.wait_for(month)
            computed = _compute(session, state, month, order, Part(progress, str(month)))
            found[month] = compare(computed.before.superseded, computed.frames["account_tiers"])
            broken = tuple(one.check for one in computed.judgement.findings if one.stops)
            if broken:
                stopped[month] = broken
            if month in published and fingerprint(computed.frames) != published[month]:
                restated.append(month)
            progress.advance(str(month), 0)
    progress.end()
    return Difference(plan, found, stopped, tuple(restated))


def _published_results(project: Project) -> dict[Month, str]:
    runs = read_in_transaction(project, last_run_by_month)
    if runs is None:
        return {}
    return {Month.of(day): result for day, result in runs.select("month", "result_fingerprint").iter_rows()}


def _compute(session: Session, state: DraftState, month: Month, order: Order, progress: Progress) -> Computed:
    project = session.project
    policy = project.policies.policy_for(month)
    before = state.before(month, policy.label)
    identity = Identity(month, _RUN_ID, before.revision)
    request = Request(
        project, policy, identity, order.command, order.reason, now(), order.known_until, order.acceptance
    )
    computed = compute_month(request, state, before, session, order.stages(progress, month), _let_everything_pass)
    state.add(month, computed, policy)
    return computed


def _let_everything_pass(judgement: Judgement) -> None:
    """Stop nothing: what would have stopped the month is told beside what it would have changed."""
