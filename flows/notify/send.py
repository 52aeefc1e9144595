"""Sends what waits in the outbox, one message at a time: an attempt is recorded before it is made, its end after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from flows.clock import now
from flows.notify.channels import channel_fault
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

_CUT_SHORT = "the command ended while it was being sent, too often"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message.

    Attributes:
        message_id: The message.
        month: The month that it tells of.
        channel: The channel.
        kind: digest, alert or summary.
        recipient: The address, if the channel has several.
        told: How many changes it tells.
        status: ``sent``, ``failed`` (it is tried again), ``dead`` (it is not), or ``waiting`` (not tried, since its
            channel failed too often in a row or cannot be used, or its template is broken).
        error: Why it was not sent; null where it was.
    """

    message_id: str
    month: Month
    channel: str
    kind: str
    recipient: str | None
    told: int
    status: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """What sending came to.

    Attributes:
        outcomes: What became of each message that was due.
        superseded: How many rows were taken out, since they were not true any more.
        held: How many messages of the month, or of all, wait for a person; drafts for customers are not counted.
        held_because: Why.
    """

    outcomes: Sequence[Outcome] = ()
    superseded: int = 0
    held: int = 0
    held_because: str | None = None

    def count(self, *statuses: str) -> int:
        """Count the messages that came to one of several ends."""
        return sum(outcome.status in statuses for outcome in self.outcomes)


def send_waiting(project: Project, month: Month | None = None) -> Sending:
    """Send what is due; the caller is the only writer of the warehouse.

    A process that dies leaves the message that it was sending pending, so that it is sent again, under the same
    identifier. What is sent is never sent again.

    Args:
        project: The project.
        month: Only what tells of this month; None means all.

    Raises:
        RetierError: If the warehouse cannot be used; what was not sent waits.
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
        return _give_up(project, message, f"retier.yaml has no channel {message.channel!r} any more")
    if message.attempts >= delivery.maximum_attempts:
        return _give_up(project, message, _CUT_SHORT)
    if fault := channel_fault(project, message.channel):
        return _outcome(message, "waiting", fault)
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
    """Record what goes on with a message; whoever read that it waits has seen that the tables are there."""

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
