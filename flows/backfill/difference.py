"""What a backfill would change: its months are computed, compared with what is published, and discarded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from flows.backfill.backfill import plan_of
from flows.backfill.draft import DraftState
from flows.backfill.facts import facts_ahead
from flows.backfill.plan import BackfillPlan
from flows.checks.judgement import Judgement
from flows.clock import now
from flows.compute_month import Computed, compute_month
from flows.progress import Part, Progress
from flows.request.context import RunContext
from flows.request.options import RunOptions
from flows.session import Session
from flows.settings import Project
from flows.stages import Stages
from flows.transactions import read_in_transaction
from sql.fingerprint import is_same_result
from sql.state import last_run_by_month, published_result
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

    plan: BackfillPlan
    months: dict[Month, Comparison]
    stopped: dict[Month, tuple[str, ...]]
    restated: tuple[Month, ...]


def backfill_difference(project: Project, options: RunOptions, progress: Progress) -> Difference:
    """Compute what a backfill would, from the first needed month on, and compare; nothing is published.

    Raises:
        RetierError: If anything is wrong. A check that would stop a month stops nothing here, but is reported.
    """
    session, state = Session(project), DraftState(project)
    plan = plan_of(session, options)
    months = plan.possible
    progress.begin("Months", len(months))
    found: dict[Month, Comparison] = {}
    stopped: dict[Month, tuple[str, ...]] = {}
    published = _published_results(project)
    restated: list[Month] = []
    with session.translate_replaced(), facts_ahead(session, months, options.known_until) as facts:
        for month in months:
            facts.wait_for(month)
            computed = _compute(session, state, month, options, Part(progress, str(month)))
            found[month] = compare(computed.before.superseded, computed.frames["account_tiers"])
            broken = tuple(one.check for one in computed.judgement.findings if one.is_stopping)
            if broken:
                stopped[month] = broken
            if month in published and not _is_published(project, month, computed, published[month]):
                restated.append(month)
            progress.advance(str(month), 0)
    progress.end()
    return Difference(plan, found, stopped, tuple(restated))


def _is_published(project: Project, month: Month, computed: Computed, recorded: str) -> bool:
    def published() -> dict[str, pl.DataFrame]:
        found = read_in_transaction(project, partial(published_result, month=month))
        assert found is not None, "a month that is published has rows"
        return found

    return is_same_result(computed.frames, recorded, published)


def _published_results(project: Project) -> dict[Month, str]:
    runs = read_in_transaction(project, last_run_by_month)
    if runs is None:
        return {}
    return {Month.of(day): result for day, result in runs.select("month", "result_fingerprint").iter_rows()}


def _compute(session: Session, state: DraftState, month: Month, options: RunOptions, progress: Progress) -> Computed:
    project = session.project
    policy = project.policies.policy_for(month)
    before = state.before(month, policy.label)
    context = RunContext(
        options=options,
        project=project,
        policy=policy,
        month=month,
        run_id=_RUN_ID,
        revision=before.revision,
        started_at=now(),
    )
    computed = compute_month(context, state, before, session, Stages(progress, month), _stop_nothing)
    state.add(month, computed, policy)
    return computed


def _stop_nothing(judgement: Judgement) -> None:
    """Let the month go on: the checks that would stop it are reported with what it would change."""
