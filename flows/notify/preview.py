"""Writes pending messages into files, without changing the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flows.notify.channels import channel_errors
from flows.notify.messages import Message
from flows.notify.render import SUFFIXES, Templates
from flows.notify.waiting import Waiting, waiting
from flows.settings import Project
from flows.transactions import read_in_transaction
from sql.atomic import new_file
from transforms.errors import WrongUseError
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Preview:
    """A pending message as it would be sent.

    Attributes:
        message_id: The message.
        month: The month that it is about.
        channel: The channel.
        kind: digest, alert or summary.
        recipient: The address, if the channel has several.
        changes: The number of its changes.
        status: ``pending``, or ``held`` for a person.
        title: Its subject.
        file: Where its text was written.
    """

    message_id: str
    month: Month
    channel: str
    kind: str
    recipient: str | None
    changes: int
    status: str
    title: str
    file: Path


def messages_folder(project: Project, month: Month) -> Path:
    """Return the folder for previews of a month's messages."""
    return project.output / "messages" / str(month)


def preview_waiting(project: Project, month: Month | None = None) -> Sequence[Preview]:
    """Write all pending messages into files, held and failed ones included, without changing the outbox.

    Raises:
        WrongUseError: If Apprise cannot use a channel's URL.
        RetierError: If a template of the project is broken, or a file cannot be written.
    """
    if errors := channel_errors(project):
        raise WrongUseError(errors[0])
    found = read_in_transaction(project, partial(waiting, project=project, due_at=None, month=month)) or Waiting()
    templates = Templates(project)
    return [
        _preview(project, message, templates)
        for message in found.messages
        if message.channel in project.settings.channels
    ]


def _preview(project: Project, message: Message, templates: Templates) -> Preview:
    form = project.settings.channels[message.channel].format
    written = templates.write(message, form)
    name = f"{message.channel}-{message.kind}-{message.message_id[:12]}.{SUFFIXES[form]}"
    path = messages_folder(project, message.month) / name
    with new_file(path, is_durable=False) as file:
        file.write_text(written.body, encoding="utf-8")
    return Preview(
        message.message_id,
        message.month,
        message.channel,
        message.kind,
        message.recipient,
        len(message.changes),
        "held" if message.is_held else "pending",
        written.title,
        path,
    )
