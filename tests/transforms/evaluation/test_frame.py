"""The frame of evaluation against a walk through each account's months, and what it refuses."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.errors import WrongUseError
from transforms.evaluation.frame import PREDICTORS, History, Limits, departures, outcomes, with_predictors
from transforms.month import Month

JANUARY = Month.parse("2025-01")
LIMITS = Limits(contracted_to_share=0.95, expanded_to_share=1.05)

SERVED, GRACE, GONE, MERGED = "served", "grace", "gone", "merged"


def history(lives):
    """Publish months in which accounts are served, in grace or gone; ``merged`` is gone by a merger."""
    tiers, features, changes = [], [], []
    for account_id, life in lives.items():
        for number, (state, before) in enumerate(zip(life, [GONE, *life], strict=False)):
            key = {"month": (JANUARY + number).first_day, "account_id": account_id}
            if state in {SERVED, GRACE}:
                tiers.append(key | {"arr": 100.0})
                features.append(key | {"is_in_grace": state == GRACE})
            elif before in {SERVED, GRACE}:
                reason = "merged" if state == MERGED else "churned"
                changes.append(key | {"kind": "exit", "exit_reason": reason})
    return History(
        rows(PUBLISHED["account_tiers"], tiers).lazy(),
        rows(PUBLISHED["account_features"], features).lazy(),
        rows(PUBLISHED["tier_changes"], changes).lazy(),
        JANUARY + (max(len(life) for life in lives.values()) - 1),
    )


def naive_departures(life):
    """Walk through the months of one account: numbers of the first months without service of its churns."""
    found = set()
    last_served = None
    for number, (state, before) in enumerate(zip(life, [GONE, *life], strict=False)):
        if state == SERVED:
            last_served = number
        is_exit = state in {GONE, MERGED} and before in {SERVED, GRACE}
        has_returned = any(later in {SERVED, GRACE} for later in life[number + 1 : number + 4])
        if is_exit and state == GONE and not has_returned and last_served is not None:
            found.add(last_served + 1)
    return sorted(found)


LIVES = st.lists(st.sampled_from([SERVED, SERVED, GRACE, GONE, MERGED]), min_size=8, max_size=14)


@given(LIVES)
def test_departures_agree_with_a_walk_through_the_months(life):
    found = departures(history({"a": life})).collect()["service_ended_month"].sort()
    assert found.to_list() == [(JANUARY + number).first_day for number in naive_departures(life)]


@given(LIVES)
def test_outcomes_agree_with_a_walk_through_the_months(life):
    horizon = 3
    found = outcomes(history({"a": life}), horizon, LIMITS).sort("month").collect()
    churns = naive_departures(life)
    last_served = max((number for number, state in enumerate(life) if state == SERVED), default=-1)
    expected = {}
    for number, state in enumerate(life[: -(horizon + 3)]):
        next_end = min((end for end in churns if end > number), default=None)
        has_churned = next_end is not None and next_end <= number + horizon
        is_undecided = not has_churned and life[-1] == GRACE and last_served < number + horizon
        if state == SERVED and not is_undecided:
            expected[(JANUARY + number).first_day] = has_churned
    assert dict(found.select("month", "is_churned").iter_rows()) == expected
    assert found.filter("is_churned")["lost_arr"].to_list() == [100.0] * sum(expected.values())


def test_no_row_is_in_grace_or_less_than_whole():
    lives = {"a": [SERVED] * 7 + [GRACE], "b": [GRACE] * 8}
    found = outcomes(history(lives), 3, LIMITS).sort("month").collect()
    assert found.select("account_id", "month").rows() == [("a", JANUARY.first_day), ("a", (JANUARY + 1).first_day)]


def test_churn_is_dated_by_the_first_month_without_service():
    lives = {"a": [SERVED, SERVED, GRACE, GRACE, GONE, GONE, GONE, GONE]}
    found = departures(history(lives)).collect()
    assert found["service_ended_month"].to_list() == [(JANUARY + 2).first_day]
    in_january = outcomes(history(lives), 3, LIMITS).filter(month=JANUARY.first_day).collect()
    assert in_january["service_ended_month"].to_list() == [(JANUARY + 2).first_day]


def test_what_was_published_of_the_month_is_added():
    frame = pl.LazyFrame({"month": [JANUARY.first_day] * 2, "account_id": ["a", "b"]})
    key = {"month": JANUARY.first_day, "account_id": "a"}
    scores = rows(PUBLISHED["account_scores"], [key | {"health": 40.0}]).lazy()
    found = with_predictors(frame, "account_scores", scores, ["health"]).collect()
    assert found.select("account_id", "health").rows() == [("a", 40.0), ("b", None)]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        pytest.param("account_tiers", "revision", id="revision"),
        pytest.param("account_features", "override_end_date", id="override-end-date"),
        pytest.param("tier_outcomes", "is_churned_after_3_months", id="outcome"),
    ],
)
def test_columns_that_may_hold_the_future_are_refused(table, column):
    frame = pl.LazyFrame(schema={"month": pl.Date, "account_id": pl.String})
    with pytest.raises(WrongUseError, match=f"{column} of {table} cannot be held against outcomes"):
        with_predictors(frame, table, frame, [column])


@pytest.mark.parametrize("table", PREDICTORS)
def test_every_predictor_is_published(table):
    assert set(PREDICTORS[table]) <= set(PUBLISHED[table].columns)
