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
        rules: How many scores there are.
        month: The month.

    Returns:
        ``rfm_scores.<measure>``, in scores; each only warns, since ties are not an error. It does not apply
        where nobody has the score.
    """
    scores = pl.col(list(MEASURES))
    counts = segments.select(
        scores.count().name.suffix(" accounts"), scores.drop_nulls().n_unique().name.suffix(" different")
    ).row(0, named=True)
    return [
        _measure(segments, score, (counts[f"{score} accounts"], counts[f"{score} different"]), rules, month)
        for score in MEASURES
    ]


def _measure(segments: pl.DataFrame, score: str, counts: tuple[int, int], rules: Rfm, month: Month) -> Measure:
    measure, name = MEASURES[score], f"rfm_scores.{score.removeprefix('rfm_')}"
    accounts, observed = counts
    if not accounts:
        return does_not_apply(name, "warn", f"no account has a score for {measure} in {month}")
    # Fewer accounts than scores cannot fill them all.
    expected = min(rules.bins, accounts)
    message = f"{pluralize(accounts, 'account')} have {pluralize(observed, 'different score')} for {measure} in {month}"
    if observed < expected:
        shared = segments.lazy().filter(pl.col(score).is_not_null()).group_by(measure).len()
        most = (
            shared.sort("len", measure, descending=[True, False]).head(1).collect(engine="in-memory").row(0, named=True)
        )
        message = (
            f"{message}, expected {expected}: {pluralize(most['len'], 'account')} share the value {most[measure]:g}, "
            "and equal values have equal scores, so read the codes with that in mind"
        )
    return Measure(name, "warn", observed, expected, None, message)
