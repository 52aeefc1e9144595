"""A message: what it tells, and to whom, before it is written out in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from transforms.month import Month
from transforms.plurals import pluralize


@dataclass(frozen=True, slots=True)
class Action:
    """Something that is to be done for an account next."""

    action: str
    due_date: date
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change, or a change that was taken back, as a message tells it; codes are in words.

    Attributes:
        account_id: The account.
        name: What it is called; its id where it has no name.
        kind: What happened.
        is_correction: Whether it corrects what was told before.
        is_taken_back: Whether it only says that what was told before did not take place.
        from_tier: The tier before; null at entry, and where it is taken back.
        to_tier: The tier now; null where the account left.
        decided_by: The rule behind it, or what ended; null where it is taken back.
        reasons: The rules and gates in their order.
        drivers: The components that moved most and by how many points, as ``usage trend -4.2``.
        lever: What would move the tier next; null where nothing is known.
        next_actions: What is to be done, the most urgent first.
        owner: Who looks after the account.
        arr: Currency per year; null where unknown.
    """

    account_id: str
    name: str
    kind: str
    is_correction: bool
    is_taken_back: bool
    from_tier: str | None
    to_tier: str | None
    decided_by: str | None
    reasons: Sequence[str]
    drivers: Sequence[str]
    lever: str | None
    next_actions: Sequence[Action]
    owner: str | None
    arr: float | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message that waits to be sent.

    Attributes:
        message_id: What its receiver knows it by.
        month: The month that it tells of.
        channel: The channel.
        recipient: The address, if the channel has several.
        kind: digest, alert or summary.
        owner: Whose digest it is; null for other kinds.
        attempts: How often it was tried before.
        is_held: Whether it waits for a person.
        changes: What it tells, the largest accounts first.
        summary: The numbers of a summary; null for other kinds.
        currency: The currency of all amounts.
    """

    message_id: str
    month: Month
    channel: str
    recipient: str | None
    kind: str
    owner: str | None
    attempts: int
    is_held: bool
    changes: Sequence[Told]
    summary: Mapping[str, Any] | None
    currency: str

    @property
    def title(self) -> str:
        """The subject: it holds nothing from the data but numbers, because some chats format titles, too."""
        if self.summary is not None:
            return f"{self.month}: {self.summary['moved']:,} of {pluralize(self.summary['accounts'], 'account')} moved"
        what = {"digest": "change of your accounts", "alert": "alert"}[self.kind]
        more = {"digest": "changes of your accounts", "alert": "alerts"}[self.kind]
        return f"{self.month}: {pluralize(len(self.changes), what, more)}"
