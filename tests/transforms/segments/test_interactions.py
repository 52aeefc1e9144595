from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from tests.transforms.pillars.world import M, day, inputs_of, moment
from transforms.month import Month
from transforms.segments.interactions import with_interactions

TENURE_START = day(20)


def interacted(known_since: dict[str, Month] | None = None, **given: Any) -> tuple[int | None, float | None]:
    """Recency and active days of an account of this usage, these tickets and touchpoints."""
    inputs = inputs_of(**given)
    accounts = pl.LazyFrame({"account_id": ["a"], "tenure_start_date": [TENURE_START]}).join(
        inputs.usage_history.frame, on="account_id", how="left"
    )
    row = with_interactions(accounts, replace(inputs, known_since=known_since or {}), 6).collect().row(0, named=True)
    return row["interaction_recency_days"], row["trailing_year_active_days"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"usage": [{"date": M.last_day, "events": 1}]}, 0, id="used-on-the-last-day"),
        pytest.param({"usage": [{"date": M.first_day, "events": 1}]}, 29, id="used-on-the-first-day"),
        pytest.param({"usage": [{"date": day(1, 31), "events": 1}]}, 30, id="used-last-month"),
        pytest.param({"tickets": [{"opened_at": moment(0, 28)}]}, 2, id="asked-and-never-used"),
        pytest.param({"touchpoints": [{"date": day(0, 20)}]}, 10, id="called-and-never-used"),
        pytest.param({}, (M.last_day - TENURE_START).days, id="nothing-at-all-counts-from-the-start"),
    ],
)
def test_recency_counts_from_the_last_interaction(given: dict[str, Any], expected: int) -> None:
    assert interacted(**given)[0] == expected


def test_the_latest_of_several_counts() -> None:
    recency, _ = interacted(
        usage=[{"date": day(0, 3), "events": 1}, {"date": day(1, 3), "events": 1}],
        tickets=[{"opened_at": moment(0, 9)}, {"opened_at": moment(3)}],
        touchpoints=[{"date": day(0, 7)}, {"date": day(11)}],
    )
    assert recency == 21


def test_other_accounts_count_for_nobody() -> None:
    other = {"account_id": "b"}
    recency, days = interacted(
        usage=[{"date": day(0), "events": 1} | other],
        tickets=[{"opened_at": moment(0)} | other],
        touchpoints=[{"date": day(0)} | other],
    )
    assert (recency, days) == ((M.last_day - TENURE_START).days, 0)


def test_active_days_are_those_of_twelve_months() -> None:
    dates = [day(12, 30), day(11, 1), day(11, 2), day(3), day(0, 30)]
    usage = [{"date": date, "events": 1, "feature": feature} for date in dates for feature in ("api", "chat")]
    assert interacted(usage=usage)[1] == 4


def test_days_without_events_are_not_active() -> None:
    assert interacted(usage=[{"date": day(0), "events": 0}])[1] == 0


def test_months_before_the_first_row_of_usage_count_for_nothing() -> None:
    usage = [{"date": M.first_day + timedelta(days=ago), "events": 1} for ago in range(3)]
    assert interacted(usage=usage, usage_from=M)[1] == 3


@pytest.mark.parametrize(
    ("known_months", "expected"),
    [
        pytest.param(12, 5, id="whole-year"),
        pytest.param(9, 4 * 12 / 9, id="part"),
        pytest.param(6, 2 * 12 / 6, id="half"),
        pytest.param(5, None, id="too-few"),
    ],
)
def test_days_of_a_year_that_is_known_in_part_stand_for_a_whole_one(known_months: int, expected: float | None) -> None:
    dates = [day(0), day(5), day(6), day(8), day(11)]
    usage = [{"date": date, "events": 1} for date in dates]
    recency, days = interacted(usage=usage, known_since={"usage": M - (known_months - 1)})
    assert (recency, days) == (15, expected)


def test_nothing_is_known_while_usage_is_stale() -> None:
    stale = {"usage": [{"date": day(2), "events": 1}], "tickets": [{"opened_at": moment(0)}]}
    assert interacted(freshness={"usage": True}, **stale) == (None, None)
    assert interacted(freshness={"tickets": True}, **stale)[0] == 15
