"""How much a distribution over classes changed: the population stability index and the largest change."""

from __future__ import annotations

import math
from collections.abc import Sequence


def stability_index(before: Sequence[int], now: Sequence[int], empty_share: float) -> float:
    """Compare two distributions over the same classes: Σ (p - q) · ln(p / q), p and q being shares of the classes.

    The index is 0 for equal shares, symmetric and never negative (it is Jeffreys' divergence). It comes from credit
    scoring: E. M. Lewis, An Introduction to Credit Scoring; N. Siddiqi, Credit Risk Scorecards (2006), whose
    rule of thumb is that under 0.1 means no change and over 0.25 a different population.

    Args:
        before: Members of each class before; at least one member in all.
        now: Members of each class now, in the same order; at least one member in all.
        empty_share: What a share below it counts as, so that an empty class does not make the index infinite.
    """
    return math.fsum(
        (share - former) * math.log(share / former)
        for former, share in zip(_shares(before, empty_share), _shares(now, empty_share), strict=True)
    )


def most_moved(before: Sequence[int], now: Sequence[int]) -> tuple[int, float]:
    """Find the class whose share of the whole changed most, and by how much; of equal changes the first class.

    Args:
        before: Members of each class before; at least one member in all.
        now: Members of each class now, in the same order; at least one member in all.

    Returns:
        The class's position, and the size of the change as a share from 0 to 1.
    """
    whole_before, whole_now = sum(before), sum(now)
    # Whole numbers, so that equal changes are equal and a change at a limit is not beyond it.
    changes = [abs(new * whole_before - old * whole_now) for old, new in zip(before, now, strict=True)]
    largest = max(changes)
    return changes.index(largest), largest / (whole_before * whole_now)


def _shares(counts: Sequence[int], empty_share: float) -> list[float]:
    total = sum(counts)
    return [max(count / total, empty_share) for count in counts]
