"""Laws of the population stability index, and values worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.business.stability import most_moved, stability_index

FLOOR = 0.001
MIXES = st.lists(st.integers(0, 1000), min_size=3, max_size=3).filter(any)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([50, 50], [25, 75], 0.25 * math.log(2) + 0.25 * math.log(1.5)),
        ([1, 1], [1, 3], 0.25 * math.log(2) + 0.25 * math.log(1.5)),
        ([100, 0], [90, 10], 0.1 * math.log(1 / 0.9) + 0.099 * math.log(100)),
        ([10, 20, 70], [10, 20, 70], 0),
    ],
    ids=["a_quarter_moves", "counts_are_shares", "an_empty_class_counts_as_the_floor", "equal"],
)
def test_values_by_hand(before: list[int], now: list[int], expected: float) -> None:
    assert stability_index(before, now, FLOOR) == pytest.approx(expected)


@given(MIXES, st.integers(1, 50))
def test_equal_mixes_have_no_distance_whatever_their_size(mix: list[int], times: int) -> None:
    assert stability_index(mix, mix, FLOOR) == 0
    assert stability_index(mix, [count * times for count in mix], FLOOR) == pytest.approx(0, abs=1e-9)


@given(MIXES, MIXES)
def test_it_is_symmetric_finite_and_not_negative(one: list[int], other: list[int]) -> None:
    index = stability_index(one, other, FLOOR)
    assert index == pytest.approx(stability_index(other, one, FLOOR))
    assert 0 <= index < math.inf


@given(MIXES, MIXES)
def test_order_of_classes_does_not_matter(one: list[int], other: list[int]) -> None:
    assert stability_index(one[::-1], other[::-1], FLOOR) == stability_index(one, other, FLOOR)


@pytest.mark.parametrize(
    ("before", "now", "position", "share"),
    [
        ([70, 20, 10], [60, 30, 10], 0, 0.1),
        ([70, 20, 10], [70, 10, 20], 1, 0.1),
        ([1, 0, 0], [2, 0, 0], 0, 0),
        ([3, 0], [1, 2], 0, 2 / 3),
    ],
    ids=["of_equal_changes_the_first", "a_later_class", "nothing_moved", "thirds"],
)
def test_the_class_that_moved_most(before: list[int], now: list[int], position: int, share: float) -> None:
    assert most_moved(before, now) == (position, share)
