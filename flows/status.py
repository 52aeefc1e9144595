"""The state of a project: published months, revisions, stale months, the last run, pending messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from flows.checks.data_docs import docs_of
from flows.settings import Project
from flows.warehouse import reading
from sql.chain import stale_months
from sql.outbox import counted
from sql.state import held_by_month, last_attempt_by_month, last_run_by_month
from transforms.month import Month
from transforms.passwords import without_password
from transforms.policy import PolicyBook

_LAST_RUN = ("run_id", "month", "status", "command", "started_at", "finished_at", "error")


@dataclass(frozen=True, slots=True)
class PublishedMonth:
    """A published month.

    Attributes:
        month: The month.
        revision: The revision in force.
        policy_version: The policy under which it was computed.
        policy_now: The policy that the policy file now has in force for the month; null if none.
        accounts: Accounts in scope.
        computed_at: When it was last computed, whether or not that changed it.
        is_stale: Whether the month before has changed since, or is stale itself.
    """

    month: Month
    revision: int
    policy_version: str
    policy_now: str | None
    accounts: int
    computed_at: datetime
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a project.

    Attributes:
        project: The project's folder.
        warehouse: The warehouse's URL, without its password.
        policy_version: The policy in force in the last complete month; null if none.
        months: Every published month, oldest first.
        stale_months: Those whose predecessor has changed since.
        last_run: The last run to end, as in `runs`; null if nothing has run yet.
        data_docs: The page with that run's checks; null if there is none.
        quarantined: Quarantined rows by month.
        notifications: Messages by status; drafts for customers are ``drafts``.
    """

    project: str
    warehouse: str
    policy_version: str | None
    months: tuple[PublishedMonth, ...]
    stale_months: tuple[Month, ...]
    last_run: Mapping[str, Any] | None
    data_docs: str | None
    quarantined: Mapping[Month, int]
    notifications: Mapping[str, int]


def read_status(project: Project, last_complete: Month) -> Status:
    """Read the state of a project; one that has never run has no months.

    Args:
        project: The project.
        last_complete: The last complete month, for the policy in force.
    """
    months: tuple[PublishedMonth, ...] = ()
    last_run: Mapping[str, Any] | None = None
    quarantined: dict[Month, int] = {}
    notifications: dict[str, int] = {}
    with reading(project) as connection:
        if connection is not None:
            months = published(connection, project.policies)
            last_run = _last_run(connection)
            quarantined = {Month.of(day): rows for day, rows in held_by_month(connection).iter_rows()}
            notifications = _notifications(connection)
    policy = project.policies.find(last_complete)
    return Status(
        project=str(project.directory),
        warehouse=without_password(project.settings.warehouse),
        policy_version=policy.label if policy else None,
        months=months,
        stale_months=tuple(month.month for month in months if month.is_stale),
        last_run=last_run,
        data_docs=_data_docs(project, last_run),
        quarantined=quarantined,
        notifications=notifications,
    )


def published(connection: Connection, policies: PolicyBook) -> tuple[PublishedMonth, ...]:
    """List the published months, oldest first."""
    runs = last_run_by_month(connection)
    stale = set(stale_months(runs))
    return tuple(
        PublishedMonth(
            month=Month.of(run["month"]),
            revision=run["revision"],
            policy_version=run["policy_version"],
            policy_now=policy.label if (policy := policies.find(Month.of(run["month"]))) else None,
            accounts=run["accounts_in_scope"],
            computed_at=run["finished_at"],
            is_stale=Month.of(run["month"]) in stale,
        )
        for run in runs.iter_rows(named=True)
    )


def _last_run(connection: Connection) -> Mapping[str, Any] | None:
    newest = last_attempt_by_month(connection).sort("finished_at", "run_id").tail(1).select(_LAST_RUN)
    return None if newest.is_empty() else newest.row(0, named=True)


def _data_docs(project: Project, last_run: Mapping[str, Any] | None) -> str | None:
    page = None if last_run is None else docs_of(project, last_run["run_id"])
    return str(page) if page is not None and page.exists() else None


def _notifications(connection: Connection) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in counted(connection).iter_rows(named=True):
        status = "drafts" if row["audience"] == "customer" else row["status"]
        counts[status] = counts.get(status, 0) + row["messages"]
    return counts
