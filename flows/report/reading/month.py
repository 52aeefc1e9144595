"""Finds the month to report on, and the run that published it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sql.dialects import quoted, read
from sql.state import published_months
from transforms.errors import WrongUseError
from transforms.month import Month

NOTHING_PUBLISHED = "no month is published yet: retier run publishes the last complete one"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the numbers of a month come from.

    Attributes:
        month: The month.
        run: The run that published the revision in force: run_id, revision, policy_version, retier_version, currency,
            known_until, finished_at.
        policy_reason: Why the policy was made; null if unknown.
    """

    month: Month
    run: Mapping[str, Any]
    policy_reason: str | None

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return str(self.run["currency"])


def read_origin(connection: Connection, wanted: Month | None) -> Origin:
    """Find a published month.

    Args:
        connection: To the warehouse.
        wanted: The month; None means the newest published one.

    Raises:
        WrongUseError: If it is not published.
    """
    months = published_months(connection)
    if not months:
        raise WrongUseError(NOTHING_PUBLISHED)
    if wanted is not None and wanted not in months:
        raise WrongUseError(f"{wanted} is not published: the published months run from {months[0]} to {months[-1]}")
    month = wanted or months[-1]
    run = read(
        connection,
        f"""
        select run_id, revision, policy_version, retier_version, currency, known_until, finished_at
        from {quoted(connection, "runs")}
        where month = :month and status = 'published'
        order by revision desc, finished_at desc, run_id
        limit 1
        """,
        month=month.first_day,
    ).row(0, named=True)
    reasons = read(
        connection,
        f"select reason from {quoted(connection, 'policies')} where policy_version = :version",
        version=run["policy_version"],
    )["reason"]
    return Origin(month, run, None if reasons.is_empty() else reasons[0])
