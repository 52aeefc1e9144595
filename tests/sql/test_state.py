"""What is read back: months in force, stale months, and the rows of a month."""

from datetime import UTC, datetime

import pytest

from sql.engine import transaction
from sql.runs import record_run
from sql.state import (
    actions_of,
    features_of,
    last_attempt_by_month,
    last_run_by_month,
    next_revision,
    owners_of,
    plan_of,
    published_months,
    scores_of,
    team_load_of,
    tiers_of,
)
from tests.factories import rows
from tests.sql.months import FEBRUARY, JANUARY, MARCH, run_of
from transforms.contracts import PUBLISHED

RUNS = PUBLISHED["runs"]
LOW = {"a": {"tier": "low_touch"}}
MID = {"a": {"tier": "mid_touch"}}


@pytest.fixture
def look(engine):
    def looked(function, *arguments):
        with transaction(engine) as connection:
            return function(connection, *arguments)

    return looked


def test_an_empty_warehouse_has_no_state(look):
    assert look(published_months) == []
    assert look(last_run_by_month).schema == RUNS.schema
    assert look(last_attempt_by_month).is_empty()
    assert next_revision(look(last_run_by_month), JANUARY) == 1
    assert look(tiers_of, JANUARY).equals(PUBLISHED["account_tiers"].empty())


def test_the_months_in_force_are_reported_in_order(look, publish_month):
    for month in (MARCH, JANUARY, FEBRUARY):
        publish_month(month, LOW)
    assert look(published_months) == [JANUARY, FEBRUARY, MARCH]


def test_an_unchanged_run_is_in_force_and_its_former_one_no_longer(look, publish_month):
    publish_month(FEBRUARY, LOW, hour=1, previous_fingerprint="old")
    publish_month(FEBRUARY, LOW, hour=2, previous_fingerprint="new")
    row = look(last_run_by_month).row(0, named=True)
    assert (row["status"], row["previous_fingerprint"], row["revision"]) == ("unchanged", "new", 1)
    assert row["finished_at"] == datetime(2026, 1, 1, 2, tzinfo=UTC)


def test_a_later_revision_is_in_force_even_if_the_clock_went_back(look, publish_month):
    publish_month(JANUARY, LOW, hour=9)
    publish_month(JANUARY, MID, hour=3)
    assert look(last_run_by_month)["revision"].to_list() == [2]
    assert next_revision(look(last_run_by_month), JANUARY) == 3


def test_the_last_attempt_may_have_failed(look, publish_month, engine):
    publish_month(JANUARY, LOW, hour=1)
    with transaction(engine) as connection:
        record_run(connection, run_of(JANUARY, hour=2), "stopped", error="too many rows held back")
        record_run(connection, run_of(FEBRUARY, hour=3), "failed", error="no policy")
    told = look(last_attempt_by_month).select("month", "status", "error").rows()
    assert told == [
        (JANUARY.first_day, "stopped", "too many rows held back"),
        (FEBRUARY.first_day, "failed", "no policy"),
    ]
    assert look(published_months) == [JANUARY]


@pytest.mark.parametrize(
    ("function", "table"),
    [(tiers_of, "account_tiers"), (scores_of, "account_scores"), (features_of, "account_features")],
    ids=["tiers", "scores", "features"],
)
def test_a_months_rows_come_back_in_the_contracts_schema_sorted(look, publish_month, function, table):
    publish_month(JANUARY, {"b": {}, "a": {"health": 61.3, "tier": "mid_touch", "events": 7}})
    publish_month(FEBRUARY, {"c": {}})
    found = look(function, JANUARY)
    assert found.schema == PUBLISHED[table].schema
    assert found["account_id"].to_list() == ["a", "b"]
    assert set(found["month"]) == {JANUARY.first_day}


def plan(month, *given):
    return rows(PUBLISHED["engagement_plan"], given, month=month.first_day)


def test_who_looks_after_whom_comes_with_whom_the_crm_named_in_the_same_month(look, publish_month):
    planned = plan(JANUARY, {"account_id": "b", "owner": "Bo"}, {"account_id": "a", "technical_owner": "Tia"})
    publish_month(JANUARY, {"a": {"csm_email": "a@x.y"}, "b": {}}, engagement_plan=planned)
    later = plan(FEBRUARY, {"account_id": "a", "owner": "Ada"})
    publish_month(FEBRUARY, {"a": {"csm_email": "later@x.y"}}, engagement_plan=later)

    assert look(owners_of, JANUARY).rows(named=True) == [
        {"account_id": "a", "owner": None, "technical_owner": "Tia", "csm_email": "a@x.y"},
        {"account_id": "b", "owner": "Bo", "technical_owner": None, "csm_email": None},
    ]
    assert look(owners_of, MARCH).is_empty()
    assert look(plan_of, FEBRUARY).equals(later)


@pytest.mark.parametrize(
    ("function", "table"), [(actions_of, "engagement_actions"), (team_load_of, "team_load")], ids=["actions", "load"]
)
def test_actions_and_loads_come_back_as_they_were_published(look, publish_month, function, table):
    published = rows(PUBLISHED[table], [{}], month=JANUARY.first_day)
    publish_month(JANUARY, {"x": {}}, **{table: published})
    assert look(function, JANUARY).equals(published)
    assert look(function, FEBRUARY).equals(PUBLISHED[table].empty())
