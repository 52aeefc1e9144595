from __future__ import annotations

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


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(policy.quality, "fleet_shift", maximum_share=0.15, points=5.0, minimum_moved_accounts=1)


def fleet(*moves: float, before: float = 50.0) -> pl.DataFrame:
    listed = [(f"{number:03}", before + move, before) for number, move in enumerate(moves)]
    return pl.DataFrame(listed, schema=SCHEMA, orient="row")


def measured(scores: pl.DataFrame, quality: Quality) -> Measure:
    return only(fleet_shift(scores, quality, JUNE))


@pytest.mark.parametrize(
    ("moves", "share"),
    [
        pytest.param([0.0], 0, id="one_account_stands_still"),
        pytest.param([5.0, -5.0], 0, id="five_points_are_not_more_than_five"),
        pytest.param([5.01], 1, id="more_than_five_up"),
        pytest.param([-5.01], 1, id="more_than_five_down"),
        pytest.param([9.0, 9.0, -9.0, 0.0], 0.5, id="the_larger_way_counts"),
        pytest.param([-9.0, -9.0, 9.0, 0.0], 0.5, id="the_larger_way_may_be_down"),
        pytest.param([9.0, -9.0, 0.0, 0.0], 0.25, id="ways_do_not_add_up"),
    ],
)
def test_moves_the_same_way_are_counted(quality: Quality, moves: list[float], share: float) -> None:
    assert measured(fleet(*moves), quality).observed == share


@pytest.mark.parametrize(("moved", "of", "is_passed"), [(15, 100, True), (16, 100, False), (3, 20, True)])
def test_fifteen_per_cent_still_pass(quality: Quality, moved: int, of: int, is_passed: bool) -> None:
    measure = measured(fleet(*[-9.0] * moved, *[0.0] * (of - moved)), quality)
    assert measure.is_passed is is_passed


def test_accounts_without_both_healths_count_on_neither_side(quality: Quality) -> None:
    unknown = pl.DataFrame([("x", None, 50.0), ("y", 50.0, None), ("z", None, None)], schema=SCHEMA, orient="row")
    assert measured(pl.concat([fleet(9.0, 0.0), unknown]), quality).observed == 0.5


def test_the_sentence_says_which_way_how_many_who_and_what_to_do(quality: Quality) -> None:
    measure = measured(fleet(*[-9.0] * 4, *[0.0] * 6), quality)
    assert (measure.name, measure.severity) == ("fleet_shift", "fail")
    assert measure.message == (
        "health fell by more than 5 points for 4 of 10 accounts (40 %) in 2025-06, first '000', '001', '002' and 1 "
        "more; expected at most 15 % to move the same way: look whether usage, tickets or invoices lost or doubled "
        'rows, and where the move is real, pass it once with --accept fleet_shift --reason "…"'
    )
    assert measured(fleet(*[9.0] * 4, 0.0), quality).message.startswith("health rose by more than 5 points for 4 of 5")


@pytest.mark.parametrize(("moved", "applies"), [(2, False), (3, True)])
def test_few_accounts_may_move_by_chance(quality: Quality, moved: int, applies: bool) -> None:
    measure = measured(fleet(*[9.0] * moved), limited(quality, "fleet_shift", minimum_moved_accounts=3))
    assert (measure.observed is not None) is applies
    assert measure.is_passed is not applies
    if not applies:
        assert "for 2 of 2 accounts (100 %) in 2025-06, and under 3 accounts may move so by chance" in measure.message


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
def test_it_is_a_share_and_order_does_not_matter(policy: Policy, moves: list[float]) -> None:
    quality = limited(policy.quality, "fleet_shift", minimum_moved_accounts=1)
    measure = measured(fleet(*moves), quality)
    assert measured(fleet(*moves).reverse(), quality) == measure
    assert measure.observed is not None
    assert 0 <= measure.observed <= 1
