"""The record of a run: one row per run and month, whatever its outcome."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

import polars as pl
import sqlalchemy as sa

from sql.dialects import acquire_publish_lock, execute, load, quoted, read
from sql.frame_validation import validate_frame
from transforms.contracts import PUBLISHED
from transforms.month import Month

Status = Literal["published", "unchanged", "failed", "stopped", "held"]

IN_FORCE = ("published", "unchanged")
"""The statuses of runs whose result is in force."""

_BATCH_ROWS = 100_000

_AS_JSON = (
    "rows_read",
    "rows_accepted",
    "rows_quarantined",
    "warnings",
    "source_fingerprints",
    "definition_fingerprints",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run of one month records about itself before it is published.

    Attributes:
        run_id: Its identifier, different for every month and attempt.
        month: The month.
        command: The command that started it.
        started_at: When it began, in UTC.
        finished_at: When the month was ready to be recorded, in UTC.
        policy_version: The label of the policy in force.
        retier_version: The version of retier.
        currency: The currency of all amounts.
        known_until: The knowledge cut-off, in UTC.
        accounts_in_scope: How many accounts have a tier.
        rows_read: Rows read by source.
        rows_accepted: Rows accepted by source.
        rows_quarantined: Rows quarantined by source.
        warnings: Sentences that a person should read.
        input_fingerprint: The fingerprint of everything that the month was computed from.
        policy_fingerprint: The fingerprint of every value of the policy that can change a result.
        source_fingerprints: The fingerprint of each source's content.
        definition_fingerprints: The version of each definition that the results come from.
        previous_fingerprint: The result fingerprint of the month before that was used; null without one.
        history_fingerprint: The fingerprint of the results of all earlier months that were used.
        reason: Why the run was made, in a person's words.
    """

    run_id: str
    month: Month
    command: str
    started_at: datetime
    finished_at: datetime
    policy_version: str
    retier_version: str
    currency: str
    known_until: datetime
    accounts_in_scope: int = 0
    rows_read: Mapping[str, int] = field(default_factory=dict)
    rows_accepted: Mapping[str, int] = field(default_factory=dict)
    rows_quarantined: Mapping[str, int] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    input_fingerprint: str | None = None
    policy_fingerprint: str | None = None
    source_fingerprints: Mapping[str, str] = field(default_factory=dict)
    definition_fingerprints: Mapping[str, int] = field(default_factory=dict)
    previous_fingerprint: str | None = None
    history_fingerprint: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The check results and quarantined rows of a run.

    Attributes:
        check_results: The outcomes of its checks, as the contract says.
        quarantine: The rows that it quarantined, as the contract says; streamed, since there may be many.
        kept_since: Rows that were quarantined earlier than this are removed; None keeps all.
    """

    check_results: pl.DataFrame = field(default_factory=PUBLISHED["check_results"].empty)
    quarantine: pl.LazyFrame = field(default_factory=lambda: PUBLISHED["quarantine"].empty().lazy())
    kept_since: datetime | None = None


def record_run(
    connection: sa.Connection, run: Run, status: Status, *, error: str | None = None, evidence: Evidence | None = None
) -> None:
    """Record a run that publishes nothing: failed, stopped by a gate, or held.

    A run that is already recorded is not changed.

    Args:
        connection: An open connection; the caller commits.
        run: The run.
        status: How it ended.
        error: The sentence with which it ended.
        evidence: Its check results and quarantined rows; None if it has none.

    Raises:
        UnfitFrameError: If a frame breaks its contract.
    """
    acquire_publish_lock(connection)
    if not recorded(connection, run.run_id).is_empty():
        return
    append_run(connection, run, status, revision=0, error=error)
    if evidence is not None:
        record_evidence(connection, run, evidence)


def recorded(connection: sa.Connection, run_id: str) -> pl.DataFrame:
    """Return the record of a run: at most one row, with status, revision and result_fingerprint."""
    query = f"select status, revision, result_fingerprint from {quoted(connection, 'runs')} where run_id = :run_id"
    return read(connection, query, run_id=run_id)


def record_evidence(connection: sa.Connection, run: Run, evidence: Evidence) -> None:
    """Record a run's check results and quarantined rows; the latter replace those of former runs of the month."""
    checks, held = PUBLISHED["check_results"], PUBLISHED["quarantine"]
    load(connection, checks.name, validate_frame(evidence.check_results, checks))
    quarantine = quoted(connection, held.name)
    outdated, since = "month = :month", {}
    if evidence.kept_since is not None:
        outdated, since = "month = :month or quarantined_at < :since", {"since": evidence.kept_since}
    execute(connection, f"delete from {quarantine} where {outdated}", month=run.month.first_day, **since)
    for batch in evidence.quarantine.collect_batches(chunk_size=_BATCH_ROWS, maintain_order=True):
        load(connection, held.name, validate_frame(batch, held))


def append_run(
    connection: sa.Connection,
    run: Run,
    status: Status,
    *,
    revision: int,
    result_fingerprint: str | None = None,
    error: str | None = None,
) -> None:
    """Write the run's row into ``runs``."""
    row = asdict(run) | {
        "month": run.month.first_day,
        "status": status,
        "revision": revision,
        "result_fingerprint": result_fingerprint,
        "error": error,
    }
    row |= {name: _as_json(getattr(run, name)) for name in _AS_JSON}
    table = PUBLISHED["runs"]
    load(connection, table.name, validate_frame(pl.DataFrame([row], schema=table.schema), table))


def renew_inputs(
    connection: sa.Connection,
    run_id: str,
    input_fingerprint: str,
    source_fingerprints: Mapping[str, str],
    definition_fingerprints: Mapping[str, int],
) -> None:
    """Rewrite the fingerprints of a run's inputs if a former version of retier recorded the same in another form."""
    acquire_publish_lock(connection)
    execute(
        connection,
        f"""
        update {quoted(connection, "runs")}
        set
            input_fingerprint = :input_fingerprint,
            source_fingerprints = :sources,
            definition_fingerprints = :definitions
        where run_id = :run_id
        """,
        run_id=run_id,
        input_fingerprint=input_fingerprint,
        sources=_as_json(source_fingerprints),
        definitions=_as_json(definition_fingerprints),
    )


def _as_json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
