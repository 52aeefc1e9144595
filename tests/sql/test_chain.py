"""Which months no longer rest on what is published before them."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sql.chain import NO_HISTORY, history_print, stale_months
from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.month import Month

RUNS = PUBLISHED["runs"]
JANUARY = Month.parse("2025-01")


def in_force(**fingerprints):
    """Runs in force: month number → (result fingerprint, fingerprint of the month before that was used)."""
    return rows(
        RUNS,
        [
            {"month": date(2025, int(month[1:]), 1), "result_fingerprint": result, "previous_fingerprint": used}
            for month, (result, used) in fingerprints.items()
        ],
    )


@pytest.mark.parametrize(
    ("runs", "stale"),
    [
        pytest.param(in_force(), [], id="nothing-published"),
        pytest.param(in_force(m1=("A", None), m2=("B", "A"), m3=("C", "B")), [], id="all-fresh"),
        pytest.param(in_force(m1=("A2", None), m2=("B", "A"), m3=("C", "B")), [2, 3], id="first-changed-carries-on"),
        pytest.param(in_force(m1=("A", None), m2=("B2", "A"), m3=("C", "B")), [3], id="only-what-comes-after"),
        pytest.param(in_force(m1=("A", None), m2=("B", None)), [2], id="an-earlier-month-was-backfilled"),
        pytest.param(in_force(m1=("A", None), m3=("C", "B")), [3], id="the-month-before-is-not-there"),
        pytest.param(in_force(m1=("A", None), m3=("C", None)), [3], id="two-beginnings"),
        pytest.param(in_force(m1=("A", "Z"), m2=("B", "A")), [1, 2], id="first-had-one-before-it"),
    ],
)
def test_a_month_is_stale_where_the_one_before_is_another_by_now(runs, stale):
    assert [month.first_day.month for month in stale_months(runs)] == stale


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("AB")), max_size=8), st.randoms())
def test_after_a_stale_month_all_that_follow_without_a_gap_are_stale(pairs, chance):
    runs = in_force(**{f"m{number + 1}": pair for number, pair in enumerate(pairs)})
    stale = stale_months(runs.sample(fraction=1, shuffle=True, seed=chance.randrange(1000)))
    if stale:
        last = Month.parse("2025-01") + (len(pairs) - 1)
        assert stale == Month.range(stale[0], last)


def with_history(*results):
    """Runs in force of consecutive months, each computed from the results before it."""
    runs = in_force(**{f"m{number}": (result, None) for number, result in enumerate(results, start=1)})
    prints = [history_print(runs, Month.of(day)) for day in runs["month"]]
    return runs.with_columns(pl.Series("history_fingerprint", prints, dtype=pl.String))


def restated(runs, number, result):
    is_it = pl.col("month") == date(2025, number, 1)
    return runs.with_columns(
        pl.when(is_it).then(pl.lit(result)).otherwise("result_fingerprint").alias("result_fingerprint")
    )


def test_the_first_month_has_no_history():
    assert history_print(with_history("A", "B"), JANUARY) == NO_HISTORY


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_month_looks_back_on_more_than_the_last_one(number):
    """March may come out equal although January did not: April still looked at January."""
    runs = restated(with_history("A", "B", "C", "D"), number, "another")

    assert [month.first_day.month for month in stale_months(runs)] == list(range(number + 1, 5))


def test_months_that_were_computed_again_from_what_there_is_are_fresh():
    assert stale_months(with_history("A", "B", "C", "D")) == []
