"""Coverage: the share of ARR in scope whose accounts have a score."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from expectations.business.words import percent
from transforms.errors import first_few
from transforms.exact import exact_sum
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality

_SCORES = ("priority", "health", "growth", "strategic", "complexity")


def coverage(
    scores: pl.DataFrame, unconfigured: Collection[str], usage_months: int, quality: Quality, month: Month
) -> list[Measure]:
    """Measure the share of ARR with each score.

    Args:
        scores: One row per account in scope: account_id, arr, priority, health, growth, strategic, complexity.
        unconfigured: The pillars that the company has not configured; they have no scores.
        usage_months: For how many months, this one included, usage has rows; trends need some.
        quality: The limits.
        month: The month.

    Returns:
        ``coverage.<score>`` for the priority and each pillar but value. It does not apply to a pillar that is not
        configured, with too few accounts or months, or without ARR.
    """
    arr = pl.col("arr")
    scored = (exact_sum(arr.filter(pl.col(score).is_not_null())).alias(score) for score in _SCORES)
    sums = scores.select(exact_sum(arr), *scored).row(0, named=True)
    return [_measure(score, scores, sums, unconfigured, usage_months, quality, month) for score in _SCORES]


def _measure(
    score: str,
    scores: pl.DataFrame,
    sums: Mapping[str, float],
    unconfigured: Collection[str],
    usage_months: int,
    quality: Quality,
    month: Month,
) -> Measure:
    check, name = quality.coverage, f"coverage.{score}"
    whole = sums["arr"]
    why = None
    if score in unconfigured:
        why = f"{score} is not configured, so no account can have it"
    elif usage_months < check.minimum_usage_months:
        needed = check.minimum_usage_months
        why = f"usage has {pluralize(usage_months, 'month')} up to {month}, {needed} are needed for trends"
    elif scores.height < check.minimum_accounts or whole <= 0:
        needed = check.minimum_accounts
        why = f"{pluralize(scores.height, 'account')} in scope in {month}, {needed} with ARR are needed for a share"
    if why is not None:
        return does_not_apply(name, check.severity, why)
    minimum: float = getattr(check, f"{score}_minimum_share")
    observed = sums[score] / whole
    message = f"accounts with {percent(observed)} of ARR in {month} have a score for {score}"
    if observed < minimum:
        without = scores.filter(pl.col(score).is_null())["account_id"].to_list()
        message = (
            f"only {message}, expected at least {percent(minimum)}; first accounts without: {first_few(without)}: "
            "look in score_contributions for what is missing, and whether its source still arrives"
        )
    return Measure(name, check.severity, observed, minimum, None, message)
