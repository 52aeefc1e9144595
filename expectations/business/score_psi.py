"""Score drift: how the distribution of scores changed since last month."""

from __future__ import annotations

import polars as pl

from expectations.business.measure import Measure, does_not_apply, number_text
from expectations.business.stability import most_moved, stability_index
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality

_SCORES = ("health", "priority")
_BANDS = 10
_POINTS_PER_BAND = 10


def score_psi(scores: pl.DataFrame, former: pl.DataFrame | None, quality: Quality, month: Month) -> list[Measure]:
    """Compare the scores of a month with those of the month before, in ten bands of ten points.

    Args:
        scores: One row per account: health, priority (points from 0 to 100; nulls are left out).
        former: The same of the month before; None where there is none.
        quality: The limits.
        month: The month.

    Returns:
        ``score_psi.health`` and ``score_psi.priority``, the stability indexes. Each does not apply without a former
        month or with too few scores in either.
    """
    return [_measure(score, scores, former, quality, month) for score in _SCORES]


def _measure(score: str, scores: pl.DataFrame, former: pl.DataFrame | None, quality: Quality, month: Month) -> Measure:
    check, name = quality.score_psi, f"score_psi.{score}"
    now = _bands(scores[score])
    before = [0] * _BANDS if former is None else _bands(former[score])
    needed, smaller = check.minimum_accounts, min(sum(now), sum(before))
    if smaller < needed:
        why = (
            f"{pluralize(smaller, 'account')} with {score} in {month} or the month before, {needed} are needed in both"
        )
        return does_not_apply(name, check.severity, why)
    observed = stability_index(before, now, check.empty_share)
    message = f"{score} in {month} has a stability index of {number_text(observed)} against the month before"
    if observed > check.maximum_index:
        message += (
            f", expected at most {number_text(check.maximum_index)}; {_largest_move(before, now)}: look in "
            "score_contributions for the component that moved, and whether its source or the policy changed"
        )
    return Measure(name, check.severity, observed, None, check.maximum_index, message)


def _bands(scores: pl.Series) -> list[int]:
    """Accounts per band; 100 points belong to the last one."""
    score = pl.col(scores.name)
    band = (score / _POINTS_PER_BAND).floor().clip(0, _BANDS - 1).cast(pl.Int64).alias("band")
    counted = scores.to_frame().lazy().filter(score.is_not_null()).group_by(band).len().collect()
    accounts = dict(counted.iter_rows())
    return [accounts.get(number, 0) for number in range(_BANDS)]


def _largest_move(before: list[int], now: list[int]) -> str:
    band, _ = most_moved(before, now)
    first = band * _POINTS_PER_BAND
    return (
        f"most changed the band from {first} to {first + _POINTS_PER_BAND} points, "
        f"with {now[band]:,} accounts after {before[band]:,}"
    )
