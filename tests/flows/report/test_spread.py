"""Labels that would lie on each other are moved apart, and no further than that takes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.report.charts.spread import spread

PLACES = st.lists(st.floats(0, 100), max_size=8)


@given(PLACES)
def test_neighbours_are_apart_in_their_order_and_inside(places):
    moved = spread(places, 10.0, 0.0, 100.0)
    ranked = sorted(range(len(places)), key=lambda number: (places[number], number))
    in_order = [moved[number] for number in ranked]
    assert all(after - before >= 10.0 - 1e-9 for before, after in pairwise(in_order))
    assert all(-1e-9 <= place <= 100.0 + 1e-9 for place in moved)


def test_what_is_apart_stays():
    assert spread([50.0, 10.0, 90.0], 10.0, 0.0, 100.0) == [50.0, 10.0, 90.0]


def test_what_has_no_room_begins_at_the_lower_end():
    assert spread([5.0, 5.0, 5.0], 10.0, 0.0, 15.0) == pytest.approx([0.0, 10.0, 20.0])
