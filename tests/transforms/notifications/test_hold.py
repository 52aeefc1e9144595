"""When messages wait for a person."""

from __future__ import annotations

import pytest

from tests.transforms.notifications.months import RULES, tiers_frame
from transforms.notifications.hold import changed_share, reason_to_hold

LOW = dict.fromkeys("abcd", "low_touch")
NONE = tiers_frame({})


def reason(before, now, superseded=NONE):
    return reason_to_hold(before, superseded, tiers_frame(now), RULES)


@pytest.mark.parametrize(("moved", "is_held"), [("ab", False), ("abc", True), ("abcd", True), ("", False)])
def test_more_than_the_share_of_accounts_that_changed_holds(moved, is_held):
    now = LOW | dict.fromkeys(moved, "mid_touch")
    assert (reason(tiers_frame(LOW), now) is not None) == is_held


def test_accounts_that_left_count_and_those_that_came_do_not():
    assert changed_share(tiers_frame(LOW), tiers_frame({"a": "low_touch"})) == 0.75
    assert changed_share(tiers_frame(LOW), tiers_frame(LOW | dict.fromkeys("xyz", "mid_touch"))) == 0.0


def test_among_few_accounts_nothing_is_held():
    assert reason(tiers_frame({"a": "low_touch"}), {"a": "mid_touch"}) is None


def test_a_surge_of_corrections_holds_too_and_the_sentence_says_how_many():
    now = LOW | dict.fromkeys("abc", "mid_touch")
    told = reason(tiers_frame(now), now, tiers_frame(LOW))
    assert told is not None
    assert told.startswith("75.0% of 4 accounts have another tier than was published before, expected at most 50.0%")
