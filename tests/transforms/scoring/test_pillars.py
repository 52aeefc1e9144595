"""Weighted means: whether enough weight is configured for a score at all."""

from __future__ import annotations

import pytest

from transforms.scoring.pillars import Part, WeightedMean


@pytest.mark.parametrize(
    ("weights", "minimum", "is_configured"),
    [
        pytest.param([20, 10], 30, True, id="exactly-enough"),
        pytest.param([20, 9.5], 30, False, id="a-little-less"),
        pytest.param([0.5], 0, True, id="little-where-none-is-asked-for"),
        pytest.param([], 0, False, id="nothing-where-none-is-asked-for"),
        pytest.param([0], 0, False, id="no-weight-where-none-is-asked-for"),
    ],
)
def test_enough_weight_is_configured_from_the_minimum_on(weights, minimum, is_configured):
    parts = [Part(f"part {place}", weight) for place, weight in enumerate(weights)]
    parts.append(Part("not recorded", 100, is_configured=False))

    assert WeightedMean(parts, minimum, 0.7).is_configured is is_configured
