from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.business.coverage import coverage
from expectations.business.measure import Measure
from tests.expectations.business.limits import by_name, limited
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")
SCORES = ["priority", "health", "growth", "strategic", "complexity"]
SCHEMA = {"account_id": pl.String, "arr": pl.Float64} | dict.fromkeys(SCORES, pl.Float64)


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(policy.quality, "coverage", minimum_accounts=1, minimum_usage_months=6, health_minimum_share=0.7)


def scores(*accounts: dict[str, Any]) -> pl.DataFrame:
    dull = {"arr": 100.0} | dict.fromkeys(SCORES, 50.0)
    return pl.DataFrame([dull | account for account in accounts], schema=SCHEMA)


def measured(
    frame: pl.DataFrame, quality: Quality, unconfigured: tuple[str, ...] = (), usage_months: int = 6
) -> dict[str, Measure]:
    return by_name(coverage(frame, unconfigured, usage_months, quality, JUNE))


def test_there_is_a_measure_for_the_priority_and_each_pillar(quality: Quality) -> None:
    measures = measured(scores({"account_id": "a"}), quality)
    assert list(measures) == [f"coverage.{score}" for score in SCORES]
    assert {measure.observed for measure in measures.values()} == {1}


@pytest.mark.parametrize(("scored", "is_passed"), [(70.0, True), (69.99, False)])
def test_shares_are_of_arr_and_the_limit_still_passes(quality: Quality, scored: float, is_passed: bool) -> None:
    frame = scores(
        {"account_id": "a", "arr": scored},
        {"account_id": "b", "arr": (100 - scored) / 2, "health": None},
        {"account_id": "c", "arr": (100 - scored) / 2, "health": None},
    )
    measures = measured(frame, quality)
    assert measures["coverage.health"].observed == pytest.approx(scored / 100)
    assert measures["coverage.health"].is_passed is is_passed
    assert measures["coverage.growth"].observed == 1


def test_each_score_has_its_own_limit(policy: Policy, quality: Quality) -> None:
    measures = measured(scores({"account_id": "a"}), quality)
    limits = policy.quality.coverage
    assert {name: measure.minimum for name, measure in measures.items()} == {
        f"coverage.{score}": getattr(limits, f"{score}_minimum_share") for score in SCORES
    }


def test_accounts_without_a_score_are_named(quality: Quality) -> None:
    frame = scores(*({"account_id": name, "health": None} for name in "dcba"))
    assert measured(frame, quality)["coverage.health"].message == (
        "only accounts with 0 % of ARR in 2025-06 have a score for health, expected at least 70 %; first accounts "
        "without: 'a', 'b', 'c' and 1 more: look in score_contributions for what is missing, and whether its source "
        "still arrives"
    )


def test_a_pillar_that_is_not_configured_is_not_judged(quality: Quality) -> None:
    measures = measured(scores({"account_id": "a", "strategic": None}), quality, ("strategic",))
    assert measures["coverage.strategic"].message == "strategic is not configured, so no account can have it"
    assert {name for name, measure in measures.items() if measure.observed is None} == {"coverage.strategic"}


def test_a_configured_pillar_that_nobody_has_is_judged(quality: Quality) -> None:
    assert not measured(scores({"account_id": "a", "health": None}), quality)["coverage.health"].is_passed


@pytest.mark.parametrize(("months", "is_judged"), [(5, False), (6, True)])
def test_trends_need_months_of_usage(quality: Quality, months: int, is_judged: bool) -> None:
    measures = measured(scores({"account_id": "a", "health": None}), quality, usage_months=months)
    assert all((measure.observed is not None) is is_judged for measure in measures.values())


@pytest.mark.parametrize(("number", "is_judged"), [(0, False), (2, False), (3, True)])
def test_too_few_accounts_are_not_judged(quality: Quality, number: int, is_judged: bool) -> None:
    frame = scores(*({"account_id": str(one)} for one in range(number)))
    measures = measured(frame, limited(quality, "coverage", minimum_accounts=3))
    assert all((measure.observed is not None) is is_judged for measure in measures.values())


@given(st.lists(st.tuples(st.floats(0.01, 1e6), st.booleans()), min_size=1, max_size=20))
def test_shares_lie_within_0_and_1_in_any_order(policy: Policy, accounts: list[tuple[float, bool]]) -> None:
    quality = limited(policy.quality, "coverage", minimum_accounts=1)
    frame = scores(*(
        {"account_id": str(number), "arr": arr, "health": 50.0 if is_scored else None}
        for number, (arr, is_scored) in enumerate(accounts)
    ))  # fmt: skip
    measures = coverage(frame, (), 6, quality, JUNE)
    assert coverage(frame.reverse(), (), 6, quality, JUNE) == measures
    assert all(measure.observed is not None and 0 <= measure.observed <= 1 for measure in measures)
