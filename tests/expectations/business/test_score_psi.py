from __future__ import annotations

import polars as pl
import pytest

from expectations.business.measure import Measure
from expectations.business.score_psi import score_psi
from tests.expectations.business.limits import by_name, limited
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")
HEALTH, PRIORITY = "score_psi.health", "score_psi.priority"


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(policy.quality, "score_psi", maximum_index=0.25, empty_share=0.001, minimum_accounts=1)


def scores(health: list[float | None], priority: list[float | None] | None = None) -> pl.DataFrame:
    given = {"health": health, "priority": [50.0] * len(health) if priority is None else priority}
    return pl.DataFrame(given, schema={"health": pl.Float64, "priority": pl.Float64})


def measured(now: list[float | None], before: list[float | None] | None, quality: Quality) -> dict[str, Measure]:
    return by_name(score_psi(scores(now), None if before is None else scores(before), quality, JUNE))


@pytest.mark.parametrize(
    ("now", "before"),
    [
        pytest.param([5.0, 95.0], [5.0, 95.0], id="equal"),
        pytest.param([0.0], [9.99], id="first_band"),
        pytest.param([100.0], [90.0], id="last_band"),
        pytest.param([10.0], [19.99], id="second_band_begins_at_10"),
        pytest.param([5.0, 95.0, 5.0, 95.0], [5.0, 95.0], id="more_accounts"),
        pytest.param([5.0, None, None], [5.0], id="nulls_are_left_out"),
    ],
)
def test_within_the_same_bands_nothing_moved(
    quality: Quality, now: list[float | None], before: list[float | None]
) -> None:
    assert measured(now, before, quality)[HEALTH].observed == 0


@pytest.mark.parametrize(("now", "before"), [([10.0], [9.99]), ([90.0], [89.99])])
def test_another_band_is_a_move(quality: Quality, now: list[float | None], before: list[float | None]) -> None:
    measures = measured(now, before, quality)
    assert not measures[HEALTH].is_passed
    assert measures[PRIORITY].observed == 0


def test_the_priority_is_measured_by_itself(quality: Quality) -> None:
    measures = by_name(score_psi(scores([5.0], [10.0]), scores([5.0], [90.0]), quality, JUNE))
    assert measures[HEALTH].observed == 0
    assert not measures[PRIORITY].is_passed


def test_the_sentence_names_the_band_that_moved_most(quality: Quality) -> None:
    now: list[float | None] = [35.0] * 2 + [95.0] * 6 + [45.0] * 2
    before: list[float | None] = [35.0] * 2 + [95.0] * 8
    assert measured(now, before, quality)[HEALTH].message == (
        "health in 2025-06 has a stability index of 1.1119 against the month before, expected at most 0.25; most "
        "changed the band from 40 to 50 points, with 2 accounts after 0: look in score_contributions for the component "
        "that moved, and whether its source or the policy changed"
    )


@pytest.mark.parametrize("before", [None, [], [None]], ids=["first_month", "nobody", "no_scores"])
def test_without_former_scores_it_does_not_apply(quality: Quality, before: list[float | None] | None) -> None:
    measure = measured([50.0], before, quality)[HEALTH]
    assert measure.observed is None
    assert measure.message == "0 accounts with health in 2025-06 or the month before, 1 are needed in both"


@pytest.mark.parametrize(
    ("now", "before", "is_judged"),
    [([50.0] * 3, [50.0] * 3, True), ([50.0, 50.0, None], [50.0] * 3, False), ([50.0] * 3, [50.0] * 2, False)],
)
def test_both_months_need_enough_scores(
    quality: Quality, now: list[float | None], before: list[float | None], is_judged: bool
) -> None:
    measure = measured(now, before, limited(quality, "score_psi", minimum_accounts=3))[HEALTH]
    assert (measure.observed is not None) is is_judged


def test_row_order_does_not_matter(quality: Quality) -> None:
    now, before = scores([float(number) for number in range(101)]), scores([float(number) / 2 for number in range(101)])
    assert score_psi(now.reverse(), before.reverse(), quality, JUNE) == score_psi(now, before, quality, JUNE)
