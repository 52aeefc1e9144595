"""The naive windows and coverages, by hand."""

import pytest

from .known import (
    Component,
    beginning,
    count_of_12_months,
    median_of_12_months,
    pillar_score,
    sum_of_3_months,
)


@pytest.mark.parametrize(
    ("months", "since"),
    [({1, 2, 3, 4}, 1), ({1, 2, 5, 6, 7, 9}, 5), ({1, 2}, None), (set(), None)],
    ids=["at_once", "after_a_false_start", "two_months", "none"],
)
def test_source_begins_with_three_consecutive_months(months: set[int], since: int | None) -> None:
    assert beginning(months) == since


@pytest.mark.parametrize(
    ("since", "three", "year", "middle"),
    [(0, 5, 10, 1), (10, 7.5, None, 2.5), (11, 9, None, 3), (12, None, None, None), (6, 5, 16, 1)],
    ids=["all_known", "two_months_known", "one_month_known", "nothing_known", "half_a_year_known"],
)
def test_windows_are_brought_to_their_whole_length(
    since: int, three: float | None, year: float | None, middle: float | None
) -> None:
    values = {0: 1.0, 2: 1.0, 6: 1.0, 7: 1.0, 8: 1.0, 10: 2.0, 11: 3.0}
    assert sum_of_3_months(values, 11, since) == three
    assert count_of_12_months(values, 11, since) == year
    assert median_of_12_months(values, 11, since) == middle


def test_coverage_counts_what_can_be_known() -> None:
    components = [
        Component(25, None, is_knowable=False),
        Component(20, 80),
        Component(15, 40),
        Component(10, None),
        Component(30, 100, is_configured=False),
    ]
    pillar = pillar_score(components, 0.4)
    assert pillar.score == pytest.approx((20 * 80 + 15 * 40) / 35)
    assert pillar.coverage == pytest.approx(35 / 45)
    assert (pillar.is_tentative, pillar.is_in_priority) == (False, True)


@pytest.mark.parametrize(
    ("known", "has_score", "is_tentative"), [(39, False, False), (40, True, True), (69, True, True), (70, True, False)]
)
def test_health_of_little_coverage_is_tentative_or_null(known: int, has_score: bool, is_tentative: bool) -> None:
    pillar = pillar_score([Component(known, 50), Component(100 - known, None)], 0.4)
    assert (pillar.score is not None, pillar.is_tentative) == (has_score, is_tentative)


def test_pillar_of_which_little_can_be_known_is_scored_and_leaves_the_priority() -> None:
    pillar = pillar_score([Component(29, 50), Component(71, 50, is_knowable=False)], 0.7)
    assert (pillar.score, pillar.coverage, pillar.is_in_priority) == (50, 1, False)


def test_pillar_of_which_nothing_can_be_known_has_no_score() -> None:
    pillar = pillar_score([Component(71, 50, is_knowable=False)], 0.7)
    assert (pillar.score, pillar.coverage, pillar.is_in_priority) == (None, None, False)


def test_pillar_of_which_little_is_configured_has_no_score() -> None:
    pillar = pillar_score([Component(29, 50), Component(71, 50, is_configured=False)], 0.7)
    assert (pillar.score, pillar.coverage, pillar.is_in_priority) == (None, None, False)
