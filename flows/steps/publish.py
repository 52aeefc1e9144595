"""Publish a month, or record why it was stopped: one transaction, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from expectations.finding import as_published as check_results
from expectations.quarantine import as_published as quarantine
from flows.clock import now
from flows.settings import Project
from flows.settings.policy_file import policy_text
from flows.steps.docs_folder import docs_of
from flows.steps.extract import Extract
from flows.steps.judgement import Judgement
from flows.steps.prints import print_of
from flows.steps.published import Published
from flows.steps.tiers import Identity
from flows.summary import RunSummary
from flows.version import retier_version
from flows.warehouse import warehouse_engine
from sql.ddl import create_all
from sql.engine import transaction
from sql.publish import publish
from sql.runs import Evidence, Run, record_run
from transforms.contracts import PUBLISHED
from transforms.contracts.model import TIERS, TIMESTAMP
from transforms.policy import Policy


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: a run as its record tells of it.

    Attributes:
        project: The project.
        policy: The policy in force.
        identity: Month, run and revision.
        command: The command that started the run.
        reason: Why it was started, in a person's words.
        started_at: When it began.
        known_until: The knowledge cut-off.
    """

    project: Project
    policy: Policy
    identity: Identity
    command: str
    reason: str | None
    started_at: datetime
    known_until: datetime


def publish_month(
    request: Request, extract: Extract, before: Published, frames: Mapping[str, pl.DataFrame], judgement: Judgement
) -> RunSummary:
    """Publish the frames of a month, with what its checks found and the rows that were held back.

    Raises:
        BusyError: If another process holds the warehouse.
        RetierError: If it cannot be written; it is then as it was.
    """
    tiers = frames["account_tiers"]
    fingerprint = print_of(request.policy.fingerprint, extract.fingerprint(request.identity.month))
    run = replace(
        _run(request, judgement),
        accounts_in_scope=tiers.height,
        input_fingerprint=fingerprint,
        previous_fingerprint=before.previous_fingerprint,
    )
    with transaction(warehouse_engine(request.project)) as connection:
        create_all(connection)
        evidence = _evidence(request, run, judgement)
        publication = publish(connection, run, {**frames, **policy_frames(request.project, request.policy)}, evidence)
    return RunSummary(
        month=request.identity.month,
        status=publication.status,
        revision=publication.revision,
        run_id=run.run_id,
        policy_version=request.policy.label,
        accounts=tiers.height,
        tiers=_counted(tiers, "tier", reversed(TIERS)),
        movements=_counted(frames["tier_changes"], "kind", PUBLISHED["tier_changes"].field("kind").column.allowed),
        warnings=tuple(run.warnings),
        rows_read=run.rows_read,
        rows_quarantined=run.rows_quarantined,
        data_docs=str(docs_of(request.project, run.run_id)),
    )


def record_stop(request: Request, judgement: Judgement, error: str) -> None:
    """Record a run that a gate stopped: nothing of the month changes but what is known of its data.

    Raises:
        BusyError: If another process holds the warehouse.
        RetierError: If it cannot be written; it is then as it was.
    """
    run = _run(request, judgement)
    with transaction(warehouse_engine(request.project)) as connection:
        create_all(connection)
        record_run(connection, run, "stopped", error=error, evidence=_evidence(request, run, judgement))


def _run(request: Request, judgement: Judgement) -> Run:
    return Run(
        run_id=request.identity.run_id,
        month=request.identity.month,
        command=request.command,
        reason=request.reason,
        started_at=request.started_at,
        finished_at=now(),
        policy_version=request.policy.label,
        retier_version=retier_version(),
        currency=request.project.settings.currency,
        known_until=request.known_until,
        rows_read=judgement.rows_read,
        rows_accepted=judgement.rows_accepted,
        rows_quarantined=judgement.rows_held,
        warnings=judgement.warnings,
    )


def _evidence(request: Request, run: Run, judgement: Judgement) -> Evidence:
    kept = timedelta(days=request.policy.quality.quarantine_kept_days)
    held = list(judgement.held.values())
    return Evidence(
        check_results=check_results(judgement.findings, run.run_id, run.month),
        quarantine=quarantine(held, run.run_id, run.month, pl.lit(run.finished_at, TIMESTAMP)),
        kept_since=run.finished_at - kept,
    )


def policy_frames(project: Project, policy: Policy) -> dict[str, pl.DataFrame]:
    """The policy in force as rows of ``policies`` and ``policy_components``."""
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
        "content": policy_text(project, policy),
        "reason": policy.reason,
    }
    return {
        "policies": pl.DataFrame([version], schema=PUBLISHED["policies"].schema),
        "policy_components": pl.DataFrame(components, schema=PUBLISHED["policy_components"].schema),
    }


def _counted(frame: pl.DataFrame, column: str, values: Iterable[str]) -> dict[str, int]:
    counts = dict(frame[column].value_counts().iter_rows())
    return {value: int(counts.get(value, 0)) for value in values}
