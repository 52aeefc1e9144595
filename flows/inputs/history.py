"""The months before a month as its checks look back on them: how health moved, and where silence was suspended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import polars as pl
from sqlalchemy import Connection

from flows.settings import Project
from flows.transactions import read_in_transaction
from sql.history import health_shifts, months_of_suspended_silence
from transforms.month import Month
from transforms.policy import Policy


@dataclass(frozen=True, slots=True)
class History:
    """Some months as later checks look back on them.

    Attributes:
        shifts: The net shift of health of each month that has one, from -1 (all fell) to 1 (all rose).
        suspended: The months in which silence was suspended.
    """

    shifts: Mapping[Month, float] = field(default_factory=dict)
    suspended: frozenset[Month] = frozenset()

    def of(self, months: Collection[Month]) -> History:
        """Return what is known of some of the months."""
        shifts = {month: shift for month, shift in self.shifts.items() if month in months}
        return History(shifts, self.suspended.intersection(months))

    def and_of(self, other: History) -> History:
        """Return the history with that of other months added."""
        return History({**self.shifts, **other.shifts}, self.suspended | other.suspended)


def months_before(month: Month, policy: Policy) -> list[Month]:
    """List the months before a month that its checks look back to, oldest first."""
    silence = policy.silence
    months = max(policy.quality.fleet_shift.former_months, silence.warning_months - 1 if silence else 0)
    return (month - 1).trailing(months)


def history_of(month: Month, frames: Mapping[str, pl.DataFrame], policy: Policy) -> History:
    """Return what later checks need of a month that is computed and not published.

    Args:
        month: The month.
        frames: Its tables, by name.
        policy: Its policy, whose points count.
    """
    points = policy.quality.fleet_shift.points
    move = pl.col("health") - pl.col("health_1_month_ago")
    rose, fell, accounts = (
        frames["account_scores"]
        .select((move > points).sum().alias("rose"), (move < -points).sum().alias("fell"), move.count().alias("all"))
        .row(0)
    )
    shifts = {month: (rose - fell) / accounts} if accounts else {}
    is_suspended = frames["account_tiers"]["is_silence_suspended"].any()
    return History(shifts, frozenset({month}) if is_suspended else frozenset())


def published_history(project: Project, months: Sequence[Month], policy: Policy) -> History:
    """Read what later checks need of published months.

    Args:
        project: The project.
        months: The months, in order; those that are not published are left out.
        policy: The policy that judges, whose points count.
    """
    if not months:
        return History()
    points = policy.quality.fleet_shift.points
    found = read_in_transaction(project, partial(_read, first=months[0], last=months[-1], points=points))
    return History() if found is None else found.of(months)


def _read(connection: Connection, first: Month, last: Month, points: float) -> History:
    return History(
        health_shifts(connection, first, last, points),
        frozenset(months_of_suspended_silence(connection, first, last)),
    )
