"""The policy's notifications section: when messages wait for a person."""

from __future__ import annotations

from transforms.policy.values import PositiveCount, Section, Share


class Notifications(Section):
    """When the messages of a month wait for a person instead of going out."""

    maximum_changed_share: Share
    minimum_accounts: PositiveCount
