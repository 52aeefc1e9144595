"""Accounts as they stood in former months: points, facts and the months before streaks."""

import polars as pl
import pytest

from sql.engine import transaction
from sql.standings import facts_at, months_before_streak, points_at
from tests.sql.months import FEBRUARY, JANUARY, MARCH

STREAK = "demotion_streak_months"


@pytest.fixture
def look(engine):
    def looked(function, *arguments):
        with transaction(engine) as connection:
            return function(connection, *arguments)

    return looked


def test_points_and_facts_are_those_of_each_accounts_own_month(look, publish_month):
    publish_month(
        JANUARY,
        {"a": {"component_scores": [10.0, 1.0]}, "b": {"component_scores": [20.0, None], "support_cost": 7.0}},
    )
    publish_month(FEBRUARY, {"a": {"component_scores": [30.0, 3.0], "ceiling_tier": "mid_touch"}, "b": {}})
    pairs = pl.DataFrame(
        {"account_id": ["a", "b", "c"], "month": [FEBRUARY.first_day, JANUARY.first_day, JANUARY.first_day]}
    )
    assert look(points_at, pairs).rows() == [
        ("a", FEBRUARY.first_day, "health", "satisfaction", 3.0),
        ("a", FEBRUARY.first_day, "health", "usage_trend", 30.0),
        ("b", JANUARY.first_day, "health", "satisfaction", None),
        ("b", JANUARY.first_day, "health", "usage_trend", 20.0),
    ]
    facts = look(facts_at, pairs)
    assert facts["account_id"].to_list() == ["a", "b"]
    assert facts["ceiling_tier"][0] == "mid_touch"
    assert facts["support_cost"][1] == 7.0


def test_month_before_a_streak_is_the_last_without_it_or_the_oldest(look, publish_month):
    for month, of_a, of_b in ((JANUARY, 0, 1), (FEBRUARY, 0, 2), (MARCH, 1, 3)):
        publish_month(month, {"a": {STREAK: of_a}, "b": {STREAK: of_b}, "c": {STREAK: 0}})
    found = look(months_before_streak, pl.Series(["b", "a", "a", "z"]), STREAK, MARCH + 1)
    assert found.rows() == [("a", FEBRUARY.first_day), ("b", JANUARY.first_day)]
    assert look(months_before_streak, pl.Series(["a"]), STREAK, JANUARY).is_empty()
