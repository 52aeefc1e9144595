"""Sends pending messages one at a time; an attempt is recorded before it is made, its outcome afterwards."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from flows.clock import now
from flows.notify.attempt import UnusableChannelError
from flows.notify.channels import unusable
from flows.notify.messages import Message
from flows.notify.render import Templates
from flows.notify.transport import Courier, CourierLostError
from flows.notify.waiting import Waiting, waiting
from flows.settings import Project
from flows.transactions import Result, again_if_gone, read_in_transaction, write_in_transaction
from flows.warehouse import warehouse_engine
from flows.writing import sending
from sql.engine import transaction
from sql.outbox import held_messages, mark_attempt, mark_failed, mark_sent, supersede
from sql.state import revisions_in_force
from sql.writer import Writer
from transforms.errors import BusyError, RetierError
from transforms.month import Month
from transforms.notifications.backoff import wait_seconds

_CUT_SHORT = "the command ended while sending it, too often"

_PATIENCE_SECONDS = 600.0
"""Longer than any month takes to be written: an outcome that is not recorded is a message that is sent twice."""

_PAUSE_SECONDS = 1.0


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


def send_waiting(project: Project, month: Month | None = None, command: str = "notify") -> Sending:
    """Send what is due, while no other process sends.

    The caller must not hold the right to write: a receiver may be slow, and whoever writes must not wait for it. What
    another process publishes or holds meanwhile is noticed before each message.

    If the process dies, the message that it was sending stays pending and is sent again under the same identifier. A
    message that is recorded as sent is never sent again.

    Args:
        project: The project.
        month: Only messages about this month; None means all.
        command: The command, shown to another process that wants to send.

    Raises:
        BusyError: If another process sends.
        RetierError: If the warehouse cannot be used; unsent messages stay pending.
    """
    with sending(project, command) as right, Courier(project.settings.delivery) as courier:
        sender = _Sender(project, courier, right)
        sender.send_all(month)
    held = read_in_transaction(project, partial(held_messages, month=month))
    number, why = (0, None) if held is None else held
    return Sending(list(sender.outcomes.values()), sender.superseded, number, why)


class _Sender:
    """Sends messages one after the other.

    Attributes:
        outcomes: The outcome of each message by its identifier, in the order in which they were tried.
        superseded: How many rows were dropped because they are no longer true.
    """

    def __init__(self, project: Project, courier: Courier, right: Writer) -> None:
        self._project, self._courier, self._right = project, courier, right
        self._templates = Templates(project)
        self._failures: Counter[str] = Counter()
        self.outcomes: dict[str, Outcome] = {}
        self.superseded = 0

    def send_all(self, month: Month | None) -> None:
        """Try each message that is due once."""
        due_at = now()
        is_to_be_read = True
        while is_to_be_read:
            found = self._read(due_at, month)
            is_to_be_read = False
            for message in found.messages:
                if message.message_id in self.outcomes:
                    continue
                outcome = self._outcome_of(message, found.revisions)
                if outcome is None:
                    is_to_be_read = True
                    break
                self.outcomes[message.message_id] = outcome

    def _read(self, due_at: datetime, month: Month | None) -> Waiting:
        work = partial(waiting, project=self._project, due_at=due_at, month=month)
        found = read_in_transaction(self._project, work) or Waiting()
        if found.outdated:
            write_in_transaction(self._project, partial(supersede, notification_ids=found.outdated))
            self.superseded += len(found.outdated)
        return found

    def _outcome_of(self, message: Message, revisions: Mapping[Month, int]) -> Outcome | None:
        """Try a message; None if another process changed what it rests on, so that all must be read again."""
        if self._failures[message.channel] >= self._project.settings.delivery.maximum_failures:
            return _outcome(message, "waiting", "its channel failed too often in a row")
        outcome = self._send(message, revisions)
        if outcome is not None:
            is_sent = outcome.status == "sent"
            self._failures[message.channel] = 0 if is_sent else self._failures[message.channel] + 1
        return outcome

    def _send(self, message: Message, revisions: Mapping[Month, int]) -> Outcome | None:
        settings = self._project.settings
        channel = settings.channels.get(message.channel)
        if channel is None:
            return self._give_up(message, f"retier.yaml no longer has a channel {message.channel!r}")
        if message.attempts >= settings.delivery.maximum_attempts:
            return self._give_up(message, _CUT_SHORT)
        try:
            self._courier.refuse_unusable(channel, message.recipient)
            written = self._templates.write(message, channel.format)
        except UnusableChannelError:
            return _outcome(message, "waiting", unusable(message.channel))
        except (CourierLostError, RetierError) as error:
            return _outcome(message, "waiting", str(error))
        again_if_gone(self._right.renew)
        if not _mark(self._project, partial(_begin, message=message, revisions=revisions)):
            return None
        refusal = self._courier.deliver(channel, message.recipient, written, message.message_id)
        if refusal is not None:
            return self._failed(message, refusal)
        _record(self._project, partial(mark_sent, message_id=message.message_id, at=now()))
        return _outcome(message, "sent")

    def _failed(self, message: Message, error: str) -> Outcome:
        delivery, attempts = self._project.settings.delivery, message.attempts + 1
        if attempts >= delivery.maximum_attempts:
            return self._give_up(message, error)
        pause = wait_seconds(attempts, message.message_id, delivery.first_wait_seconds, delivery.longest_wait_seconds)
        later = now() + timedelta(seconds=pause)
        _record(self._project, partial(mark_failed, message_id=message.message_id, error=error, next_attempt_at=later))
        return _outcome(message, "failed", error)

    def _give_up(self, message: Message, error: str) -> Outcome:
        _record(self._project, partial(mark_failed, message_id=message.message_id, error=error, next_attempt_at=None))
        return _outcome(message, "dead", error)


def _begin(connection: Connection, message: Message, revisions: Mapping[Month, int]) -> bool:
    """Count an attempt, unless the month was published again, or a person holds the message, since it was read."""
    is_as_read = revisions_in_force(connection).get(message.month) == revisions.get(message.month)
    return is_as_read and mark_attempt(connection, message.message_id)


def _mark(project: Project, work: Callable[[Connection], Result]) -> Result:
    """Change a message's status; the tables exist, since the message was read from them."""

    def once() -> Result:
        with transaction(warehouse_engine(project)) as connection:
            return work(connection)

    return again_if_gone(once)


def _record(project: Project, work: Callable[[Connection], None]) -> None:
    """Record the outcome of an attempt, however long others write: without it, the message would be sent again.

    Raises:
        BusyError: If others write for too long.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _mark(project, work)
        except BusyError:
            if time.monotonic() >= until:
                raise
        time.sleep(_PAUSE_SECONDS)


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
