"""The policy's actions section: when something is to be done for an account, and by when."""

from __future__ import annotations

from transforms.policy.values import PositiveCount, Section


class Actions(Section):
    """When something is to be done for an account, and by when."""

    override_ending_days: PositiveCount
