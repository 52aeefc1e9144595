from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.business.exit_share import exit_share
from expectations.business.measure import Measure
from tests.expectations.business.limits import limited, only
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")
CHANGES = {"account_id": pl.String, "kind": pl.String, "exit_reason": pl.String}


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(policy.quality, "exit_share", maximum_share=0.1, minimum_exits=1)


def accounts(*arr: float) -> pl.DataFrame:
    listed = [(f"{number:03}", amount) for number, amount in enumerate(arr)]
    return pl.DataFrame(listed, schema={"account_id": pl.String, "arr": pl.Float64}, orient="row")


def exits(count: int, reason: str = "churned", first: int = 0) -> pl.DataFrame:
    listed = [(f"{number:03}", "exit", reason) for number in range(first, first + count)]
    return pl.DataFrame(listed, schema=CHANGES, orient="row")


def measured(former: pl.DataFrame, changes: pl.DataFrame, quality: Quality) -> Measure:
    return only(exit_share(former, changes, quality, JUNE))


@pytest.mark.parametrize(("gone", "is_passed"), [(0, True), (10, True), (11, False)])
def test_a_tenth_still_passes(quality: Quality, gone: int, is_passed: bool) -> None:
    measure = measured(accounts(*[100.0] * 100), exits(gone), quality)
    assert (measure.observed, measure.is_passed) == (gone / 100, is_passed)


@pytest.mark.parametrize(
    ("arr", "share"),
    [
        pytest.param([600.0, 200.0, 100.0, 100.0], 0.6, id="the_largest_leaves"),
        pytest.param([100.0, 200.0, 300.0, 400.0], 0.25, id="the_smallest_leaves"),
        pytest.param([0.0, 0.0, 0.0, 0.0], 0.25, id="nobody_pays"),
    ],
)
def test_the_larger_of_accounts_and_arr_counts(quality: Quality, arr: list[float], share: float) -> None:
    assert measured(accounts(*arr), exits(1), quality).observed == share


@pytest.mark.parametrize("reason", ["churned", "internal", "removed"])
def test_every_exit_counts_whatever_its_reason(quality: Quality, reason: str) -> None:
    assert measured(accounts(*[100.0] * 4), exits(1, reason), quality).observed == 0.25


def test_merged_accounts_count_on_neither_side(quality: Quality) -> None:
    changes = pl.concat([exits(2, "merged"), exits(1, first=2)])
    measure = measured(accounts(900.0, 900.0, 100.0, 300.0), changes, quality)
    assert measure.message.startswith("1 of 2 accounts (50 %) with 25 % of ARR left in 2025-06")


def test_only_exits_count_and_an_account_once(quality: Quality) -> None:
    others = [("000", "promotion", None), ("001", "lift_ended", None), ("new", "initial", None)]
    changes = pl.concat([pl.DataFrame(others, schema=CHANGES, orient="row"), exits(1, first=1)])
    assert measured(accounts(*[100.0] * 4), changes, quality).observed == 0.25


def test_the_sentence_says_how_many_who_and_what_to_do(quality: Quality) -> None:
    measure = measured(accounts(*[300.0] * 4, *[100.0] * 6), exits(4), quality)
    assert (measure.name, measure.severity) == ("exit_share", "fail")
    assert measure.message == (
        "4 of 10 accounts (40 %) with 66.7 % of ARR left in 2025-06, first '000', '001', '002' and 1 more; expected at "
        "most 10 % of either: look whether subscriptions or accounts lost rows, fix the file and run the month again, "
        "and accept it where they did leave"
    )


@pytest.mark.parametrize(("gone", "applies"), [(2, False), (3, True)])
def test_few_accounts_may_leave_by_chance(quality: Quality, gone: int, applies: bool) -> None:
    measure = measured(accounts(*[100.0] * 6), exits(gone), limited(quality, "exit_share", minimum_exits=3))
    assert (measure.observed is not None) is applies
    assert measure.is_passed is not applies
    if not applies:
        assert "2 of 6 accounts (33.3 %)" in measure.message
        assert measure.message.endswith("left in 2025-06, and under 3 accounts may leave by chance")


def test_few_exits_within_the_limit_are_reported_as_they_are(quality: Quality) -> None:
    measure = measured(accounts(*[100.0] * 10), exits(1), limited(quality, "exit_share", minimum_exits=30))
    assert (measure.observed, measure.is_passed) == (0.1, True)


@pytest.mark.parametrize("former", [accounts(), accounts(100.0)], ids=["first_month", "all_merged"])
def test_without_anybody_before_it_does_not_apply(quality: Quality, former: pl.DataFrame) -> None:
    measure = measured(former, exits(former.height, "merged"), quality)
    assert measure.observed is None
    assert measure.message == "no account was in scope in the month before 2025-06"


@given(st.lists(st.floats(0.01, 1e9), min_size=1, max_size=30), st.integers(0, 30))
def test_it_is_a_share_and_order_does_not_matter(policy: Policy, arr: list[float], gone: int) -> None:
    quality = limited(policy.quality, "exit_share", minimum_exits=1)
    former, changes = accounts(*arr), exits(min(gone, len(arr)))
    measure = measured(former, changes, quality)
    assert measured(former.reverse(), changes.reverse(), quality) == measure
    assert measure.observed is not None
    assert 0 <= measure.observed <= 1
