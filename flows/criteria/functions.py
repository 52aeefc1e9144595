"""Scoring functions and metrics in words."""

from __future__ import annotations

from transforms.contracts import PUBLISHED, Column
from transforms.plurals import pluralize
from transforms.policy.scoring import Component, FallingBands, Flag, HalfLife, Linear, RisingBands, ScoringFunction

MISSING_RULES = {
    "leave_out": "left out",
    "neutral": "the middle of the scale",
    "zero": "0 points",
    "required": "no score without it",
}


def metric_of(component: Component) -> Column:
    """Return the published column that a component scores."""
    return PUBLISHED["account_features"].field(component.metric).column


def function_in_words(component: Component) -> str:
    """Describe how a metric becomes points, for example ``0 points up to 10 %, 100 from 80 %, evenly in between``."""
    return _words(component.score, metric_of(component))


def number_in_words(value: float, column: Column) -> str:
    """Write a number in its unit: shares and ratios as per cent."""
    if column.unit in {"share", "ratio"}:
        return f"{value * 100:zg} %"
    return f"{value:z,g}"


def _words(score: ScoringFunction, column: Column) -> str:
    if isinstance(score, Linear):
        low, high = number_in_words(score.lo, column), number_in_words(score.hi, column)
        if score.lo < score.hi:
            return f"0 points up to {low}, 100 from {high}, evenly in between"
        return f"100 points up to {high}, 0 from {low}, evenly in between"
    if isinstance(score, RisingBands):
        steps = [
            f"{pluralize(band.points, 'point')} from {number_in_words(band.limit, column)}" for band in score.bands
        ]
        return f"{', '.join(steps)}, below that {score.otherwise:zg}"
    if isinstance(score, FallingBands):
        steps = [
            f"{pluralize(band.points, 'point')} up to {number_in_words(band.limit, column)}" for band in score.bands
        ]
        return f"{', '.join(steps)}, above that {score.otherwise:zg}"
    if isinstance(score, HalfLife):
        return f"100 points at 0, halved every {pluralize(score.days, 'day')}"
    if isinstance(score, Flag):
        return f"{pluralize(score.points, 'point')} while true, else 0"
    return "rank among all accounts in scope, from 0 (lowest) to 100 (highest)"
