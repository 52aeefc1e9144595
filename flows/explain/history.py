"""Former changes of an account's tier, and the messages about it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection

from flows.explain.explanation import Change, Message
from flows.words import driver_in_words
from sql.dialects import read
from transforms.month import Month
from transforms.tiers.changes import ORDER

_SHOWN = 5


def changes_of(connection: Connection, account_id: str, month: Month, labels: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the newest changes of an account up to a month, newest first.

    Args:
        connection: To the warehouse.
        account_id: The account.
        month: The month.
        labels: What people call each component, by ``pillar.component``.
    """
    query = """
        select month, kind, from_tier, to_tier, decided_by, reasons, drivers, is_correction, revision
        from tier_changes
        where account_id = :account_id and month <= :month
    """
    rows = read(connection, query, month=month.first_day, account_id=account_id)
    newest = sorted(rows.to_dicts(), key=lambda row: (row["month"], row["revision"], ORDER.index(row["kind"])))
    return tuple(
        Change(
            month=row["month"],
            kind=row["kind"],
            from_tier=row["from_tier"],
            to_tier=row["to_tier"],
            decided_by=row["decided_by"],
            reasons=codes(row["reasons"]),
            drivers=tuple(
                driver | {"words": driver_in_words(driver, labels)} for driver in json.loads(row["drivers"] or "[]")
            ),
            is_correction=row["is_correction"],
        )
        for row in reversed(newest[-_SHOWN:])
    )


def messages_about(connection: Connection, account_id: str, month: Month) -> tuple[Message, ...]:
    """Return the newest messages that name an account, up to a month, newest first."""
    query = """
        select month, channel, audience, recipient, status, sent_at
        from notifications
        where account_id = :account_id and month <= :month
        order by month desc, sent_at desc nulls first, channel, audience, notification_id
        limit :most
    """
    rows = read(connection, query, month=month.first_day, account_id=account_id, most=_SHOWN)
    return tuple(Message(**row) for row in rows.iter_rows(named=True))


def codes(written: str | None) -> tuple[str, ...]:
    """Split a comma-separated list of codes."""
    return tuple(code for code in (written or "").split(",") if code)
