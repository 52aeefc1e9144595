"""Seeds: a few for every run of the tests, thousands for `make torture`, one to be replayed."""

from __future__ import annotations

import pytest


def blocks(kind: str, sample: int, whole: int, size: int) -> list[object]:
    """Return seeds in blocks, one test each: the first is small, the others are torture.

    Args:
        kind: What the seeds begin with.
        sample: How many the first block has.
        whole: How many there are in all.
        size: How many each further block has.
    """
    named = [f"{kind}-{number}" for number in range(whole)]
    tortures = [named[start : start + size] for start in range(sample, whole, size)]
    return [
        pytest.param(named[:sample], id="sample"),
        *(pytest.param(seeds, marks=pytest.mark.torture, id=f"{seeds[0]} to {seeds[-1]}") for seeds in tortures),
    ]
