"""Publishes a month: one transaction that replaces it in all tables, or changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl
import sqlalchemy as sa

from sql.dialects import acquire_publish_lock, dialect_of, execute, load, quoted, read
from sql.fingerprint import MONTH_TABLES, fingerprint, is_same_result
from sql.frame_validation import UnfitFrameError, validate_frames
from sql.outbox import append_new
from sql.runs import IN_FORCE, Evidence, Run, append_run, record_evidence, recorded
from sql.state import last_run_by_month, published_result
from transforms.contracts import PUBLISHED
from transforms.errors import BusyError, first_few

_REQUIRED = (
    "account_features",
    "account_scores",
    "score_contributions_wide",
    "account_tiers",
    "tier_changes",
    "policies",
    "policy_components",
)
_OF_POLICIES = ("policies", "policy_components")
_OUTBOX = "notifications"
_RESTATED = ("account_tiers", "account_scores")


@dataclass(frozen=True, slots=True)
class Publication:
    """The outcome of publishing a month.

    Attributes:
        status: ``unchanged`` if the month was published with the same result before.
        revision: The revision that is in force now.
        result_fingerprint: The fingerprint of the result that is in force now.
    """

    status: Literal["published", "unchanged"]
    revision: int
    result_fingerprint: str


def publish(
    connection: sa.Connection, run: Run, frames: Mapping[str, pl.DataFrame], evidence: Evidence | None = None
) -> Publication:
    """Publish a month, unless its result is published already.

    Readers see the old month or the new one. A different result is a new revision: the former rows of account_tiers
    and account_scores go to ``restatements``, all other rows of the month are replaced. The same result leaves the
    month alone. What belongs to the run (its row in ``runs``, check results, quarantine) is recorded either way.
    A run that is in force already is returned as it was recorded, so that a run may be repeated whose commit was lost
    from sight.

    Args:
        connection: An open connection of :func:`sql.engine.transaction`, which commits.
        run: The run; it names the month.
        frames: By table, as the contracts say: the tables of a month (those that come later may be missing and are
            then empty), ``policies`` and ``policy_components`` of the policy versions in use, and, where there are
            any, ``notifications``. account_tiers and tier_changes carry the
            revision of :func:`sql.state.next_revision`.
        evidence: The run's check results and quarantined rows; None if it has none.

    Raises:
        UnfitFrameError: If a frame breaks its contract; nothing has been written then.
        BusyError: If another run published the month, or the month before, since what this one rests on was read.
    """
    ready = _ready(run, frames)
    result = fingerprint(ready, are_sorted=True)
    acquire_publish_lock(connection)
    recorded_before = _as_recorded(connection, run)
    if recorded_before is not None:
        return recorded_before
    in_force = last_run_by_month(connection, ("month", "revision", "result_fingerprint"))
    _refuse_other_month_before(in_force, run)
    if evidence is not None:
        record_evidence(connection, run, evidence)
    former = _former(in_force, run)
    if former is not None and _is_published(connection, run, ready, result, former.result_fingerprint):
        # The published result keeps its fingerprint, whatever its layout, because later months depend on it.
        result = former.result_fingerprint
        append_run(connection, run, "unchanged", revision=former.revision, result_fingerprint=result)
        return Publication("unchanged", former.revision, result)
    revision = 1 if former is None else former.revision + 1
    _refuse_other_revisions(ready, run, revision)
    dialect_of(connection).prepare_publishing(connection)
    if former is not None:
        _restate(connection, run, former.revision)
    _replace(connection, run, ready, is_first=former is None)
    _append_policies(connection, ready)
    if _OUTBOX in ready:
        append_new(connection, ready[_OUTBOX])
    append_run(connection, run, "published", revision=revision, result_fingerprint=result)
    return Publication("published", revision, result)


def _ready(run: Run, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Check all frames before anything is written."""
    known = (*MONTH_TABLES, *_OF_POLICIES, _OUTBOX)
    unknown, missing = frames.keys() - set(known), set(_REQUIRED) - frames.keys()
    if unknown or missing:
        raise ValueError(f"a month is published with {first_few(_REQUIRED, 9)}; missing {missing}, unknown {unknown}")
    ready = validate_frames(frames, run.month)
    used = set(ready["account_tiers"]["policy_version"].unique())
    unlisted = used - set(ready["policies"]["policy_version"])
    if unlisted:
        raise UnfitFrameError(
            PUBLISHED["account_tiers"], f"the policies {first_few(unlisted)} are missing from policies"
        )
    return ready


def _as_recorded(connection: sa.Connection, run: Run) -> Publication | None:
    """Return the outcome of the run if it was recorded before; otherwise None."""
    for row in recorded(connection, run.run_id).iter_rows(named=True):
        if row["status"] in IN_FORCE:
            return Publication(row["status"], row["revision"], row["result_fingerprint"])
    return None


def _former(in_force: pl.DataFrame, run: Run) -> Publication | None:
    last = in_force.filter(pl.col("month") == run.month.first_day)
    if last.is_empty():
        return None
    row = last.row(0, named=True)
    return Publication("published", row["revision"], row["result_fingerprint"])


def _is_published(
    connection: sa.Connection, run: Run, ready: Mapping[str, pl.DataFrame], result: str, recorded: str
) -> bool:
    return result == recorded or is_same_result(ready, recorded, lambda: published_result(connection, run.month))


def _refuse_other_month_before(in_force: pl.DataFrame, run: Run) -> None:
    before = run.month - 1
    published = in_force.filter(pl.col("month") == before.first_day)["result_fingerprint"]
    if not published.is_empty() and published.item() != run.previous_fingerprint:
        raise BusyError(
            f"{run.month} was computed from another result of {before} than is published now: another run published "
            f"{before} meanwhile, so run this again"
        )


def _refuse_other_revisions(ready: Mapping[str, pl.DataFrame], run: Run, revision: int) -> None:
    for name in ("account_tiers", "tier_changes"):
        got = set(ready[name]["revision"].unique()) - {revision}
        if got:
            raise BusyError(
                f"{run.month} was computed to become revision {first_few(got)} and would now be "
                f"{revision}: another run published it meanwhile, so run this again"
            )
    runs = set(ready["account_tiers"]["run_id"].unique()) - {run.run_id}
    if runs:
        raise UnfitFrameError(PUBLISHED["account_tiers"], f"rows are of run {first_few(runs)}, not {run.run_id!r}")


def _restate(connection: sa.Connection, run: Run, revision: int) -> None:
    """Store the rows that are about to be replaced, whole, as JSON."""
    for name in _RESTATED:
        execute(
            connection,
            f"""
            insert into {quoted(connection, "restatements")}
                (month, account_id, revision, table_name, former_row, superseded_at, run_id)
            select
                month, account_id, cast(:revision as bigint), cast(:name as varchar),
                cast(to_json(former) as varchar), cast(:superseded_at as timestamp with time zone),
                cast(:run_id as varchar)
            from {quoted(connection, name)} as former
            where month = :month
            """,
            revision=revision,
            name=name,
            superseded_at=run.finished_at,
            run_id=run.run_id,
            month=run.month.first_day,
        )


def _replace(connection: sa.Connection, run: Run, ready: Mapping[str, pl.DataFrame], *, is_first: bool) -> None:
    for name in MONTH_TABLES:
        if not is_first:
            execute(
                connection,
                f"delete from {quoted(connection, name)} where month = :month",
                month=run.month.first_day,
            )
        frame = ready.get(name)
        if frame is not None and frame.height:
            load(connection, name, frame)


def _append_policies(connection: sa.Connection, ready: Mapping[str, pl.DataFrame]) -> None:
    """Append the policies whose version is not in the tables yet; those hold a few rows per version."""
    listed = (f"select '{name}' as held_by, policy_version from {quoted(connection, name)}" for name in _OF_POLICIES)
    there = read(connection, " union ".join(listed))
    for name in _OF_POLICIES:
        held = there.filter(pl.col("held_by") == name)["policy_version"]
        new = ready[name].filter(~pl.col("policy_version").is_in(held.implode()))
        if new.height:
            load(connection, name, new)
