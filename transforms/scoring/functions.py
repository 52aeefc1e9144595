"""The scoring functions of the policy as Polars expressions: a metric in, 0 to 100 points out."""

from __future__ import annotations

import polars as pl

from transforms.exact import divided
from transforms.policy.scoring import (
    FallingBands,
    Flag,
    HalfLife,
    Linear,
    Percentile,
    RisingBands,
    ScoringFunction,
)


def points(function: ScoringFunction, metric: pl.Expr) -> pl.Expr:
    """Score a metric.

    Args:
        function: The function that the policy names, with its parameters.
        metric: The metric as a number, a flag as 0 or 1; null stays null.

    Returns:
        Points from 0 to 100. ``percentile`` looks at all rows of the frame, so the frame must hold the
        accounts in scope and nobody else; the other functions look at one row at a time.
    """
    match function:
        case Linear(lo=lo, hi=hi):
            return divided(metric - lo, hi - lo).clip(0, 1) * 100
        case RisingBands() | FallingBands():
            return _banded(function, metric)
        case HalfLife(days=days):
            return 100 * pl.lit(0.5).pow(divided(metric.clip(lower_bound=0), days))
        case Percentile():
            return divided(metric.rank("average") - 0.5, metric.count()) * 100
        case Flag(points=given):
            return pl.when(metric > 0).then(given).when(metric.is_not_null()).then(0.0)


def _banded(function: RisingBands | FallingBands, metric: pl.Expr) -> pl.Expr:
    rises = isinstance(function, RisingBands)
    scored: pl.Expr = pl.when(metric.is_not_null()).then(pl.lit(function.otherwise))
    # The first band that holds wins, so it is laid on last.
    for band in reversed(function.bands):
        reached = metric >= band.limit if rises else metric <= band.limit
        scored = pl.when(reached).then(pl.lit(band.points)).otherwise(scored)
    return scored
