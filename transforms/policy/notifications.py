"""The policy's notifications section: which changes are news, and when messages are held for a person."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from transforms.policy.values import PositiveCount, Section, Share

ChangeKind = Literal[
    "initial", "placement", "promotion", "demotion", "lift_started", "lift_ended", "override_started", "override_ended",
    "exit",
]  # fmt: skip
"""A kind of change, as ``tier_changes`` has it."""


class Notifications(Section):
    """Which of a month's changes are announced, and when messages are held for a person instead of sent.

    Attributes:
        maximum_changed_share: A share of the accounts of the month before; if more changed tier, messages are held.
        minimum_accounts: With fewer accounts in the month before, messages are not held for this share.
        news: The kinds of changes that are announced if a channel does not name kinds of its own.
        alerts: The kinds that are sent as an alert if a channel has alerts; corrections always are.
        changes_per_message: A message with more changes is split into several.
        largest_moves: How many moves a summary names.
    """

    maximum_changed_share: Share
    minimum_accounts: PositiveCount
    news: Annotated[list[ChangeKind], Field(min_length=1)]
    alerts: list[ChangeKind]
    changes_per_message: PositiveCount
    largest_moves: PositiveCount
