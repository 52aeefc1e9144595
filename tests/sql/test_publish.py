"""Publishing a month: the first time, again, differently, and wrongly."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest

from sql import runs
from sql.engine import transaction
from sql.fingerprint import MONTH_TABLES
from sql.frame_validation import UnfitFrameError
from sql.publish import publish
from sql.runs import Evidence, record_run
from sql.state import last_run_by_month
from tests.factories import rows
from tests.sql.months import FEBRUARY, JANUARY, MARCH, month_frames, policy_frames, run_of
from transforms.contracts import PUBLISHED
from transforms.errors import BusyError

LOW = {"a": {"tier": "low_touch"}, "b": {"tier": "low_touch"}}
MID = {"a": {"tier": "mid_touch"}, "b": {"tier": "low_touch"}}


def test_a_months_rows_are_published_as_they_were_given(engine, query):
    run = run_of(JANUARY)
    frames = month_frames(run, MID, changes=[{"account_id": "a"}])
    with transaction(engine) as connection:
        outcome = publish(connection, run, frames)
    assert (outcome.status, outcome.revision) == ("published", 1)
    for name in (*MONTH_TABLES, "policies", "policy_components"):
        expected = frames.get(name, PUBLISHED[name].empty()).sort(PUBLISHED[name].key)
        assert query(f"select * from {name}").sort(PUBLISHED[name].key).equals(expected), name
    assert query("select * from restatements").is_empty()


def test_the_run_is_recorded_with_all_that_it_knew(engine, query):
    run = run_of(
        JANUARY,
        "r1",
        hour=5,
        accounts_in_scope=2,
        rows_read={"usage": 3, "accounts": 2},
        warnings=["“usage” is stale"],
        input_fingerprint="in",
        previous_fingerprint="before",
        reason="late data",
    )
    with transaction(engine) as connection:
        outcome = publish(connection, run, month_frames(run, MID))
    row = query("select * from runs").row(0, named=True)
    assert row["status"] == "published"
    assert row["revision"] == 1
    assert row["finished_at"] == datetime(2026, 1, 1, 5, tzinfo=UTC)
    assert row["result_fingerprint"] == outcome.result_fingerprint
    assert json.loads(row["rows_read"]) == {"accounts": 2, "usage": 3}
    assert json.loads(row["warnings"]) == ["“usage” is stale"]
    assert (row["input_fingerprint"], row["previous_fingerprint"], row["reason"]) == ("in", "before", "late data")
    assert row["error"] is None


def test_the_same_result_again_changes_nothing_but_the_list_of_runs(publish_month, contents):
    publish_month(JANUARY, MID)
    before = contents()
    outcome = publish_month(JANUARY, MID, hour=2)
    after = contents()
    assert (outcome.status, outcome.revision) == ("unchanged", 1)
    assert after["runs"]["status"].to_list() == ["published", "unchanged"]
    assert after["runs"]["revision"].to_list() == [1, 1]
    assert after["runs"]["result_fingerprint"].n_unique() == 1
    assert {name for name in before if not before[name].equals(after[name])} == {"runs"}


def test_another_result_is_a_new_revision_and_keeps_the_former_rows(publish_month, query):
    publish_month(JANUARY, LOW, changes=[{"account_id": "a"}, {"account_id": "b"}])
    former_tiers, former_scores = query("select * from account_tiers"), query("select * from account_scores")
    outcome = publish_month(JANUARY, MID | {"c": {}}, hour=9, changes=[{"account_id": "c"}])
    assert (outcome.status, outcome.revision) == ("published", 2)
    assert query("select account_id, tier, revision from account_tiers order by account_id").rows() == [
        ("a", "mid_touch", 2),
        ("b", "low_touch", 2),
        ("c", "low_touch", 2),
    ]
    assert query("select account_id from tier_changes").rows() == [("c",)]
    kept = query("select * from restatements order by table_name, account_id")
    assert kept["table_name"].to_list() == ["account_scores"] * 2 + ["account_tiers"] * 2
    assert kept["revision"].to_list() == [1] * 4
    assert set(kept["superseded_at"]) == {datetime(2026, 1, 1, 9, tzinfo=UTC)}
    assert set(kept["run_id"]) == {"2025-01-9"}
    for table, former in (("account_tiers", former_tiers), ("account_scores", former_scores)):
        told = [json.loads(row) for row in kept.filter(pl.col("table_name") == table)["former_row"]]
        written = former.sort("account_id").with_columns(pl.col(pl.Date).cast(pl.String)).to_dicts()
        assert told == written


def test_every_former_revision_is_kept(publish_month, query):
    for hour, accounts in enumerate([LOW, MID, LOW], start=1):
        publish_month(JANUARY, accounts, hour=hour)
    kept = query("select distinct revision from restatements order by revision")
    assert kept["revision"].to_list() == [1, 2]
    assert set(query("select revision from account_tiers")["revision"]) == {3}


def test_other_months_are_left_alone(publish_month, query):
    publish_month(JANUARY, LOW)
    publish_month(FEBRUARY, LOW)
    publish_month(JANUARY, MID, hour=9)
    revisions = query("select distinct month, revision from account_tiers order by month")
    assert revisions["revision"].to_list() == [2, 1]


def test_a_month_without_accounts_may_be_published_and_republished(publish_month, query):
    assert publish_month(JANUARY, {}).status == "published"
    assert publish_month(JANUARY, {}, hour=2).status == "unchanged"
    assert publish_month(JANUARY, LOW, hour=3).revision == 2
    assert publish_month(JANUARY, {}, hour=4).revision == 3
    assert query("select * from account_tiers").is_empty()
    assert query("select count(*) as n from restatements")["n"].item() == 4


def test_a_policy_is_published_once_per_version(publish_month, query):
    publish_month(JANUARY, LOW)
    publish_month(FEBRUARY, LOW)
    publish_month(FEBRUARY + 1, LOW, policy_version="2-def")
    assert query("select policy_version from policies order by policy_version")["policy_version"].to_list() == [
        "1-abc",
        "2-def",
    ]
    positions = query("select policy_version, position from policy_components order by policy_version, position").rows()
    assert positions == [("1-abc", 1), ("1-abc", 2), ("2-def", 1), ("2-def", 2)]


def test_a_message_is_written_once_however_often_its_month_is(publish_month, query):
    def message(name):
        return rows(PUBLISHED["notifications"], [{"notification_id": name}], status="pending")

    publish_month(JANUARY, LOW, notifications=message("one"))
    publish_month(JANUARY, MID, hour=2, notifications=pl.concat([message("one"), message("two")]))
    publish_month(JANUARY, MID, hour=3, notifications=message("three"))
    told = query("select notification_id from notifications order by notification_id")["notification_id"].to_list()
    assert told == ["one", "two"]


def evidence(run, held=2, kept_since=None):
    month = {"run_id": run.run_id, "month": run.month.first_day}
    held_rows = [month | {"row": number, "quarantined_at": run.finished_at} for number in range(1, held + 1)]
    return Evidence(
        check_results=rows(PUBLISHED["check_results"], [month | {"check": "rows"}]),
        quarantine=rows(PUBLISHED["quarantine"], held_rows).lazy(),
        kept_since=kept_since,
    )


def publish_with(engine, run, **given):
    with transaction(engine) as connection:
        publish(connection, run, month_frames(run, LOW), evidence(run, **given))


def test_the_checks_of_each_run_are_kept(engine, query):
    for hour in (1, 2):
        publish_with(engine, run_of(JANUARY, hour=hour))
    assert query("select run_id from check_results order by run_id")["run_id"].to_list() == ["2025-01-1", "2025-01-2"]


def test_the_rows_that_the_newest_run_of_a_month_held_back_take_the_place_of_former_ones(engine, query):
    publish_with(engine, run_of(JANUARY, hour=1), held=3)
    publish_with(engine, run_of(MARCH, hour=2), held=1)
    publish_with(engine, run_of(JANUARY, hour=3), held=2)
    held = "select run_id, count(*) as n from quarantine group by run_id order by run_id"
    assert query(held).rows() == [("2025-01-3", 2), ("2025-03-2", 1)]
    publish_with(engine, run_of(JANUARY, hour=4), held=0)
    assert query(held).rows() == [("2025-03-2", 1)]


def test_rows_that_were_held_back_long_ago_are_removed(engine, query):
    publish_with(engine, run_of(JANUARY, hour=1))
    later = run_of(MARCH, hour=5)
    publish_with(engine, later, kept_since=later.finished_at)
    assert query("select distinct run_id from quarantine")["run_id"].to_list() == ["2025-03-5"]


def test_many_rows_are_held_back_in_batches(engine, query, monkeypatch):
    monkeypatch.setattr(runs, "_BATCH_ROWS", 3)
    publish_with(engine, run_of(JANUARY), held=10)
    assert query('select count(distinct "row") as n from quarantine')["n"].item() == 10


@pytest.mark.parametrize("status", ["failed", "stopped", "held"])
def test_a_run_that_publishes_nothing_leaves_the_month_in_force(engine, publish_month, contents, status):
    publish_month(JANUARY, LOW)
    before = contents()
    run = run_of(JANUARY, hour=9, previous_fingerprint="another")
    with transaction(engine) as connection:
        record_run(connection, run, status, error="usage is late")
        in_force = last_run_by_month(connection)
    after = contents()
    assert {name for name in before if not before[name].equals(after[name])} == {"runs"}
    told = after["runs"].filter(pl.col("status") == status).row(0, named=True)
    assert (told["error"], told["revision"], told["result_fingerprint"]) == ("usage is late", 0, None)
    assert in_force["run_id"].to_list() == ["2025-01-1"]


def test_a_stopped_run_keeps_what_its_checks_found(engine, query):
    run = run_of(JANUARY)
    with transaction(engine) as connection:
        record_run(connection, run, "stopped", error="no", evidence=evidence(run))
    assert query("select count(*) as n from quarantine")["n"].item() == 2
    assert query("select count(*) as n from check_results")["n"].item() == 1


def unfit(name, change):
    return lambda frames: frames | {name: change(frames[name])}


@pytest.mark.parametrize(
    ("spoil", "error", "fault"),
    [
        pytest.param(
            unfit("account_scores", lambda f: f.drop("health")), UnfitFrameError, "columns are missing", id="columns"
        ),
        pytest.param(
            unfit("tier_changes", lambda f: pl.concat([f, f])),
            UnfitFrameError,
            "1 row repeats the key change_id",
            id="twins",
        ),
        pytest.param(
            unfit("account_tiers", lambda f: f.with_columns(run_id=pl.lit("other"))),
            UnfitFrameError,
            "rows are of run 'other'",
            id="another-run",
        ),
        pytest.param(
            unfit("account_tiers", lambda f: f.with_columns(policy_version=pl.lit("9-x"))),
            UnfitFrameError,
            "policies '9-x' are missing",
            id="unknown-policy",
        ),
        pytest.param(
            unfit("account_tiers", lambda f: f.with_columns(revision=pl.lit(7, pl.Int64))),
            BusyError,
            "to become revision 7 and would now be 2",
            id="revision-too-high",
        ),
        pytest.param(lambda f: f | {"runs": pl.DataFrame()}, ValueError, "unknown {'runs'}", id="not-for-callers"),
        pytest.param(
            lambda f: {name: frame for name, frame in f.items() if name != "account_tiers"},
            ValueError,
            "missing {'account_tiers'}",
            id="table-missing",
        ),
    ],
)
def test_what_is_not_fit_leaves_everything_as_it_was(engine, publish_month, contents, spoil, error, fault):
    publish_month(JANUARY, LOW)
    before = contents()
    run = run_of(JANUARY, hour=9)
    frames = spoil(month_frames(run, MID, revision=2, changes=[{"account_id": "a"}]))

    def publish_it():
        with transaction(engine) as connection:
            publish(connection, run, frames)

    with pytest.raises(error) as caught:
        publish_it()
    assert fault in str(caught.value)
    after = contents()
    assert all(before[name].equals(after[name]) for name in before)


def test_two_runs_that_computed_the_same_month_do_not_overwrite_each_other(engine):
    """Both saw no revision yet; the second one's result must not pass as the first."""
    first, second = run_of(JANUARY, hour=1), run_of(JANUARY, hour=2)
    with transaction(engine) as connection:
        publish(connection, first, month_frames(first, LOW, revision=1))

    def publish_second():
        with transaction(engine) as connection:
            publish(connection, second, month_frames(second, MID, revision=1))

    with pytest.raises(BusyError, match="run this again"):
        publish_second()


def test_awkward_names_come_back_as_they_were(publish_month, query):
    name = "Ω 'or' \"1\"=1; drop table runs --\n\u202e\U0001f600"
    publish_month(JANUARY, {name: {"name": name}})
    assert query("select account_id, name from account_features").rows() == [(name, name)]
    assert query("select account_id from score_contributions")["account_id"].to_list() == [name, name]


def test_policies_may_be_those_of_two_versions(engine, query):
    """In a policy's first month the month is stepped under the former one too."""
    run = run_of(JANUARY)
    two = {name: pl.concat([frame, policy_frames("0-old")[name]]) for name, frame in policy_frames("1-abc").items()}
    with transaction(engine) as connection:
        publish(connection, run, month_frames(run, LOW) | two)
    assert query("select count(*) as n from policies")["n"].item() == 2
