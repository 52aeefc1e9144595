"""The outbox: notifications to send, and their outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import polars as pl
import sqlalchemy as sa

from sql.dialects import execute, given, load, quoted, read
from transforms.contracts import PUBLISHED
from transforms.month import Month

_GIVEN = "_given_rows"
_OF_COLLEAGUES = "audience <> 'customer'"
"""Excludes drafts for customers, which always wait for a person's approval."""


def rows_of_months(connection: sa.Connection, months: Iterable[Month]) -> pl.DataFrame:
    """Return all rows of the outbox of some months, sorted by their identifier."""
    columns = ", ".join(quoted(connection, name) for name in PUBLISHED["notifications"].columns)
    days = pl.DataFrame({"month": [month.first_day for month in months]}, schema={"month": pl.Date}).unique()
    with given(connection, _GIVEN, days):
        found = read(
            connection,
            f"select {columns} from {quoted(connection, 'notifications')} where month in (select month from {_GIVEN})",
        )
    return found.sort("notification_id")


def pending_months(connection: sa.Connection, at: datetime | None) -> list[Month]:
    """List the months with waiting messages, oldest first.

    Args:
        connection: An open connection.
        at: Only messages that are due by then count; None means all, held ones included.
    """
    is_due = (
        f"status in ('pending', 'held') and {_OF_COLLEAGUES}"
        if at is None
        else "status = 'pending' and (next_attempt_at is null or next_attempt_at <= :at)"
    )
    due = read(
        connection,
        f"select distinct month from {quoted(connection, 'notifications')} where {is_due} order by month",
        **({} if at is None else {"at": at}),
    )
    return [Month.of(day) for day in due["month"]]


def append_new(connection: sa.Connection, rows: pl.DataFrame) -> None:
    """Append the rows whose identifier does not exist yet."""
    with given(connection, _GIVEN, rows.select("notification_id")):
        there = read(
            connection,
            f"select notification_id from {quoted(connection, 'notifications')} "
            f"where notification_id in (select notification_id from {_GIVEN})",
        )
    new = rows.join(there, on="notification_id", how="anti")
    if new.height:
        load(connection, "notifications", new)


def counted(connection: sa.Connection) -> pl.DataFrame:
    """Count the outbox.

    Returns:
        One row per status and audience: status, audience, messages, rows, next_attempt_at (the earliest); sorted.
    """
    return read(
        connection,
        f"""
        select
            status,
            audience,
            count(distinct message_id) as messages,
            count(*) as rows,
            min(next_attempt_at) as next_attempt_at
        from {quoted(connection, "notifications")}
        group by status, audience
        order by status, audience
        """,
    )


def held_messages(connection: sa.Connection, month: Month | None = None) -> tuple[int, str | None]:
    """Count the messages that are held for a person, without drafts for customers, and return why the newest are.

    Args:
        connection: An open connection.
        month: Only messages about this month; None means all.
    """
    of_month = "" if month is None else "and month = :month"
    held = read(
        connection,
        f"""
        select count(distinct message_id) as messages, max(month) as month, max(last_error) as reason
        from {quoted(connection, "notifications")}
        where status = 'held' and {_OF_COLLEAGUES} {of_month}
        group by month
        order by month
        """,
        **({} if month is None else {"month": month.first_day}),
    )
    return (0, None) if held.is_empty() else (int(held["messages"].sum()), held["reason"][-1])


def mark_attempt(connection: sa.Connection, message_id: str) -> bool:
    """Count an attempt to send a message, before it is made; return whether the message is pending at all."""
    table = quoted(connection, "notifications")
    pending = f"select 1 from {table} where message_id = :message_id and status = 'pending' limit 1"
    _update(connection, "attempts = attempts + 1", message_id)
    return not read(connection, pending, message_id=message_id).is_empty()


def mark_sent(connection: sa.Connection, message_id: str, at: datetime) -> None:
    """Record that a message was accepted by its receiver, even if a person held it while it was on its way."""
    _update(
        connection,
        "status = 'sent', sent_at = cast(:at as timestamp with time zone), next_attempt_at = null, last_error = null",
        message_id,
        former="'pending', 'held'",
        at=at,
    )


def mark_failed(connection: sa.Connection, message_id: str, error: str, next_attempt_at: datetime | None) -> None:
    """Record why a message could not be sent.

    Args:
        connection: An open connection.
        message_id: The message.
        error: The reason, without any part of the channel's URL.
        next_attempt_at: When it may be tried again; None if it is not tried again.
    """
    status = "dead" if next_attempt_at is None else "pending"
    _update(
        connection,
        "status = :status, last_error = :error, next_attempt_at = cast(:later as timestamp with time zone)",
        message_id,
        status=status,
        error=error,
        later=next_attempt_at,
    )


def supersede(connection: sa.Connection, notification_ids: Iterable[str]) -> None:
    """Mark pending rows as superseded because they are no longer true, so that they are never sent."""
    taken = pl.DataFrame({"notification_id": list(notification_ids)}, schema={"notification_id": pl.String})
    with given(connection, _GIVEN, taken):
        execute(
            connection,
            f"update {quoted(connection, 'notifications')} set status = 'superseded', next_attempt_at = null "
            f"where status = 'pending' and notification_id in (select notification_id from {_GIVEN})",
        )


def record_drafts(connection: sa.Connection, month: Month, rows: pl.DataFrame) -> list[str]:
    """Record the drafts of a month; earlier drafts that are no longer among them are superseded.

    Args:
        connection: An open connection.
        month: The month.
        rows: All present drafts of the month.

    Returns:
        The accounts, sorted, with a draft that was withdrawn; some may have another draft now.
    """
    append_new(connection, rows)
    table, of_month = quoted(connection, "notifications"), "month = :month and audience = 'customer'"
    is_now = f"notification_id in (select notification_id from {_GIVEN})"
    with given(connection, _GIVEN, rows.select("notification_id")):
        gone = read(
            connection,
            f"select account_id from {table} where {of_month} and status = 'held' and not {is_now} order by account_id",
            month=month.first_day,
        )
        execute(
            connection,
            f"update {table} set status = case when {is_now} then 'held' else 'superseded' end "
            f"where {of_month} and status in ('held', 'superseded')",
            month=month.first_day,
        )
    withdrawn: list[str] = gone["account_id"].to_list()
    return withdrawn


def hold(connection: sa.Connection, month: Month | None) -> int:
    """Hold pending messages.

    Args:
        connection: An open connection.
        month: Only messages about this month; None means all.

    Returns:
        How many messages were held.
    """
    return _move(connection, "pending", "status = 'held'", month)


def release(
    connection: sa.Connection, month: Month | None, author: str | None = None, reason: str | None = None
) -> int:
    """Release held messages, except drafts for customers.

    Args:
        connection: An open connection.
        month: Only messages about this month; None means all.
        author: Who releases them.
        reason: Why.

    Returns:
        How many messages were released.
    """
    change = (
        "status = 'pending', last_error = null, next_attempt_at = null, "
        "released_by = cast(:author as text), release_reason = cast(:reason as text)"
    )
    return _move(connection, "held", change, month, author=author, reason=reason)


def retry(connection: sa.Connection, month: Month | None) -> int:
    """Make dead messages, and those that wait after a failure, due at once; arguments and result as :func:`hold`."""
    waiting = _move(connection, "pending", "next_attempt_at = null", month, "next_attempt_at is not null")
    return waiting + _move(connection, "dead", "status = 'pending', attempts = 0, next_attempt_at = null", month)


def _update(
    connection: sa.Connection, change: str, message_id: str, former: str = "'pending'", **values: object
) -> None:
    execute(
        connection,
        f"update {quoted(connection, 'notifications')} set {change} "
        f"where message_id = :message_id and status in ({former})",
        message_id=message_id,
        **values,
    )


def _move(
    connection: sa.Connection,
    status: str,
    change: str,
    month: Month | None,
    condition: str = "true",
    **changed: object,
) -> int:
    where = f"status = :former and {_OF_COLLEAGUES} and {condition}"
    values: dict[str, object] = {"former": status}
    if month is not None:
        where += " and month = :month"
        values["month"] = month.first_day
    table = quoted(connection, "notifications")
    found = read(connection, f"select count(distinct message_id) as messages from {table} where {where}", **values)
    execute(connection, f"update {table} set {change} where {where}", **values, **changed)
    return int(found["messages"].item())
