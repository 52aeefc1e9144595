"""Publish a month, or record why a gate stopped it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl

from expectations.bad_rows import as_published as quarantine
from expectations.finding import as_published as check_results
from flows.checks.data_docs import docs_of
from flows.checks.judgement import Judgement
from flows.clock import now
from flows.compute_month import Computed
from flows.request.context import RunContext
from flows.session import Session
from flows.settings import Project
from flows.staleness.month_inputs import inputs_of
from flows.steps.outbox import outbox_frames
from flows.summary import RunSummary
from flows.transactions import write_in_transaction
from flows.version import retier_version
from sql.publish import publish
from sql.runs import Evidence, Run, record_run
from transforms.contracts import PUBLISHED
from transforms.contracts.model import TIERS, TIMESTAMP
from transforms.policy import Policy


def publish_month(context: RunContext, computed: Computed, session: Session) -> RunSummary:
    """Publish a computed month, with the findings of its checks and the quarantined rows.

    Raises:
        BusyError: If another process holds the warehouse, or published what this month rests on meanwhile.
        RetierError: If it cannot be written; it is then as it was.
    """
    judgement, frames = computed.judgement, computed.frames
    tiers = frames["account_tiers"]
    run = _run(context, judgement, accounts_in_scope=tiers.height, **_fingerprints(context, computed, session))
    run = _with_adoption(run, computed.before.adopted)
    evidence = _evidence(context, run, judgement)
    every = {**frames, **policy_frames(context.project, context.policy), **outbox_frames(context, computed)}
    publication = write_in_transaction(context.project, lambda connection: publish(connection, run, every, evidence))
    return RunSummary(
        month=context.month,
        status=publication.status,
        revision=publication.revision,
        run_id=run.run_id,
        policy_version=context.policy.label,
        accounts=tiers.height,
        tiers=_counted(tiers, "tier", reversed(TIERS)),
        movements=_counted(frames["tier_changes"], "kind", PUBLISHED["tier_changes"].field("kind").column.allowed),
        warnings=tuple(run.warnings),
        rows_read=run.rows_read,
        rows_quarantined=run.rows_quarantined,
        data_docs=str(docs_of(context.project, run.run_id)),
    )


def record_stop(context: RunContext, judgement: Judgement, error: str) -> None:
    """Record a run that a gate stopped, with the findings of its checks; nothing that is published changes.

    Raises:
        BusyError: If another process holds the warehouse.
        RetierError: If it cannot be written; it is then as it was.
    """
    run = _run(context, judgement)
    evidence = _evidence(context, run, judgement)
    write_in_transaction(
        context.project, lambda connection: record_run(connection, run, "stopped", error=error, evidence=evidence)
    )


def _fingerprints(context: RunContext, computed: Computed, session: Session) -> dict[str, Any]:
    """Return the fingerprints of what the month was computed from, so that a plan can say why it is stale."""
    before = computed.before
    parts = inputs_of(computed.snapshot, context.project, context.policy, session.store)
    return {
        "input_fingerprint": parts.fingerprint,
        "policy_fingerprint": parts.policy,
        "source_fingerprints": parts.sources,
        "definition_fingerprints": parts.definitions,
        "previous_fingerprint": before.previous_fingerprint,
        "history_fingerprint": before.history_fingerprint,
    }


def _run(context: RunContext, judgement: Judgement, **found: Any) -> Run:
    """Make the record of the month's run.

    Args:
        context: The month of the run.
        judgement: The findings of its checks.
        found: What only a month that was computed to its end can say.
    """
    return Run(
        run_id=context.run_id,
        month=context.month,
        command=context.options.command,
        reason=context.options.reason,
        started_at=context.started_at,
        finished_at=now(),
        policy_version=context.policy.label,
        retier_version=retier_version(),
        currency=context.currency,
        known_until=context.options.known_until,
        rows_read=judgement.rows_read,
        rows_accepted=judgement.rows_accepted,
        rows_quarantined=judgement.rows_held,
        warnings=judgement.warnings,
        **found,
    )


def _with_adoption(run: Run, adopted: str | None) -> Run:
    """Record for good that a month started from what other rules published."""
    if adopted is None:
        return run
    reason = adopted if run.reason is None else f"{run.reason}; {adopted}"
    return replace(run, reason=reason, warnings=[*run.warnings, adopted])


def _evidence(context: RunContext, run: Run, judgement: Judgement) -> Evidence:
    kept = timedelta(days=context.policy.quality.quarantine_kept_days)
    held = list(judgement.held.values())
    return Evidence(
        check_results=check_results(judgement.findings, run.run_id, run.month),
        quarantine=quarantine(held, run.run_id, run.month, pl.lit(run.finished_at, TIMESTAMP)),
        kept_since=run.finished_at - kept,
    )


def policy_frames(project: Project, policy: Policy) -> dict[str, pl.DataFrame]:
    """Return the policy in force as rows of ``policies`` and ``policy_components``."""
    components = [
        {
            "policy_version": policy.label,
            "position": position,
            "pillar": pillar,
            "component": name,
            "metric": component.metric,
            "weight": component.weight,
            "is_actionable": component.is_actionable,
        }
        for position, (pillar, name, component) in enumerate(policy.pillars.components(), start=1)
    ]
    version = {
        "policy_version": policy.label,
        "effective_month": policy.effective_month.first_day,
        "content": project.policy_text(policy),
        "reason": policy.reason,
    }
    return {
        "policies": pl.DataFrame([version], schema=PUBLISHED["policies"].schema),
        "policy_components": pl.DataFrame(components, schema=PUBLISHED["policy_components"].schema),
    }


def _counted(frame: pl.DataFrame, column: str, values: Iterable[str]) -> dict[str, int]:
    counts = dict(frame[column].value_counts().iter_rows())
    return {value: int(counts.get(value, 0)) for value in values}
