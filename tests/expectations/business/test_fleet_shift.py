from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.business.fleet_shift import fleet_shift
from expectations.business.measure import Measure
from tests.expectations.business.limits import limited, only
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")
SCHEMA = {"account_id": pl.String, "health": pl.Float64, "health_1_month_ago": pl.Float64}


CALM = (0.0, 0.02, -0.02)
"""The net shifts of a base in which as many rise as fall."""


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(
        policy.quality,
        "fleet_shift",
        maximum_share=0.15,
        points=5.0,
        maximum_ratio=3.0,
        minimum_former_months=3,
        minimum_moved_accounts=1,
    )


def fleet(*moves: float, before: float = 50.0) -> pl.DataFrame:
    listed = [(f"{number:03}", before + move, before) for number, move in enumerate(moves)]
    return pl.DataFrame(listed, schema=SCHEMA, orient="row")


def measured(scores: pl.DataFrame, quality: Quality, former: Sequence[float] = CALM) -> Measure:
    return only(fleet_shift(scores, former, quality, JUNE))


@pytest.mark.parametrize(
    ("moves", "net"),
    [
        pytest.param([0.0], 0, id="one_account_stands_still"),
        pytest.param([5.0, -5.0], 0, id="five_points_are_not_more_than_five"),
        pytest.param([5.01], 1, id="more_than_five_up"),
        pytest.param([-5.01], -1, id="more_than_five_down"),
        pytest.param([9.0, 9.0, -9.0, 0.0], 0.25, id="those_who_fell_count_against_those_who_rose"),
        pytest.param([-9.0, -9.0, 9.0, 0.0], -0.25, id="and_the_reverse"),
        pytest.param([9.0, -9.0, 9.0, -9.0], 0, id="a_base_that_swings_both_ways_does_not_shift"),
    ],
)
def test_those_who_rose_and_fell_are_set_off(quality: Quality, moves: list[float], net: float) -> None:
    assert measured(fleet(*moves), quality).observed == net


@pytest.mark.parametrize(("moved", "of", "is_passed"), [(15, 100, True), (16, 100, False), (3, 20, True)])
@pytest.mark.parametrize("move", [-9.0, 9.0], ids=["down", "up"])
def test_fifteen_per_cent_net_still_pass(quality: Quality, moved: int, of: int, is_passed: bool, move: float) -> None:
    measure = measured(fleet(*[move] * moved, *[0.0] * (of - moved)), quality)
    assert measure.is_passed is is_passed


@pytest.mark.parametrize(
    ("former", "is_passed"),
    [
        pytest.param((0.1, 0.1, 0.1), True, id="three_times_the_usual"),
        pytest.param((0.09, -0.09, 0.09), False, id="more_than_three_times_the_usual"),
        pytest.param((-0.1, 0.1, -0.1), True, id="the_usual_is_a_size_whichever_way"),
        pytest.param((0.0, 0.0, 0.9), False, id="one_odd_month_is_not_the_usual"),
        pytest.param((0.0, 0.1, 0.1, 0.9), True, id="median_of_four"),
    ],
)
def test_a_base_that_swings_is_compared_with_itself(quality: Quality, former: Sequence[float], is_passed: bool) -> None:
    assert measured(fleet(*[-9.0] * 30, *[0.0] * 70), quality, former).is_passed is is_passed


@pytest.mark.parametrize("months", [0, 1, 2])
def test_in_a_young_history_it_does_not_apply(quality: Quality, months: int) -> None:
    measure = measured(fleet(*[-9.0] * 30), quality, [0.0] * months)
    assert measure.observed is None
    assert measure.message.endswith("before 2025-06 show how health usually moves, 3 are needed")


def test_accounts_without_both_healths_count_on_neither_side(quality: Quality) -> None:
    unknown = pl.DataFrame([("x", None, 50.0), ("y", 50.0, None), ("z", None, None)], schema=SCHEMA, orient="row")
    assert measured(pl.concat([fleet(9.0, 0.0), unknown]), quality).observed == 0.5


def test_the_sentence_says_how_many_who_what_is_usual_and_what_to_do(quality: Quality) -> None:
    measure = measured(fleet(*[-9.0] * 5, 9.0, *[0.0] * 4), quality)
    assert (measure.name, measure.severity) == ("fleet_shift", "fail")
    assert measure.message == (
        "health fell by more than 5 points for 5 and rose so for 1 of 10 accounts in 2025-06, a net 40 %, first '000', "
        "'001', '002' and 2 more; expected at most 15 % net (usually 2 %): look whether usage, tickets or invoices "
        "lost or doubled rows, and accept it where the move is real"
    )
    assert measure.expected_text == "at least -0.15 and at most 0.15"
    assert "first '001'" in measured(fleet(-9.0, *[9.0] * 4), quality).message


@pytest.mark.parametrize(("moved", "applies"), [(2, False), (3, True)])
def test_few_accounts_may_move_by_chance(quality: Quality, moved: int, applies: bool) -> None:
    measure = measured(fleet(*[9.0] * (moved + 1), -9.0), limited(quality, "fleet_shift", minimum_moved_accounts=3))
    assert (measure.observed is not None) is applies
    assert measure.is_passed is not applies
    if not applies:
        assert measure.message.endswith("a net 50 %, and under 3 accounts may move so by chance")


def test_few_moves_within_the_limit_are_reported_as_they_are(quality: Quality) -> None:
    measure = measured(fleet(9.0, *[0.0] * 9), limited(quality, "fleet_shift", minimum_moved_accounts=30))
    assert (measure.observed, measure.is_passed) == (0.1, True)


@pytest.mark.parametrize(
    "scores",
    [fleet(), pl.DataFrame([("a", 50.0, None)], schema=SCHEMA, orient="row")],
    ids=["nobody", "first_month"],
)
def test_without_two_months_of_health_it_does_not_apply(quality: Quality, scores: pl.DataFrame) -> None:
    measure = measured(scores, quality)
    assert measure.observed is None
    assert measure.message == "no account has health both in 2025-06 and the month before"


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=30))
def test_it_is_a_net_share_and_order_does_not_matter(policy: Policy, moves: list[float]) -> None:
    quality = limited(policy.quality, "fleet_shift", minimum_moved_accounts=1)
    measure = measured(fleet(*moves), quality)
    assert measured(fleet(*moves).reverse(), quality) == measure
    assert measure.observed is not None
    assert -1 <= measure.observed <= 1
    mirrored = measured(fleet(*(-move for move in moves)), quality)
    assert mirrored.observed == -measure.observed
