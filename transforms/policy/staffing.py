"""The policy's staffing section: how accounts are given to owners."""

from __future__ import annotations

from transforms.policy.values import PositiveCount, Section


class Staffing(Section):
    """How accounts are given to owners."""

    handover_absence_days: PositiveCount
