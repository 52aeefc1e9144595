"""Sends pending messages one at a time; an attempt is recorded before it is made, its outcome afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from flows.clock import now
from flows.notify.channels import channel_error
from flows.notify.messages import Message
from flows.notify.render import Templates
from flows.notify.transport import Courier
from flows.notify.waiting import Waiting, waiting
from flows.settings import Project
from flows.transactions import again_if_gone, read_in_transaction, write_in_transaction
from flows.warehouse import warehouse_engine
from sql.engine import transaction
from sql.outbox import held_messages, mark_attempt, mark_failed, mark_sent, supersede
from transforms.errors import RetierError
from transforms.month import Month
from transforms.notifications.backoff import wait_seconds

_CUT_SHORT = "the command ended while sending it, too often"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a message.

    Attributes:
        message_id: The message.
        month: The month that it is about.
        channel: The channel.
        kind: digest, alert or summary.
        recipient: The address, if the channel has several.
        changes: The number of its changes.
        status: ``sent``, ``failed`` (it is tried again), ``dead`` (it is not), or ``waiting`` (not tried, since its
            channel failed too often in a row or cannot be used, or its template is broken).
        error: Why it was not sent; null if it was.
    """

    message_id: str
    month: Month
    channel: str
    kind: str
    recipient: str | None
    changes: int
    status: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """The result of sending.

    Attributes:
        outcomes: The outcome of each message that was due.
        superseded: How many rows were dropped because they are no longer true.
        held: How many messages, of the month or all, wait for a person, drafts for customers aside.
        held_because: Why.
    """

    outcomes: Sequence[Outcome] = ()
    superseded: int = 0
    held: int = 0
    held_because: str | None = None

    def count(self, *statuses: str) -> int:
        """Count the messages with one of several outcomes."""
        return sum(outcome.status in statuses for outcome in self.outcomes)


def send_waiting(project: Project, month: Month | None = None) -> Sending:
    """Send what is due; the caller must hold the right to write.

    If the process dies, the message that it was sending stays pending and is sent again under the same identifier. A
    message that is recorded as sent is never sent again.

    Args:
        project: The project.
        month: Only messages about this month; None means all.

    Raises:
        RetierError: If the warehouse cannot be used; unsent messages stay pending.
    """
    found = read_in_transaction(project, partial(waiting, project=project, due_at=now(), month=month)) or Waiting()
    if found.outdated:
        write_in_transaction(project, partial(supersede, notification_ids=found.outdated))
    templates, courier = Templates(project), Courier(project.settings.delivery.timeout_seconds)
    failures: Counter[str] = Counter()
    outcomes = []
    for message in found.messages:
        if failures[message.channel] >= project.settings.delivery.maximum_failures:
            outcomes.append(_outcome(message, "waiting", "its channel failed too often in a row"))
            continue
        outcome = _send(project, message, templates, courier)
        failures[message.channel] = 0 if outcome.status == "sent" else failures[message.channel] + 1
        outcomes.append(outcome)
    held = read_in_transaction(project, partial(held_messages, month=month))
    number, why = (0, None) if held is None else held
    return Sending(outcomes, len(found.outdated), number, why)


def _send(project: Project, message: Message, templates: Templates, courier: Courier) -> Outcome:
    delivery, channel = project.settings.delivery, project.settings.channels.get(message.channel)
    if channel is None:
        return _give_up(project, message, f"retier.yaml no longer has a channel {message.channel!r}")
    if message.attempts >= delivery.maximum_attempts:
        return _give_up(project, message, _CUT_SHORT)
    if error := channel_error(project, message.channel):
        return _outcome(message, "waiting", error)
    try:
        written = templates.write(message, channel.format)
    except RetierError as broken:
        return _outcome(message, "waiting", str(broken))
    _mark(project, partial(mark_attempt, message_id=message.message_id))
    error = courier.deliver(channel, message.recipient, written, message.message_id)
    if error is not None:
        return _failed(project, message, error)
    _mark(project, partial(mark_sent, message_id=message.message_id, at=now()))
    return _outcome(message, "sent")


def _mark(project: Project, work: Callable[[Connection], None]) -> None:
    """Record a message's status; the tables exist, since the message was read from them."""

    def once() -> None:
        with transaction(warehouse_engine(project)) as connection:
            work(connection)

    again_if_gone(once)


def _failed(project: Project, message: Message, error: str) -> Outcome:
    delivery, attempts = project.settings.delivery, message.attempts + 1
    if attempts >= delivery.maximum_attempts:
        return _give_up(project, message, error)
    pause = wait_seconds(attempts, message.message_id, delivery.first_wait_seconds, delivery.longest_wait_seconds)
    later = now() + timedelta(seconds=pause)
    _mark(project, partial(mark_failed, message_id=message.message_id, error=error, next_attempt_at=later))
    return _outcome(message, "failed", error)


def _give_up(project: Project, message: Message, error: str) -> Outcome:
    _mark(project, partial(mark_failed, message_id=message.message_id, error=error, next_attempt_at=None))
    return _outcome(message, "dead", error)


def _outcome(message: Message, status: str, error: str | None = None) -> Outcome:
    return Outcome(
        message.message_id,
        message.month,
        message.channel,
        message.kind,
        message.recipient,
        len(message.changes),
        status,
        error,
    )
