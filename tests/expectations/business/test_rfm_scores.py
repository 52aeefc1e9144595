from __future__ import annotations

import polars as pl
import pytest

from expectations.business.measure import Measure
from expectations.business.rfm_scores import rfm_scores
from tests.expectations.business.limits import by_name
from transforms.month import Month
from transforms.policy import Policy
from transforms.segments.rfm import MEASURES, with_rfm

JUNE = Month.parse("2025-06")


def measured(policy: Policy, recencies: list[int | None]) -> dict[str, Measure]:
    count = len(recencies)
    frame = pl.LazyFrame(
        dict(zip(MEASURES.values(), (recencies, range(count), map(float, range(count))), strict=True)),
        schema=dict(zip(MEASURES.values(), (pl.Int64, pl.Int64, pl.Float64), strict=True)),
    )
    return by_name(rfm_scores(with_rfm(frame, policy.segments.rfm).collect(), policy.segments.rfm, JUNE))


def test_there_is_a_measure_for_each_score(policy: Policy) -> None:
    measures = measured(policy, [*range(10)])
    assert list(measures) == ["rfm_scores.recency", "rfm_scores.frequency", "rfm_scores.monetary"]
    assert all(measure.is_passed and measure.severity == "warn" for measure in measures.values())
    assert measures["rfm_scores.recency"].message == (
        "10 accounts have 5 different scores for interaction_recency_days in 2025-06"
    )


def test_scores_that_fall_together_are_reported(policy: Policy) -> None:
    measures = measured(policy, [0, 0, 0, 0, 0, 0, 1, 1, 1, 9])
    assert [name for name, measure in measures.items() if not measure.is_passed] == ["rfm_scores.recency"]
    assert measures["rfm_scores.recency"].message == (
        "10 accounts have 3 different scores for interaction_recency_days in 2025-06, expected 5: 6 accounts share the "
        "value 0, and equal values have equal scores, so read the codes with that in mind"
    )


@pytest.mark.parametrize("recencies", [[3], [3, 4, 9]], ids=["one", "three"])
def test_few_accounts_cannot_have_all_scores(policy: Policy, recencies: list[int]) -> None:
    assert measured(policy, [*recencies])["rfm_scores.recency"].is_passed


@pytest.mark.parametrize("recencies", [[], [None, None]], ids=["nobody", "nobody_known"])
def test_does_not_apply_without_scores(policy: Policy, recencies: list[int | None]) -> None:
    measure = measured(policy, recencies)["rfm_scores.recency"]
    assert (measure.observed, measure.is_passed) == (None, True)
    assert measure.message == "no account has a score for interaction_recency_days in 2025-06"
