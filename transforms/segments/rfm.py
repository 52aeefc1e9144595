"""RFM: recency, frequency and monetary value as scores, their code, and its name in the policy."""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from transforms.policy.segments import Rfm

MEASURES = {
    "rfm_recency": "interaction_recency_days",
    "rfm_frequency": "trailing_year_active_days",
    "rfm_monetary": "trailing_year_revenue",
}
"""Each score, in the order of the code, and the measure that it scores."""

_BEST_IS_LOW = frozenset({"interaction_recency_days"})
"""Measures of which less is better, such as days since the last interaction."""


def with_rfm(accounts: pl.LazyFrame, rules: Rfm) -> pl.LazyFrame:
    """Score the three measures by the quantiles of all accounts, and name the code of the scores.

    The edges between scores are quantiles by linear interpolation, and a value that equals an edge belongs below
    it, as in pandas and numpy. So equal values have equal scores, and if many values are equal, some scores may
    not occur at all.

    Args:
        accounts: Exactly the accounts in scope, with the columns of ``MEASURES``.
        rules: The policy's number of scores, which end is best, and the names of codes.

    Returns:
        The frame with ``rfm_recency``, ``rfm_frequency`` and ``rfm_monetary`` (1 to the number of scores),
        ``rfm_code`` (the three as one text) and ``rfm_segment`` added. All are null if a measure is null for
        everybody, otherwise those that depend on a null of the account.
    """
    is_known = pl.all_horizontal(pl.col(measure).count() > 0 for measure in MEASURES.values())
    scores = [pl.when(is_known).then(_score(measure, rules)).alias(name) for name, measure in MEASURES.items()]
    segments = rules.segments()
    named = pl.col("rfm_code").replace_strict(
        list(segments), list(segments.values()), default=None, return_dtype=pl.String
    )
    return (
        accounts.with_columns(scores)
        .with_columns(rfm_code=pl.concat_str(pl.col(list(MEASURES)).cast(pl.String)))
        .with_columns(rfm_segment=named)
    )


def _score(measure: str, rules: Rfm) -> pl.Expr:
    value = pl.col(measure)
    ordered, last = value.sort(nulls_last=True), value.count().cast(pl.Int64) - 1
    # No value lies between the two that an edge interpolates, so the lower one of them separates the same values,
    # and exactly.
    edges = [ordered.get(last * part // rules.bins, null_on_oob=True) for part in range(1, rules.bins)]
    lowest_first = 1 + reduce(add, ((value > edge).cast(pl.Int64) for edge in edges))
    is_turned = (measure in _BEST_IS_LOW) == (rules.best == "highest")
    return rules.bins + 1 - lowest_first if is_turned else lowest_first
