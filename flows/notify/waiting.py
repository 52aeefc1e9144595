"""Puts pending rows of the outbox together into messages, and finds rows that are no longer true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from flows.notify.messages import ChangeNote, Message, RiskNote
from flows.notify.read import Accounts, accounts_of, changes_of, describe_change, describe_retraction
from flows.notify.risk_figures import risks_by_owner
from flows.notify.summary import summary_of
from flows.settings import Project
from flows.words import component_labels
from sql.outbox import pending_months, rows_of_months
from sql.state import revisions_in_force
from transforms.month import Month
from transforms.notifications.current import outdated

_ORDER = {"alert": 0, "digest": 1, "summary": 2}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Pending messages.

    Attributes:
        messages: Messages by month, alerts first, each in the order of their identifiers.
        outdated: The identifiers of rows to supersede.
        revisions: The revision in force of each published month, by which a later publication is noticed.
    """

    messages: Sequence[Message] = ()
    outdated: Sequence[str] = ()
    revisions: Mapping[Month, int] = field(default_factory=dict)


def waiting(connection: Connection, project: Project, due_at: datetime | None, month: Month | None = None) -> Waiting:
    """Collect pending messages.

    Args:
        connection: To the warehouse.
        project: The project.
        due_at: Leaves out held messages, and failed ones whose next attempt is later than this; None leaves out only
            drafts for customers.
        month: Only messages about this month; None means all.
    """
    months = [one for one in pending_months(connection, due_at) if month in (None, one)]
    is_held = (pl.col("status") == "held") & (pl.col("audience") != "customer")
    outbox = rows_of_months(connection, months).with_columns(is_held.alias("is_held"))
    if due_at is None:
        outbox = outbox.with_columns(pl.when("is_held").then(pl.lit("pending")).otherwise("status").alias("status"))
    changes = {one: changes_of(connection, one) for one in months}
    taken_out: list[str] = []
    messages: list[Message] = []
    for one in months:
        rows = outbox.filter(pl.col("month") == one.first_day)
        gone = outdated(rows, changes[one])["notification_id"]
        taken_out += gone.to_list()
        is_due = pl.lit(value=True) if due_at is None else pl.col("next_attempt_at").fill_null(due_at) <= due_at
        due = rows.filter((pl.col("status") == "pending") & is_due & ~pl.col("notification_id").is_in(gone.implode()))
        messages += _messages(connection, project, one, due, changes[one])
    return Waiting(messages, taken_out, revisions_in_force(connection))


def _messages(
    connection: Connection, project: Project, month: Month, rows: pl.DataFrame, changes: pl.DataFrame
) -> list[Message]:
    labels = component_labels(project.policies, month)
    accounts = accounts_of(connection, month, rows["account_id"], labels)
    by_id = {change["change_id"]: change for change in changes.iter_rows(named=True)}
    # The policy file may no longer reach back to a month with pending messages.
    policy = project.policies.find(month) or project.policies.versions[-1]
    summary = (
        summary_of(connection, month, policy.notifications.largest_moves, labels)
        if (rows["message"] == "summary").any()
        else None
    )
    grouped = [group for _, group in rows.sort("message_id").group_by("message_id", maintain_order=True)]
    digests = rows.filter(pl.col("message") == "digest")
    at_risk = risks_by_owner(connection, month, set(digests["owner"].drop_nulls())) if digests.height else {}
    made, told = [], set()
    for of_message in grouped:
        first = of_message.row(0, named=True)
        notes = [_note(row, by_id, accounts) for row in of_message.iter_rows(named=True) if row["account_id"]]
        message = Message(
            message_id=first["message_id"],
            month=month,
            channel=first["channel"],
            recipient=first["recipient"],
            kind=first["message"],
            owner=first["owner"] if first["message"] == "digest" else None,
            attempts=first["attempts"],
            is_held=first["is_held"],
            changes=sorted(notes, key=lambda one: (-(one.arr or 0.0), one.account_id, one.kind)),
            summary=summary if first["message"] == "summary" else None,
            currency=project.settings.currency,
        )
        if (whose := (message.channel, message.recipient, message.owner)) not in told:
            message = _with_risks(message, at_risk, policy.notifications.changes_per_message)
        told.add(whose)
        made.append(message)
    return sorted(made, key=lambda message: (_ORDER[message.kind], message.message_id))


def _with_risks(message: Message, at_risk: Mapping[str, Sequence[RiskNote]], most: int) -> Message:
    """Add the owner's accounts at risk to a digest; those that changed have theirs beside the change."""
    changed = {change.account_id for change in message.changes}
    unchanged = [one for one in at_risk.get(message.owner or "", ()) if one.account_id not in changed]
    return replace(message, at_risk=unchanged[:most], more_at_risk=max(len(unchanged) - most, 0))


def _note(row: dict[str, object], changes: dict[str, dict[str, object]], accounts: Accounts) -> ChangeNote:
    if row["change_id"] is None:
        owner = row["owner"]
        return describe_retraction(str(row["account_id"]), None if owner is None else str(owner), accounts)
    return describe_change(changes[str(row["change_id"])], accounts)
