"""The rows of the outbox that the publication of a month adds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.notifications.identity import message_id, notification_id
from transforms.notifications.routes import Route, routed
from transforms.policy.notifications import Notifications


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the rows of a publication have in common.

    Attributes:
        month: The month.
        revision: Its revision.
        rules: The policy's section.
        held_because: Why all messages are held for a person; None if they are not.
    """

    month: Month
    revision: int
    rules: Notifications
    held_because: str | None = None


def notifications_of(outbox: Outbox, events: pl.DataFrame, routes: Iterable[Route]) -> pl.DataFrame:
    """Build the rows of the outbox for a publication.

    For what a later revision repeats, the rows and their identifiers are the same; it has a summary only if it corrects
    something.

    Args:
        outbox: What the rows have in common.
        events: The output of :func:`transforms.notifications.events.events_of`, in its order.
        routes: The channels.

    Returns:
        Rows of ``notifications``, sorted by their identifier: one per event, channel that announces it and recipient,
        and one per summary and recipient.
    """
    is_summed_up = outbox.revision == 1 or bool(events["is_correction"].any())
    rows = []
    for route in routes:
        rows += _messages(outbox, route, routed(events, route, outbox.rules))
        if is_summed_up and "summary" in route.messages:
            rows += [_summary(outbox, route, recipient) for recipient in route.recipients()]
    # If a channel has a single receiver, an event that concerns two owners is sent to it once.
    made = pl.DataFrame(rows, schema=PUBLISHED["notifications"].schema)
    return made.unique("notification_id", keep="first", maintain_order=True).sort("notification_id")


def _messages(outbox: Outbox, route: Route, routed_events: pl.DataFrame) -> list[dict[str, Any]]:
    """Group events into messages: a digest for each owner, an alert for each recipient, split if there are many."""
    of_whom = pl.when(pl.col("message") == "digest").then("owner").alias("_whose")
    place = pl.int_range(pl.len()).over("message", "recipient", "_whose")
    parted = routed_events.with_columns(of_whom).with_columns(
        (place // outbox.rules.changes_per_message).alias("_part")
    )
    return [_row(outbox, route.channel, event) for event in parted.iter_rows(named=True)]


def _row(outbox: Outbox, channel: str, event: dict[str, Any]) -> dict[str, Any]:
    recipient, message = event["recipient"], event["message"]
    subject = event["change_id"] or f"{outbox.month}:taken back:{event['account_id']}"
    revision = outbox.revision if event["is_correction"] else None
    return _common(outbox, channel, recipient, message) | {
        "notification_id": notification_id(channel, recipient, message, subject, revision),
        "message_id": message_id(
            str(outbox.month), outbox.revision, channel, recipient, message, event["_whose"], event["_part"]
        ),
        "audience": event["audience"],
        "account_id": event["account_id"],
        "change_id": event["change_id"],
        "owner": event["owner"],
    }


def _summary(outbox: Outbox, route: Route, recipient: str | None) -> dict[str, Any]:
    month, channel = str(outbox.month), route.channel
    return _common(outbox, channel, recipient, "summary") | {
        "notification_id": notification_id(channel, recipient, "summary", month, outbox.revision),
        "message_id": message_id(month, outbox.revision, channel, recipient, "summary", None, 0),
        "audience": "leadership",
    }


def _common(outbox: Outbox, channel: str, recipient: str | None, message: str) -> dict[str, Any]:
    return {
        "month": outbox.month.first_day,
        "channel": channel,
        "recipient": recipient,
        "message": message,
        "revision": outbox.revision,
        "status": "held" if outbox.held_because else "pending",
        "last_error": outbox.held_because,
        "attempts": 0,
    }
