"""Publish a month: hand the frames over in one transaction, and say what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from flows.clock import now
from flows.settings import Project
from flows.settings.policy_file import policy_text
from flows.steps.extract import Extract
from flows.steps.prints import print_of
from flows.steps.published import Published
from flows.steps.tiers import Identity
from flows.summary import RunSummary
from flows.version import retier_version
from flows.warehouse import warehouse_engine
from sql.ddl import create_all
from sql.engine import transaction
from sql.publish import publish
from sql.runs import Run
from transforms.contracts import PUBLISHED
from transforms.contracts.model import TIERS
from transforms.policy import Policy


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: a run as its record tells of it.

    Attributes:
        project: The project.
        identity: Month, run and revision.
        command: The command that started the run.
        reason: Why it was started, in a person's words.
        started_at: When it began.
        known_until: The knowledge cut-off.
    """

    project: Project
    identity: Identity
    command: str
    reason: str | None
    started_at: datetime
    known_until: datetime


def publish_month(
    request: Request,
    policy: Policy,
    extract: Extract,
    before: Published,
    frames: Mapping[str, pl.DataFrame],
    warnings: list[str],
) -> RunSummary:
    """Publish the frames of a month.

    Raises:
        BusyError: If another process holds the warehouse.
        RetierError: If it cannot be written; it is then as it was.
    """
    tiers = frames["account_tiers"]
    rows_read = extract.rows_read(request.identity.month)
    run = Run(
        run_id=request.identity.run_id,
        month=request.identity.month,
        command=request.command,
        reason=request.reason,
        started_at=request.started_at,
        finished_at=now(),
        policy_version=policy.label,
        retier_version=retier_version(),
        currency=request.project.settings.currency,
        known_until=request.known_until,
        accounts_in_scope=tiers.height,
        rows_read=rows_read,
        rows_accepted=rows_read,
        rows_quarantined=dict.fromkeys(rows_read, 0),
        warnings=warnings,
        input_fingerprint=print_of(policy.fingerprint, extract.fingerprint(request.identity.month)),
        previous_fingerprint=before.previous_fingerprint,
    )
    with transaction(warehouse_engine(request.project)) as connection:
        create_all(connection)
        publication = publish(connection, run, {**frames, **policy_frames(request.project, policy)})
    return RunSummary(
        month=request.identity.month,
        status=publication.status,
        revision=publication.revision,
        run_id=run.run_id,
        policy_version=policy.label,
        accounts=tiers.height,
        tiers=_counted(tiers, "tier", reversed(TIERS)),
        movements=_counted(frames["tier_changes"], "kind", PUBLISHED["tier_changes"].field("kind").column.allowed),
        warnings=tuple(warnings),
        rows_read=rows_read,
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
