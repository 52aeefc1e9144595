"""Limits of checks as a test wants them, whatever the default policy says."""

from __future__ import annotations

from typing import Any

from expectations.business.measure import Measure
from transforms.policy.quality import Quality


def limited(quality: Quality, check: str, **limits: Any) -> Quality:
    """Return the section with other limits for one check."""
    return quality.model_copy(update={check: getattr(quality, check).model_copy(update=limits)})


def only(measures: list[Measure]) -> Measure:
    """Return the one measure of a list."""
    assert len(measures) == 1
    return measures[0]


def by_name(measures: list[Measure]) -> dict[str, Measure]:
    """Return measures by their names, each of which stands once."""
    named = {measure.name: measure for measure in measures}
    assert len(named) == len(measures)
    return named
