"""Identifiers of notifications: the same in every run, so that the database and the receiver recognise repeats."""

from __future__ import annotations

import hashlib
import json

_MESSAGE_DIGITS = 32


def notification_id(
    channel: str,
    recipient: str | None,
    message: str,
    subject: str,
    revision: int | None,
) -> str:
    """Identify a notification to a recipient.

    Args:
        channel: The channel.
        recipient: The address, if the channel has several.
        message: The kind of message.
        subject: The change, or whatever else the notification is about.
        revision: The revision of a correction, since A to B, back to A and to B again are three notifications;
            None for a notification that a later revision may repeat without any news.

    Returns:
        64 hexadecimal digits.
    """
    return _hash([channel, recipient, message, subject, revision])


def message_id(
    month: str, revision: int, channel: str, recipient: str | None, message: str, owner: str | None, part: int
) -> str:
    """Identify a message, as its receiver sees it in every attempt.

    Args:
        month: The month.
        revision: The revision that made the message.
        channel: The channel.
        recipient: The address, if the channel has several.
        message: The kind of message.
        owner: The owner whose digest it is; None for other kinds.
        part: The number of the message, from 0, if the changes do not fit into one.

    Returns:
        32 hexadecimal digits.
    """
    return _hash([month, revision, channel, recipient, message, owner, part])[:_MESSAGE_DIGITS]


def _hash(parts: list[str | int | None]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
