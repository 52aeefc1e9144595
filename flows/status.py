"""What is published of a project: months, revisions, what is stale, the last run, what waits to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.settings import Project
from flows.settings.faults import without_password
from flows.warehouse import reading
from sql.dialect import SCHEMA
from transforms.month import Month

_TABLES = text("select table_name from information_schema.tables where table_schema = :schema")
_IN_FORCE = text(
    "with published as ("
    " select *, row_number() over (partition by month order by revision desc, finished_at desc) as place"
    f" from {SCHEMA}.runs where status = 'published') "  # noqa: S608 - a constant
    "select month, revision, policy_version, accounts_in_scope, finished_at, previous_fingerprint, "
    "result_fingerprint from published where place = 1 order by month"
)
_LAST_RUN = text(
    "select run_id, month, status, command, started_at, finished_at, error "
    f"from {SCHEMA}.runs order by started_at desc, run_id limit 1"  # noqa: S608 - a constant
)
_NOTIFICATIONS = text(f"select status, count(*) from {SCHEMA}.notifications group by status order by status")  # noqa: S608


@dataclass(frozen=True, slots=True)
class PublishedMonth:
    """A published month.

    Attributes:
        month: The month.
        revision: The revision in force.
        policy_version: The policy under which it was computed.
        accounts: Accounts in scope.
        published_at: When the revision in force was published.
        is_stale: Whether the month before has changed since it was computed.
    """

    month: Month
    revision: int
    policy_version: str
    accounts: int
    published_at: datetime
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What is published of a project.

    Attributes:
        project: The project's folder.
        warehouse: The warehouse's URL, without its password.
        policy_version: The policy that the policy file puts in force in the last complete month; null if none.
        months: Every published month, oldest first.
        stale_months: Those whose predecessor has changed since.
        last_run: The run that was started last, as `runs` has it; null where nothing has run yet.
        notifications: How many notifications there are, by their status.
    """

    project: str
    warehouse: str
    policy_version: str | None
    months: tuple[PublishedMonth, ...]
    stale_months: tuple[Month, ...]
    last_run: Mapping[str, Any] | None
    notifications: Mapping[str, int]


def read_status(project: Project, last_complete: Month) -> Status:
    """Read the status of a project; one that has never run has no months.

    Args:
        project: The project.
        last_complete: The last complete month, for the policy in force.
    """
    months: tuple[PublishedMonth, ...] = ()
    last_run, notifications = None, {}
    with reading(project) as connection:
        if connection is not None and is_set_up(connection):
            months = published_months(connection)
            last = connection.execute(_LAST_RUN).mappings().first()
            last_run = dict(last) if last else None
            notifications = {str(status): int(number) for status, number in connection.execute(_NOTIFICATIONS)}
    policy = project.policies.find(last_complete)
    return Status(
        project=str(project.directory),
        warehouse=without_password(project.settings.warehouse),
        policy_version=policy.label if policy else None,
        months=months,
        stale_months=tuple(month.month for month in months if month.is_stale),
        last_run=last_run,
        notifications=notifications,
    )


def is_set_up(connection: Connection) -> bool:
    """Tell whether anything has ever run in this warehouse."""
    return {"runs", "notifications"} <= set(connection.scalars(_TABLES, {"schema": SCHEMA}))


def published_months(connection: Connection) -> tuple[PublishedMonth, ...]:
    """List the published months, oldest first."""
    rows = {Month.of(row["month"]): row for row in connection.execute(_IN_FORCE).mappings()}
    return tuple(
        PublishedMonth(
            month=month,
            revision=row["revision"],
            policy_version=row["policy_version"],
            accounts=row["accounts_in_scope"],
            published_at=row["finished_at"],
            is_stale=month - 1 in rows and row["previous_fingerprint"] != rows[month - 1]["result_fingerprint"],
        )
        for month, row in rows.items()
    )
