"""The measures of evaluation on hand-made cases, against naive computations, and their laws."""

from datetime import date
from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.evaluation.measures import (
    alarms_per_100_accounts,
    area_under_curve,
    area_with_interval,
    precision,
    recall,
)
from transforms.evaluation.resampling import Resampling
from transforms.month import Month

JANUARY = Month(date(2025, 1, 1))
FEW = Resampling(times=50)

ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(0, 6)), st.booleans()), min_size=1, max_size=40
)


def scored(rows):
    """Rows of (month from 0, score, outcome), an account each."""
    return pl.LazyFrame(
        [
            {
                "month": (JANUARY + month).first_day,
                "account_id": f"{number:04}",
                "score": None if score is None else float(score),
                "outcome": outcome,
            }
            for number, (month, score, outcome) in enumerate(rows)
        ],
        schema={"month": pl.Date, "account_id": pl.String, "score": pl.Float64, "outcome": pl.Boolean},
    )


def naive_area(rows):
    """Compare every account that has the outcome with every one of its month that has not."""
    pairs = [
        (one, other)
        for (month, one, outcome), (its_month, other, its_outcome) in product(rows, rows)
        if month == its_month and outcome and its_outcome is False
    ]
    won = sum(0.5 if None in pair or pair[0] == pair[1] else float(pair[0] > pair[1]) for pair in pairs)
    return won / len(pairs) if pairs else None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([(0, 9, True), (0, 1, False), (0, 2, False)], 1.0, id="all-told"),
        pytest.param([(0, 1, True), (0, 9, False)], 0.0, id="the-wrong-way"),
        pytest.param([(0, 5, True), (0, 5, False)], 0.5, id="tied"),
        pytest.param([(0, None, True), (0, 5, False), (0, None, False)], 0.5, id="unknown"),
        pytest.param([(0, 9, True), (0, None, False), (0, 1, False)], 0.75, id="unknown-beside-known"),
        pytest.param([(0, 1, True), (0, 0, False), (1, 9, False), (1, 10, True)], 1.0, id="only-within-a-month"),
        pytest.param([(0, 9, True), (0, 1, None), (0, 2, False)], 1.0, id="outcome-unknown"),
        pytest.param([(0, 9, True), (1, 1, False)], None, id="no-pair"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_area_under_the_curve(rows, expected):
    assert area_under_curve(scored(rows), "score", "outcome") == expected


@given(ROWS)
def test_the_area_is_the_count_of_mann_and_whitney(rows):
    assert area_under_curve(scored(rows), "score", "outcome") == pytest.approx(naive_area(rows))


@given(ROWS)
def test_the_area_does_not_change_under_rising_maps(rows):
    mapped = scored(rows).with_columns(score=pl.col("score").exp() * 3 - 7)
    assert area_under_curve(mapped, "score", "outcome") == area_under_curve(scored(rows), "score", "outcome")


@given(ROWS)
def test_the_area_of_the_opposite_score_is_the_rest(rows):
    area = area_under_curve(scored(rows), "score", "outcome")
    opposite = area_under_curve(scored(rows).with_columns(-pl.col("score")), "score", "outcome")
    assert area is opposite is None or area + opposite == pytest.approx(1)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_area_does_not_depend_on_the_order_of_rows(rows, chance):
    shuffled = chance.sample(rows, len(rows))
    assert area_under_curve(scored(shuffled), "score", "outcome") == area_under_curve(scored(rows), "score", "outcome")


def company(accounts=60, months=3, telling=1.0):
    """Accounts of which every fifth leaves; the score tells them apart the better, the more telling it is."""
    return [
        (month, (number * 37 % accounts) / accounts + telling * (number % 5 == 0), number % 5 == 0)
        for month in range(months)
        for number in range(accounts)
    ]


def with_accounts(rows, accounts):
    return scored(rows).with_row_index().with_columns(account_id=(pl.col("index") % accounts).cast(pl.String))


@pytest.mark.parametrize("telling", [0.0, 0.3, 2.0], ids=["telling-nothing", "telling-some", "telling-all"])
def test_the_interval_holds_the_area(telling):
    found = area_with_interval(with_accounts(company(telling=telling), 60), "score", "outcome", FEW)
    assert found.low <= found.value <= found.high
    assert found.count == 36


def test_the_interval_is_wide_where_few_accounts_have_many_months():
    rows = company(accounts=300, months=1, telling=0.3)
    by_row = area_with_interval(with_accounts(rows, 300), "score", "outcome", FEW)
    few_accounts = [row for row in company(accounts=60, telling=0.3) for _ in range(1)]
    by_account = area_with_interval(with_accounts(few_accounts, 60), "score", "outcome", FEW)
    assert by_account.high - by_account.low > by_row.high - by_row.low


def test_the_same_seed_makes_the_same_interval():
    rows = with_accounts(company(telling=0.2), 60)
    one, again, other = (
        area_with_interval(rows, "score", "outcome", Resampling(times=20, seed=seed)) for seed in (1, 1, 2)
    )
    assert one == again != other


def test_resampled_areas_agree_with_areas_of_rows_that_are_repeated():
    """With two accounts that each decide everything, every resample has one of three areas."""
    rows = scored([(0, 9, True), (0, 1, False)])
    found = area_with_interval(rows, "score", "outcome", Resampling(times=200))
    # Whoever is drawn twice has nobody to be compared with.
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def alarms(*given_rows):
    return pl.LazyFrame(
        [{"account_id": account_id, "month": (JANUARY + month).first_day} for account_id, month in given_rows],
        schema={"account_id": pl.String, "month": pl.Date},
    )


def departures(*given_rows):
    return alarms(*given_rows).rename({"month": "service_ended_month"})


@pytest.mark.parametrize(
    ("alarm_month", "expected"),
    [
        pytest.param(3, 0.0, id="too-early"),
        pytest.param(4, 1.0, id="six-months-before"),
        pytest.param(9, 1.0, id="the-month-before"),
        pytest.param(10, 0.0, id="when-service-had-ended"),
    ],
)
def test_an_alarm_counts_for_six_months_before_service_ends(alarm_month, expected):
    found = recall(alarms(("a", alarm_month)), departures(("a", 10)), 6, FEW)
    assert (found.value, found.count) == (expected, 1)


def test_recall_is_a_share_of_departures():
    found = recall(alarms(("a", 1), ("a", 2), ("c", 1)), departures(("a", 3), ("b", 3), ("c", 9)), 6, FEW)
    assert (found.value, found.count) == (pytest.approx(1 / 3), 3)
    assert found.low <= found.value <= found.high


def test_precision_is_a_share_of_alarms():
    found = precision(alarms(("a", 0), ("a", 1), ("b", 0), ("c", 3)), departures(("a", 4), ("c", 4)), 3, FEW)
    assert (found.value, found.count) == (0.5, 4)


def test_alarms_a_month_are_those_of_100_accounts():
    months = alarms(*((str(account), month) for account in range(10) for month in range(5)))
    found = alarms_per_100_accounts(alarms(("1", 0), ("1", 4), ("2", 3)), months, FEW)
    assert (found.value, found.count) == (6.0, 50)


@pytest.mark.parametrize("measure", [recall, precision], ids=["recall", "precision"])
def test_nothing_to_measure_is_null(measure):
    found = measure(alarms(), departures(), 3, FEW)
    assert (found.value, found.low, found.high, found.count) == (None, None, None, 0)
