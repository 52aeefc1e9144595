"""Moves overlapping labels apart."""

from __future__ import annotations

from collections.abc import Sequence


def spread(places: Sequence[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Move places as little as possible so that neighbours are a gap apart.

    Args:
        places: The preferred places, in any order.
        gap: The smallest distance between neighbours.
        lowest: No place is below it.
        highest: No place is above it, unless there is not enough room.

    Returns:
        The new places, in the order of the given ones.
    """
    order = sorted(range(len(places)), key=lambda number: (places[number], number))
    moved: list[float] = [min(max(places[number], lowest), highest) for number in order]
    for place in range(1, len(moved)):
        moved[place] = max(moved[place], moved[place - 1] + gap)
    if moved and moved[-1] > highest:
        moved[-1] = max(highest, lowest + gap * (len(moved) - 1))
        for place in range(len(moved) - 2, -1, -1):
            moved[place] = min(moved[place], moved[place + 1] - gap)
    result = [0.0] * len(places)
    for number, found in zip(order, moved, strict=True):
        result[number] = found
    return result
