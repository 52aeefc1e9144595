"""The policy's segments section: how accounts are grouped beside their tiers."""

from __future__ import annotations

from transforms.policy.values import PositiveCount, Section


class NeedsRules(Section):
    """From which usage the needs of an account are read."""

    window_months: PositiveCount


class Segments(Section):
    """How accounts are grouped beside their tiers."""

    needs: NeedsRules
