"""A message before it is written: its changes and its recipient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from transforms.month import Month
from transforms.plurals import pluralize


@dataclass(frozen=True, slots=True)
class Action:
    """An action that is due for an account.

    Attributes:
        action: What is to be done.
        due_date: By when.
        reason: Why, as a sentence.
        is_late: Whether it was due before the month's end.
    """

    action: str
    due_date: date
    reason: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """A change, or the withdrawal of one, as a message describes it; codes are in words.

    Attributes:
        account_id: The account.
        name: Its name, or its id if it has none.
        kind: What happened.
        is_correction: Whether it corrects an earlier notification.
        is_taken_back: Whether it only withdraws an earlier notification.
        from_tier: The tier before; null at entry, and for a withdrawal.
        to_tier: The tier now; null if the account left.
        decided_by: The rule behind it, or what ended; null for a withdrawal.
        reasons: The rules and gates in their order.
        drivers: What made it, the most telling first, as ``trend of use -4.2``.
        lever: What would move the tier next; null if unknown.
        next_actions: Its open actions, the most urgent first.
        owner: The owner of the account.
        arr: Currency per year; null if unknown.
        risk: What the account is at risk of, since when, and what is done by when; null if it is not at risk.
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
    risk: str | None = None


@dataclass(frozen=True, slots=True)
class RiskNote:
    """An account at risk, as a digest describes it.

    Attributes:
        account_id: The account.
        name: Its name, or its id if it has none.
        arr: Currency per year.
        risk: What it is at risk of, since when, and what is done by when.
    """

    account_id: str
    name: str
    arr: float
    risk: str


@dataclass(frozen=True, slots=True)
class Message:
    """A pending message.

    Attributes:
        message_id: Its identifier, the same in every attempt.
        month: The month that it is about.
        channel: The channel.
        recipient: The address, if the channel has several.
        kind: digest, alert or summary.
        owner: Whose digest it is; null for other kinds.
        attempts: Former attempts to send it.
        is_held: Whether it waits for a person.
        changes: Its changes, the largest accounts first.
        summary: The numbers of a summary; null for other kinds.
        currency: The currency of all amounts.
        at_risk: The owner's accounts at risk that did not change, the dearest first; only in an owner's first digest.
        more_at_risk: How many more there are than a message holds.
    """

    message_id: str
    month: Month
    channel: str
    recipient: str | None
    kind: str
    owner: str | None
    attempts: int
    is_held: bool
    changes: Sequence[ChangeNote]
    summary: Mapping[str, Any] | None
    currency: str
    at_risk: Sequence[RiskNote] = ()
    more_at_risk: int = 0

    @property
    def title(self) -> str:
        """The subject. It holds no data but numbers, because some chats format titles."""
        if self.summary is not None:
            return f"{self.month}: {self.summary['moved']:,} of {pluralize(self.summary['accounts'], 'account')} moved"
        what = {"digest": "change of your accounts", "alert": "alert"}[self.kind]
        more = {"digest": "changes of your accounts", "alert": "alerts"}[self.kind]
        return f"{self.month}: {pluralize(len(self.changes), what, more)}"
