"""RFM: recency, frequency and monetary value as scores, their code, and its name in the policy."""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from transforms.policy.segments import Axis, Rfm

MEASURES = {
    "rfm_recency": "interaction_recency_days",
    "rfm_frequency": "trailing_year_active_days",
    "rfm_monetary": "trailing_year_revenue",
}
"""Each score, in the order of the code, and the measure that it scores."""

_BEST_IS_LOW = frozenset({"interaction_recency_days"})
"""Measures of which less is better, such as days since the last interaction."""


def with_rfm(accounts: pl.LazyFrame, rules: Rfm) -> pl.LazyFrame:
    """Score the three measures, by fixed edges or by rank among all accounts, and name the code of the scores.

    Equal values have equal scores, so if many values are equal, some scores may not occur at all.

    Args:
        accounts: Exactly the accounts in scope, with the columns of ``MEASURES``.
        rules: The policy's number of scores, which end is best, how each measure is scored, and the names of codes.

    Returns:
        The frame with ``rfm_recency``, ``rfm_frequency`` and ``rfm_monetary`` (1 to the number of scores),
        ``rfm_code`` (the three as one text) and ``rfm_segment`` added. All are null if a measure is null for
        everybody, otherwise those that depend on a null of the account.
    """
    is_known = pl.all_horizontal(pl.col(measure).count() > 0 for measure in MEASURES.values())
    scores = [
        pl.when(is_known).then(_score(measure, axis, rules)).alias(name)
        for (name, measure), axis in zip(MEASURES.items(), rules.axes.in_order, strict=True)
    ]
    segments = rules.segments()
    named = pl.col("rfm_code").replace_strict(
        list(segments), list(segments.values()), default=None, return_dtype=pl.String
    )
    return (
        accounts.with_columns(scores)
        .with_columns(rfm_code=pl.concat_str(pl.col(list(MEASURES)).cast(pl.String)))
        .with_columns(rfm_segment=named)
    )


def _score(measure: str, axis: Axis, rules: Rfm) -> pl.Expr:
    value = pl.col(measure)
    does_rise = (measure in _BEST_IS_LOW) == (rules.best == "lowest")
    if axis.by == "quantiles":
        return _by_rank(value, rules.bins, does_rise=does_rise)
    edges = _quantiles(value, rules.bins) if axis.edges is None else axis.edges
    lowest_first = 1 + reduce(add, ((value > edge).cast(pl.Int64) for edge in edges))
    return lowest_first if does_rise else rules.bins + 1 - lowest_first


def _by_rank(value: pl.Expr, bins: int, *, does_rise: bool) -> pl.Expr:
    """Score values by ``bins x (average rank - 0.5) / n``, rounded up.

    Ranks are taken in the order of the scores, so that a rank between two scores has the lower one on every axis, and
    counted in half places, which are whole numbers: a fraction could fall on either side.
    """
    half_places = (2 * value.rank("average", descending=not does_rise) - 1).cast(pl.Int64)
    twice = 2 * value.count().cast(pl.Int64)
    return (half_places * bins + twice - 1) // twice


def _quantiles(value: pl.Expr, bins: int) -> list[pl.Expr]:
    """Return the edges between bins: quantiles by linear interpolation, as in pandas and numpy.

    No value lies between the two that an edge interpolates, so the lower one of them separates the same values, and
    exactly.
    """
    ordered, last = value.sort(nulls_last=True), value.count().cast(pl.Int64) - 1
    return [ordered.get(last * part // bins, null_on_oob=True) for part in range(1, bins)]
