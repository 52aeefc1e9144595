"""One month, end to end: the table of contents of a run."""

from __future__ import annotations

import uuid
from datetime import datetime

import polars as pl

from flows.clock import now
from flows.progress import Progress
from flows.settings import Project
from flows.steps.extract import read_sources
from flows.steps.features import make_features
from flows.steps.freshness import freshness_of
from flows.steps.publish import Request, publish_month
from flows.steps.published import read_published
from flows.steps.scores import make_scores
from flows.steps.tiers import Identity, make_changes, make_tiers, with_final_stage
from flows.summary import RunSummary
from sql.facts import FactStore
from transforms.month import Month

_STAGES = 7


def run_month(
    project: Project,
    month: Month,
    *,
    known_until: datetime,
    progress: Progress,
    command: str,
    reason: str | None = None,
) -> RunSummary:
    """Compute a month's tiers and publish them.

    Args:
        project: The project.
        month: The month.
        known_until: The knowledge cut-off: rows that became known later are not used.
        progress: Who is told what goes on.
        command: The command that started the run, for the record.
        reason: Why it was started, in a person's words.

    Returns:
        What came of it.

    Raises:
        RetierError: If anything is wrong; nothing has been published then.
    """
    started_at = now()
    policy = project.policies.policy_for(month)
    store = FactStore(project.facts)
    progress.begin(f"Tiers of {month}", _STAGES)

    progress.step("reading what is published")
    before = read_published(project, month, policy.label)
    identity = Identity(month, _run_id(month), before.revision)

    progress.step("reading sources")
    extract = read_sources(project, month, known_until)

    progress.step("looking how fresh they are")
    freshness, warnings = freshness_of(extract, policy, month)
    extract = extract.with_stale(frozenset(source for source, is_stale in freshness.items() if is_stale))

    progress.step("facts and metrics")
    features = make_features(extract, store, policy, month, project.settings.currency, freshness)

    progress.step("scores")
    scores = make_scores(features, before, policy, extract.configured, extract.stale)

    progress.step("tiers")
    policies = (policy, project.policies.former_policy_for(month))
    tiers = make_tiers(features, scores, before, policies, extract, identity)
    changes = make_changes(project, tiers, scores, before, policy, extract, identity)

    progress.step("publishing")
    frames: dict[str, pl.DataFrame] = {
        "account_features": features,
        "account_scores": with_final_stage(scores, tiers),
        "score_contributions_wide": scores.wide,
        "account_tiers": tiers,
        "tier_changes": changes,
    }
    request = Request(project, identity, command, reason, started_at, known_until)
    summary = publish_month(request, policy, extract, before, frames, warnings)
    progress.end()
    return summary


def _run_id(month: Month) -> str:
    """A name that no other run has, on any machine."""
    return f"{month}-{uuid.uuid4().hex[:12]}"
