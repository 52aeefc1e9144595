"""One month, end to end: the table of contents of a run."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

import polars as pl

from expectations.finding import Acceptance
from expectations.gate import refuse_broken
from flows.clock import now
from flows.progress import Progress
from flows.settings import Project
from flows.steps.data_docs import write_index, write_run
from flows.steps.extract import Extract, extract_of
from flows.steps.features import make_features
from flows.steps.judge_results import Results, judge_results
from flows.steps.judge_sources import judge_sources
from flows.steps.judgement import Judgement, Memory
from flows.steps.opened import open_project
from flows.steps.publish import Request, publish_month, record_stop
from flows.steps.published import Published, read_published
from flows.steps.scores import make_scores
from flows.steps.tiers import Identity, make_changes, make_tiers, with_final_stage
from flows.summary import RunSummary
from sql.facts import FactStore
from transforms.errors import DataQualityError
from transforms.month import Month

_STAGES = 9


def run_month(
    project: Project,
    month: Month,
    *,
    known_until: datetime,
    progress: Progress,
    command: str,
    reason: str | None = None,
    acceptance: Acceptance | None = None,
    memory: Memory | None = None,
) -> RunSummary:
    """Compute a month's tiers and publish them.

    Args:
        project: The project.
        month: The month.
        known_until: The knowledge cut-off: rows that became known later are not used.
        progress: Who is told what goes on.
        command: The command that started the run, for the record.
        reason: Why it was started, in a person's words.
        acceptance: The broken checks that a person lets pass.
        memory: What was judged for other months in this process; None begins a new one.

    Returns:
        What came of it.

    Raises:
        DataQualityError: If a gate stopped the month; the run, its checks and the rows held back are recorded.
        WrongUseError: If a check is to be let pass that there is not.
        RetierError: If anything else is wrong; nothing has been published then.
    """
    started_at = now()
    policy = project.policies.policy_for(month)
    acceptance, memory = acceptance or Acceptance(), memory or Memory()
    progress.begin(f"Tiers of {month}", _STAGES)

    progress.step("reading what is published")
    before = read_published(project, month, policy.label)
    identity = Identity(month, _run_id(month), before.revision)
    request = Request(project, policy, identity, command, reason, started_at, known_until)

    progress.step("reading sources")
    opened = open_project(project, month)

    progress.step("judging sources")
    judgement = judge_sources(opened, project, policy, month, before, memory)
    judgement = judgement.let_pass(acceptance)
    _pass_gate(request, judgement)

    extract = extract_of(opened, month, known_until, project.settings.tier_at).with_stale(judgement.stale)
    frames = _compute(request, before, extract, judgement, progress)

    progress.step("judging results")
    results = Results(month, frames, before, extract, project.settings.currency)
    judgement = judgement.and_then(judge_results(results, policy)).let_pass(acceptance)
    acceptance.refuse_unknown(judgement.findings)
    _pass_gate(request, judgement)

    progress.step("publishing")
    summary = _publish(request, extract, before, frames, judgement)

    progress.step("writing Data Docs")
    write_index(project)
    progress.end()
    return summary


def _compute(
    request: Request, before: Published, extract: Extract, judgement: Judgement, progress: Progress
) -> dict[str, pl.DataFrame]:
    """Compute the tables of the month from its sources and the published months before it."""
    project, policy, identity = request.project, request.policy, request.identity
    store, currency = FactStore(project.facts), project.settings.currency

    progress.step("facts and metrics")
    features = make_features(extract, store, policy, identity.month, currency, judgement.stale)

    progress.step("scores")
    scores = make_scores(features, before, policy, extract.configured, extract.stale)

    progress.step("tiers")
    policies = (policy, project.policies.former_policy_for(identity.month))
    tiers = make_tiers(features, scores, before, policies, extract, identity)
    changes = make_changes(project, tiers, scores, before, policy, extract, identity)
    return {
        "account_features": features,
        "account_scores": with_final_stage(scores, tiers),
        "score_contributions_wide": scores.wide,
        "account_tiers": tiers,
        "tier_changes": changes,
    }


def _pass_gate(request: Request, judgement: Judgement) -> None:
    """Stop at broken checks: what was found is recorded and shown, and nothing else changes."""
    month, run_id = request.identity.month, request.identity.run_id
    try:
        refuse_broken(judgement.findings, month)
    except DataQualityError as error:
        write_run(request.project, judgement, run_id, month, "stopped", now())
        record_stop(request, judgement, str(error))
        write_index(request.project)
        raise


def _publish(
    request: Request, extract: Extract, before: Published, frames: Mapping[str, pl.DataFrame], judgement: Judgement
) -> RunSummary:
    """Publish with the pages already there, so that whatever is published can be looked up."""
    write_run(request.project, judgement, request.identity.run_id, request.identity.month, "passed", now())
    return publish_month(request, extract, before, frames, judgement)


def _run_id(month: Month) -> str:
    """A name that no other run has, on any machine."""
    return f"{month}-{uuid.uuid4().hex[:12]}"
