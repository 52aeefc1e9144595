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


def measured(policy: Policy, days: list[int | None], recencies: list[int | None] | None = None) -> dict[str, Measure]:
    """The measures of accounts with these active days and recencies, all with different revenue."""
    count = len(days)
    frame = pl.LazyFrame(
        dict(zip(MEASURES.values(), (recencies or [*range(count)], days, map(float, range(count))), strict=True)),
        schema=dict(zip(MEASURES.values(), (pl.Int64, pl.Int64, pl.Float64), strict=True)),
    )
    return by_name(rfm_scores(with_rfm(frame, policy.segments.rfm).collect(), policy.segments.rfm, JUNE))


def test_there_is_a_measure_for_each_score(policy: Policy) -> None:
    measures = measured(policy, [*range(10)])
    assert list(measures) == ["rfm_scores.recency", "rfm_scores.frequency", "rfm_scores.monetary"]
    assert all(measure.is_passed and measure.severity == "warn" for measure in measures.values())
    assert measures["rfm_scores.frequency"].message == (
        "10 accounts have 5 different scores for trailing_year_active_days in 2025-06"
    )


def test_scores_that_fall_together_are_reported(policy: Policy) -> None:
    measures = measured(policy, [0, 0, 0, 0, 0, 0, 1, 1, 1, 9])
    assert [name for name, measure in measures.items() if not measure.is_passed] == ["rfm_scores.frequency"]
    assert measures["rfm_scores.frequency"].message == (
        "10 accounts have 3 different scores for trailing_year_active_days in 2025-06, expected 5: 6 accounts share "
        "the value 0, and equal values have equal scores; to score by limits of your own, set `by: edges` in "
        "segments.rfm.axes.frequency of the policy"
    )


def test_fixed_edges_need_not_have_an_account_at_every_score(policy: Policy) -> None:
    measure = measured(policy, [*range(10)], [0] * 10)["rfm_scores.recency"]
    assert (measure.observed, measure.minimum, measure.is_passed) == (1, None, True)
    assert measure.message == "10 accounts have 1 different score for interaction_recency_days in 2025-06"


@pytest.mark.parametrize("days", [[3], [3, 4, 9]], ids=["one", "three"])
def test_few_accounts_cannot_have_all_scores(policy: Policy, days: list[int | None]) -> None:
    assert measured(policy, days)["rfm_scores.frequency"].is_passed


def test_one_account_is_one_account(policy: Policy) -> None:
    assert measured(policy, [3])["rfm_scores.frequency"].message.startswith("1 account has 1 different score for ")


@pytest.mark.parametrize("days", [[], [None, None]], ids=["nobody", "nobody_known"])
def test_does_not_apply_without_scores(policy: Policy, days: list[int | None]) -> None:
    measure = measured(policy, days)["rfm_scores.frequency"]
    assert (measure.observed, measure.is_passed) == (None, True)
    assert measure.message == "no account has a score for trailing_year_active_days in 2025-06"
