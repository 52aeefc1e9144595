"""RFM scores: does every score occur, or do ties leave some unused?"""

from __future__ import annotations

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.segments import Rfm
from transforms.segments.rfm import MEASURES


def rfm_scores(segments: pl.DataFrame, rules: Rfm, month: Month) -> list[Measure]:
    """Count the different scores of recency, frequency and monetary value.

    Args:
        segments: ``account_segments`` of the month.
        rules: How many scores there are, and how each measure is scored.
        month: The month.

    Returns:
        ``rfm_scores.<measure>``, in scores; each only warns, since ties are not an error. Scores by fixed edges may
        be any number: where all accounts are active, all are recent. It does not apply where nobody has the score.
    """
    scores = pl.col(list(MEASURES))
    counts = segments.select(
        scores.count().name.suffix(" accounts"), scores.drop_nulls().n_unique().name.suffix(" different")
    ).row(0, named=True)
    found = []
    for score, axis in zip(MEASURES, rules.axes.in_order, strict=True):
        accounts, observed = counts[f"{score} accounts"], counts[f"{score} different"]
        # Fewer accounts than scores cannot fill them all.
        expected = None if axis.by == "edges" else min(rules.bins, accounts)
        found.append(_measure(segments, score, (accounts, observed), expected, month))
    return found


def _measure(
    segments: pl.DataFrame, score: str, counts: tuple[int, int], expected: int | None, month: Month
) -> Measure:
    measure, axis = MEASURES[score], score.removeprefix("rfm_")
    name = f"rfm_scores.{axis}"
    accounts, observed = counts
    if not accounts:
        return does_not_apply(name, "warn", f"no account has a score for {measure} in {month}")
    message = (
        f"{pluralize(accounts, 'account has', 'accounts have')} {pluralize(observed, 'different score')} for {measure} "
        f"in {month}"
    )
    if expected is not None and observed < expected:
        shared = segments.lazy().filter(pl.col(score).is_not_null()).group_by(measure).len()
        most = (
            shared.sort("len", measure, descending=[True, False]).head(1).collect(engine="in-memory").row(0, named=True)
        )
        message = (
            f"{message}, expected {expected}: {pluralize(most['len'], 'account shares', 'accounts share')} the value "
            f"{most[measure]:zg}, and equal values have equal scores; to score by limits of your own, set `by: edges` "
            f"in segments.rfm.axes.{axis} of the policy"
        )
    return Measure(name, "warn", observed, expected, None, message)
