"""What a month comes to, before anybody decides whether it is published: the table of contents of the computation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from expectations.finding import Waiver
from flows.checks.judgement import Judgement
from flows.checks.results import Results, judge_results
from flows.checks.sources import judge_sources
from flows.inputs.features import make_features, month_inputs
from flows.inputs.session import Session
from flows.inputs.snapshot import Extract, extract_of
from flows.request.month_request import Request
from flows.stages import StageIO, Stages
from flows.steps.engagement import make_actions, make_plan
from flows.steps.published import Published, State
from flows.steps.scores import make_scores
from flows.steps.segments import make_segments
from flows.steps.tiers import make_changes, make_tiers, with_final_stage, with_owners
from transforms.pillars import MonthInputs

STAGES = 9


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed month.

    Attributes:
        frames: The tables of the month, by name.
        extract: What it was computed from.
        before: The state that it started from.
        judgement: What was judged on the way.
    """

    frames: dict[str, pl.DataFrame]
    extract: Extract
    before: Published
    judgement: Judgement


def compute_month(
    request: Request,
    state: State,
    before: Published,
    session: Session,
    stages: Stages,
    gate: Callable[[Judgement], None],
) -> Computed:
    """Compute a month from its sources and the months before it, and judge both what goes in and what comes out.

    Args:
        request: What was asked for.
        state: Where the months before are found.
        before: What ``state`` says of them.
        session: What this process has opened and judged already.
        stages: How its stages are done.
        gate: Is given what was judged so far, and stops the month at broken checks.

    Raises:
        DataQualityError: If a gate stopped the month.
        WrongUseError: If a check is to be let pass that there is not.
        RetierError: If anything else is wrong.
    """
    project, policy, month = request.project, request.policy, request.identity.month
    acceptance: Waiver = request.acceptance

    def judged_sources() -> Judgement:
        judgement = judge_sources(opened, session, policy, month, before).waive(acceptance)
        gate(judgement)
        return judgement

    def judged_results() -> Judgement:
        results = Results(month, frames, before, extract, project.settings.currency)
        judgement = sources.and_then(judge_results(results, policy)).waive(acceptance)
        acceptance.refuse_unknown(judgement.findings)
        gate(judgement)
        return judgement

    opened = stages.do("reading sources", lambda: session.open([month]), StageIO.reading)
    sources = stages.do("judging sources", judged_sources, StageIO.reading)
    extract = extract_of(opened, month, request.known_until, project.settings.tier_at).with_stale(sources.stale)
    frames = _tables(request, state, before, extract, session, stages)
    judgement = stages.do("judging results", judged_results)
    return Computed(frames, extract, before, judgement)


def _tables(
    request: Request, state: State, before: Published, extract: Extract, session: Session, stages: Stages
) -> dict[str, pl.DataFrame]:
    project, policy, identity = request.project, request.policy, request.identity
    currency = project.settings.currency
    policies = (policy, project.policies.former_policy_for(identity.month))

    def measured() -> tuple[MonthInputs, pl.DataFrame]:
        inputs = month_inputs(extract, session.store, policy, identity.month, currency)
        return inputs, make_features(inputs, policy, extract.configured)

    def tiered() -> tuple[pl.DataFrame, pl.DataFrame]:
        tiers = make_tiers(features, scores, before, policies, extract, identity)
        return tiers, with_final_stage(scores, tiers)

    inputs, features = stages.do("facts and metrics", measured, StageIO.reading)
    scores = stages.do("scores", lambda: make_scores(features, before, policy, extract.configured, extract.stale))
    tiers, final_scores = stages.do("tiers", tiered)
    segments = stages.do("segments", lambda: make_segments(features, final_scores, inputs, extract, policy, currency))
    plan = stages.do("plan and owners", lambda: make_plan(features, final_scores, tiers, before, extract, policy))
    owned = with_owners(tiers, plan.table)
    actions, changes = stages.do(
        "actions and changes",
        lambda: (
            make_actions(plan, segments, inputs, before, extract, policy, currency),
            make_changes(state, owned, scores, before, policy, extract, identity),
        ),
    )
    return {
        "account_features": features,
        "account_scores": final_scores,
        "score_contributions_wide": scores.wide,
        "account_tiers": owned,
        "tier_changes": changes,
        "account_segments": segments,
        "engagement_plan": plan.table,
        "engagement_actions": actions,
        "team_load": plan.load,
    }
