"""Reads two revisions of a published month and compares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection

from flows.settings import Project
from flows.warehouse import reading
from sql.revisions import revisions_of, rows_of_revision
from sql.state import published_months
from transforms.errors import WrongUseError
from transforms.month import Month
from transforms.tiers.comparison import Comparison, compare

_SCORES = ("priority", "health")


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a month, by the run that made it.

    Attributes:
        revision: Its number.
        run_id: The run.
        published_at: When it was published, in UTC.
        command: The command that started the run.
        reason: Why it was started, in a person's words; null if nobody gave one.
        policy_version: The policy under which it was computed.
        known_until: Its knowledge cut-off, in UTC.
        currency: The currency of its amounts.
        accounts: Accounts in scope.
    """

    revision: int
    run_id: str
    published_at: datetime
    command: str
    reason: str | None
    policy_version: str
    known_until: datetime
    currency: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Diff:
    """Two revisions of a month side by side.

    Attributes:
        month: The month.
        former: The revision to compare with.
        present: The revision that is compared.
        comparison: How accounts differ between them; ``changed`` also has priority and health, each as former_ and
            present_ (points, null if unknown).
    """

    month: Month
    former: Revision
    present: Revision
    comparison: Comparison


def read_diff(project: Project, month: Month | None, pair: tuple[int, int] | None) -> Diff:
    """Compare two revisions of a month.

    Args:
        project: The project.
        month: The month; None means the newest published one.
        pair: The numbers of the former and the present revision; None means the last two.

    Raises:
        WrongUseError: If the month is not published, or does not have these revisions.
    """
    with reading(project) as connection:
        months = [] if connection is None else published_months(connection)
        if connection is None or not months:
            raise WrongUseError("no month is published yet: retier run publishes the last complete one")
        if month is not None and month not in months:
            raise WrongUseError(f"{month} is not published: the published months run from {months[0]} to {months[-1]}")
        wanted = month or months[-1]
        known = {run["revision"]: _revision(run) for run in revisions_of(connection, wanted).iter_rows(named=True)}
        former, present = _pair(pair, wanted, sorted(known))
        newest = max(known)
        comparison = compare(
            rows_of_revision(connection, "account_tiers", wanted, former, newest),
            rows_of_revision(connection, "account_tiers", wanted, present, newest),
        )
        changed = comparison.changed
        for side, number in (("former", former), ("present", present)):
            changed = changed.join(_scores(connection, wanted, number, newest, side), on="account_id", how="left")
        return Diff(wanted, known[former], known[present], Comparison(comparison.matrix, changed))


def _pair(pair: tuple[int, int] | None, month: Month, known: list[int]) -> tuple[int, int]:
    if pair is None:
        if len(known) == 1:
            raise WrongUseError(f"{month} only has revision {known[0]}: there is no other revision to compare it with")
        return known[-2], known[-1]
    for revision in pair:
        if revision not in known:
            raise WrongUseError(f"{month} has no revision {revision}: expected one of {', '.join(map(str, known))}")
    if pair[0] == pair[1]:
        raise WrongUseError(f"revision {pair[0]} of {month} was named twice: name two different revisions")
    return pair


def _revision(run: Mapping[str, Any]) -> Revision:
    return Revision(
        revision=run["revision"],
        run_id=run["run_id"],
        published_at=run["finished_at"],
        command=run["command"],
        reason=run["reason"],
        policy_version=run["policy_version"],
        known_until=run["known_until"],
        currency=run["currency"],
        accounts=run["accounts_in_scope"],
    )


def _scores(connection: Connection, month: Month, revision: int, newest: int, side: str) -> pl.DataFrame:
    scores = rows_of_revision(connection, "account_scores", month, revision, newest)
    return scores.select("account_id", pl.col(_SCORES).name.prefix(f"{side}_"))
