"""The choice of what an overloaded owner hands over, against trying out everything."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.engagement import handing_over
from transforms.engagement.handing_over import handed_over


@st.composite
def overloads(draw: st.DrawFn) -> tuple[list[int], list[int], int]:
    demands = draw(st.lists(st.integers(1, 25), min_size=1, max_size=9))
    importances = sorted(draw(st.integers(0, 15)) for _ in demands)
    return demands, importances, draw(st.integers(1, sum(demands)))


@given(overloads())
@settings(deadline=None)
def test_as_few_as_possible_and_of_those_the_least_important(overload):
    demands, importances, excess = overload
    chosen = handed_over(demands, importances, excess)
    assert sum(demands[place] for place in chosen) >= excess
    assert (len(chosen), sum(importances[place] for place in chosen)) == min(
        (count, sum(importances[place] for place in places))
        for count in range(1, len(demands) + 1)
        for places in combinations(range(len(demands)), count)
        if sum(demands[place] for place in places) >= excess
    )


@pytest.mark.parametrize(("excess", "chosen"), [(5, [0]), (10, [0, 1])], ids=["one", "two"])
def test_of_equally_important_accounts_that_just_suffice_the_first_are_chosen(excess, chosen):
    assert handed_over([5, 5, 5], [1, 1, 1], excess) == chosen


@pytest.mark.parametrize("excess", [211, 500, 977])
def test_what_the_fractions_settle_is_right(excess):
    """Of many accounts most are settled by the answer in fractions; all of them at once get the same importance."""
    demands = [3 + number * 37 % 41 for number in range(90)]
    importances = sorted(number * 53 % 97 for number in range(90))
    chosen = handed_over(demands, importances, excess)
    at_once = handing_over._exact(np.array(demands, float), np.array(importances, float), excess, len(chosen))
    assert sum(importances[place] for place in chosen) == sum(importances[place] for place in at_once)
    assert sum(demands[place] for place in chosen) >= excess


@pytest.mark.parametrize("in_doubt", [1, 3])
def test_where_too_many_are_in_doubt_they_are_still_the_fewest(monkeypatch, in_doubt):
    monkeypatch.setattr(handing_over, "_MOST_IN_DOUBT", in_doubt)
    demands = [7 + number * 13 % 11 for number in range(40)]
    chosen = handed_over(demands, list(range(40)), 100)
    fewest = next(count for count in range(40) if sum(sorted(demands)[40 - count :]) >= 100)
    assert len(chosen) == fewest
    assert sum(demands[place] for place in chosen) >= 100
