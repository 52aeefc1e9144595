"""The computation of a month, up to publishing: its table of contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from flows.checks.judgement import Judgement
from flows.checks.results import Results, judge_results
from flows.checks.sources import judge_sources
from flows.inputs.features import make_features, month_inputs
from flows.inputs.published import Published, State
from flows.inputs.snapshot import Snapshot, snapshot_of
from flows.request.context import RunContext
from flows.session import Session
from flows.stages import Stage, Stages
from flows.steps.engagement import make_engagement, make_plan
from flows.steps.risks import make_risks, with_next_actions
from flows.steps.scores import make_scores
from flows.steps.segments import make_segments
from flows.steps.tiers import make_changes, make_tiers, with_final_stage, with_owners
from transforms.pillars import MonthInputs


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed month.

    Attributes:
        frames: The tables of the month, by name.
        snapshot: What it was computed from.
        before: The state that it started from.
        judgement: The findings about its sources and its results.
    """

    frames: dict[str, pl.DataFrame]
    snapshot: Snapshot
    before: Published
    judgement: Judgement


def compute_month(
    context: RunContext,
    state: State,
    before: Published,
    session: Session,
    stages: Stages,
    gate: Callable[[Judgement], None],
) -> Computed:
    """Compute a month from its sources and the months before it, and judge both its sources and its results.

    Args:
        context: The month of the run.
        state: Where the state of the months before is found.
        before: The state that the month starts from.
        session: What this process has opened and judged already.
        stages: How its stages are run.
        gate: Called with the findings so far; stops the month at failed checks.

    Raises:
        DataQualityError: If a gate stopped the month.
        WrongUseError: If a check is waived that does not exist.
        RetierError: If anything else is wrong.
    """
    policy, month, waiver = context.policy, context.month, context.waiver

    def judged_sources() -> Judgement:
        judgement = judge_sources(opened, session, policy, month, before).waive(waiver)
        # Before the gate, which would otherwise report the checks that could not read their rows.
        session.refuse_replaced(month)
        gate(judgement)
        return judgement

    def judged_results() -> Judgement:
        history = state.history(month, policy)
        results = Results(month, frames, inputs, before, history, snapshot, context.currency)
        judgement = sources.and_then(judge_results(results, policy)).waive(waiver)
        waiver.refuse_unknown(judgement.findings)
        gate(judgement)
        return judgement

    opened = stages.do(Stage.sources, lambda: session.open([month]))
    sources = stages.do(Stage.judged_sources, judged_sources)
    known_until, tier_at = context.options.known_until, context.project.settings.tier_at
    snapshot = snapshot_of(opened, month, known_until, tier_at).with_stale(sources.stale)
    frames, inputs = _tables(context, state, before, snapshot, session, stages)
    session.refuse_replaced(month)
    judgement = stages.do(Stage.judged_results, judged_results)
    return Computed(frames, snapshot, before, judgement)


def _tables(
    context: RunContext, state: State, before: Published, snapshot: Snapshot, session: Session, stages: Stages
) -> tuple[dict[str, pl.DataFrame], MonthInputs]:
    policy, currency = context.policy, context.currency

    def measured() -> tuple[MonthInputs, pl.DataFrame]:
        inputs = month_inputs(snapshot, session.store, policy, context.month, currency)
        return inputs, make_features(inputs, policy, snapshot.configured)

    def tiered() -> tuple[pl.DataFrame, pl.DataFrame]:
        tiers = make_tiers(features, scores, before, snapshot, context)
        return tiers, with_final_stage(scores, tiers)

    inputs, features = stages.do(Stage.features, measured)
    scores = stages.do(Stage.scores, lambda: make_scores(features, before, policy, snapshot.configured, snapshot.stale))
    tiers, final_scores = stages.do(Stage.tiers, tiered)
    segments = stages.do(Stage.segments, lambda: make_segments(features, tiers, inputs, snapshot, policy, currency))
    plan = stages.do(Stage.plan, lambda: make_plan(features, final_scores, tiers, before, snapshot, policy))
    owned = with_owners(tiers, plan.accounts)
    risks = make_risks(features, final_scores, owned, before, context)
    scored = {
        "account_features": features,
        "account_scores": final_scores,
        "score_contributions_wide": scores.wide,
        "account_tiers": owned,
    }
    engagement, changes = stages.do(
        Stage.changes,
        lambda: (
            make_engagement(plan, segments, risks, inputs, before, snapshot, context),
            make_changes(state, scored, before, snapshot, context),
        ),
    )
    frames = scored | {
        "tier_changes": changes,
        "account_segments": segments,
        "engagement_plan": plan.table,
        "engagement_actions": engagement.actions,
        "account_risks": with_next_actions(risks, plan.table, engagement.actions),
        "team_load": engagement.load,
    }
    return frames, inputs
