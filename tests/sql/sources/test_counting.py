"""Raw events are usage without a query: each row is an event, and no row is lost between a file and its count."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime

import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sql.sources import counting
from sql.sources.origins import Place
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from tests.sql.sources.conftest import refused_rows
from transforms.contracts import SOURCES
from transforms.errors import RetierError
from transforms.month import Month

JANUARY, FEBRUARY = Month.parse("2026-01"), Month.parse("2026-02")

EVENTS = pl.DataFrame(
    [
        ("A", "2026-01-05T09:00:00", "reports", "u1"),
        ("A", "2026-01-05T17:30:00", "reports", "u1"),
        ("A", "2026-01-05T17:31:00", "exports", "u1"),
        ("B", "2026-01-06T00:00:00", "reports", None),
        (None, "2026-01-07T00:00:00", "reports", "u2"),
        ("A", "2026-02-01T00:00:00", "reports", "u1"),
        ("A", "yesterday", "reports", "u1"),
    ],
    schema=["account_id", "date", "feature", "user_id"],
    orient="row",
)
"""Seven rows: two of a user and day, one without an account, one without a date that can be read."""

COUNTED = [
    ("A", date(2026, 1, 5), "exports", "u1", 1),
    ("A", date(2026, 1, 5), "reports", "u1", 2),
    ("B", date(2026, 1, 6), "reports", None, 1),
]


def write(frame, path):
    writers = {".csv": frame.write_csv, ".jsonl": frame.write_ndjson, ".parquet": frame.write_parquet}
    writers[path.suffix](path)


def counts(source, month=JANUARY):
    columns = ["account_id", "date", "feature", "user_id", "events"]
    return sorted(source.rows(month).select(columns).collect().rows(), key=str)


def accepted(source, month):
    return source.accepted(month).collect().item()


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_each_row_is_an_event(ending, events, project):
    write(EVENTS, project / f"events.{ending}")
    source = events("usage", path=f"events.{ending}", count="rows")

    assert counts(source) == COUNTED
    assert counts(source, FEBRUARY) == [("A", date(2026, 2, 1), "reports", "u1", 1)]
    assert source.configured >= {"usage.events", "usage.feature", "usage.user_id"}
    assert source.held(JANUARY).is_empty()


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_rows_read_are_events_and_rows_held_back(ending, events, project):
    write(EVENTS, project / f"events.{ending}")
    source = events("usage", path=f"events.{ending}", count="rows")

    # The row whose date cannot be read counts in both months of the file.
    assert [(source.rows_read(month), accepted(source, month)) for month in (JANUARY, FEBRUARY)] == [(6, 4), (2, 1)]
    assert refused_rows(source)["position"].to_list() == [5, 7]
    assert json.loads(refused_rows(source)["row_as_read"][1])["date"] == "yesterday"


def test_timestamps_are_days_of_the_time_zone_of_the_source(events, project):
    (project / "events.csv").write_text("account_id,date\nA,2026-02-01T00:30:00\nA,2026-02-01 01:30\n")
    source = events("usage", path="events.csv", count="rows", timezone="Europe/Berlin")

    assert [day for _, day, *_ in counts(source)] == [date(2026, 1, 31)]
    assert [day for _, day, *_ in counts(source, FEBRUARY)] == [date(2026, 2, 1)]


def test_typed_timestamps_are_days_too(events, project):
    moments = [datetime(2026, 1, 31, 23, 59, 59), datetime(2026, 2, 1)]
    pl.DataFrame({"account_id": ["A", "A"], "date": moments}).write_parquet(project / "events.parquet")
    source = events("usage", path="events.parquet", count="rows")

    assert [day for _, day, *_ in counts(source)] == [date(2026, 1, 31)]
    assert accepted(source, FEBRUARY) == 1


@pytest.mark.parametrize("endings", [("csv", "csv"), ("csv", "parquet"), ("parquet", "jsonl")], ids="+".join)
def test_the_same_day_in_two_files_adds_up(endings, events, project):
    for number, ending in enumerate(endings):
        write(EVENTS, project / f"{number}.{ending}")
    source = events("usage", path="*.*", count="rows")

    assert counts(source) == [(*key, 2 * number) for *key, number in COUNTED]
    assert (source.rows_read(JANUARY), accepted(source, JANUARY)) == (12, 8)


def test_a_query_over_events_needs_no_grouping(events, project):
    EVENTS.head(4).write_parquet(project / "events.parquet")
    source = events("usage", sql="select * replace (date::timestamp as date) from 'events.parquet'", count="rows")

    assert counts(source) == COUNTED


def test_a_database_of_events_needs_no_grouping(events, postgresql_url):
    with psycopg.connect(postgresql_url) as connection:
        connection.execute("create table product_events (company text, sent_at timestamptz, who text)")
        connection.execute(
            "insert into product_events values ('A', '2026-02-01 00:30+01', 'u1'), ('A', '2026-01-31 12:00+00', 'u1')"
        )
    query = "select company as account_id, sent_at as date, who as user_id from product_events"
    source = events("usage", sql=query, database=postgresql_url, count="rows")

    assert counts(source) == [("A", date(2026, 1, 31), None, "u1", 2)]


def test_deleted_rows_are_no_events(events, project):
    (project / "events.csv").write_text(
        "account_id,date,is_deleted\nA,2026-01-05,false\nA,2026-01-05,true\nA,2026-01-05,\n"
    )
    source = events("usage", path="events.csv", count="rows")

    assert [number for *_, number in counts(source)] == [2]
    assert source.left_out() == {"is_deleted is true": 1}
    assert source.rows_read(JANUARY) == accepted(source, JANUARY) == 2
    assert "usage.is_deleted" not in source.configured


def test_rows_that_became_known_later_are_more_events(events, project):
    (project / "events.csv").write_text(
        "account_id,date,known_at\nA,2026-01-05,2026-01-06\nA,2026-01-05,2026-01-06\nA,2026-01-05,2026-02-09\n"
    )
    source = events("usage", path="events.csv", count="rows")

    known = source.rows(JANUARY).select("known_at", "events").sort("known_at").collect().rows()
    assert known == [(datetime(2026, 1, 6, tzinfo=UTC), 2), (datetime(2026, 2, 9, tzinfo=UTC), 1)]


def test_rows_that_are_counted_already_are_not_counted_again(events, project):
    (project / "usage.csv").write_text("account_id,date,events\nA,2026-01-05,40\n")

    with pytest.raises(RetierError, match=r"usage\.csv has a column 'events', so its rows seem to be counted already"):
        events("usage", path="usage.csv", count="rows").months()


@pytest.mark.parametrize(
    ("source", "spec", "problem"),
    [
        ("tickets", {}, "count goes with usage, not with tickets"),
        ("usage", {"rename": {"events": "n"}}, "'events' is mapped, but count: rows makes the events of the rows"),
        ("usage", {"constants": {"active_users": 1}}, "'active_users' is mapped"),
    ],
)
def test_what_does_not_go_with_counting_is_said(source, spec, problem):
    [found] = SourceSpec(path="x.csv", count="rows", **spec).problems(SOURCES[source])
    assert found.startswith(problem)


def test_many_events_are_counted_piece_by_piece(events, project, monkeypatch):
    rows = pl.DataFrame({"account_id": [f"A{number % 7}" for number in range(1000)], "date": ["2026-01-05"] * 1000})
    rows.write_csv(project / "events.csv")
    monkeypatch.setattr(counting, "BUCKET_ROWS", 100)
    source = events("usage", path="events.csv", count="rows")

    assert {account: number for account, *_, number in counts(source)} == {
        f"A{one}": len(range(one, 1000, 7)) for one in range(7)
    }
    [unit] = source._units()
    assert len(unit.parts[0].files) == 11


ROW = st.tuples(st.sampled_from(["A", "B"]), st.integers(1, 3), st.sampled_from(["f", "g"]))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(ROW, min_size=1, max_size=8), min_size=1, max_size=3))
def test_events_are_counted_as_python_counts_them(files, tmp_path_factory):
    """However they are spread over files."""
    folder = tmp_path_factory.mktemp("law")
    for number, rows in enumerate(files):
        lines = [f"{account},2026-01-0{day},{feature}" for account, day, feature in rows]
        (folder / f"{number}.csv").write_text("\n".join(["account_id,date,feature", *lines]))
    source = Source(SOURCES["usage"], SourceSpec(path="*.csv", count="rows"), Place(folder, folder / "staged"))

    expected = Counter((account, date(2026, 1, day), feature) for rows in files for account, day, feature in rows)
    assert {(account, day, feature): number for account, day, feature, _, number in counts(source)} == expected
    assert accepted(source, JANUARY) == source.rows_read(JANUARY) == sum(map(len, files))


def test_the_same_counts_are_called_the_same(events, project):
    """A file with the same events in another order makes no month stale."""
    EVENTS.write_csv(project / "events.csv")
    before = events("usage", path="events.csv", count="rows").months()
    EVENTS.reverse().write_csv(project / "events.csv")

    assert events("usage", path="events.csv", count="rows").months() == before
