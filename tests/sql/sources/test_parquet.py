"""Parquet files are read where they are if they can be, else staged; the rows are the same."""

import json
import re
from datetime import UTC, date, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sql.sources.files import find_files
from sql.sources.origins import load_files
from sql.sources.parquet import schema_of
from sql.sources.spec import SourceSpec
from tests.sql.sources.conftest import refused_rows, sentence_of
from transforms.contracts import SOURCES
from transforms.errors import RetierError
from transforms.month import Month

JANUARY, FEBRUARY, MARCH = Month.range(Month.parse("2026-01"), Month.parse("2026-03"))
DAYS = [date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]


def usage(days, **columns):
    days = list(days)
    frame = pl.DataFrame({"date": days}, schema={"date": pl.Date})
    events = pl.Series("events", range(1, len(days) + 1), dtype=pl.Int64)
    return frame.with_columns(events, account_id=pl.lit("A"), feature=pl.lit("f")).with_columns(**columns)


def is_staged(project):
    return bool(list((project / "facts").rglob("*.parquet")))


def test_a_typed_file_is_read_where_it_is(events, project):
    usage(DAYS[:2]).write_parquet(project / "usage.parquet")
    source = events("usage", path="usage.parquet")
    assert list(source.months()) == [JANUARY]
    assert source.rows_read(JANUARY) == 2
    assert source.usable(JANUARY).collect_schema() == SOURCES["usage"].schema
    assert source.usable(JANUARY).collect()["events"].to_list() == [1, 2]
    assert source.usable(FEBRUARY).collect().is_empty()
    assert not is_staged(project)
    columns = ("account_id", "date", "events", "feature")
    assert source.configured == {"usage", *(f"usage.{column}" for column in columns)}


def test_a_month_of_typed_files_is_a_bare_scan(events, project):
    for day in DAYS[:4]:
        usage([day]).write_parquet(project / f"{day}.parquet")
    plan = events("usage", path="*.parquet").usable(JANUARY).explain()
    assert "FILTER" not in plan
    assert ["2026-01-01" in plan, "2026-01-31" in plan, "2026-02" in plan] == [True, True, False]


def test_files_are_read_only_for_their_months(events, project):
    for day in DAYS:
        usage([day]).write_parquet(project / f"{day}.parquet")
    source = events("usage", path="*.parquet")
    source.months()
    for day in DAYS[2:]:
        (project / f"{day}.parquet").unlink()
    assert source.usable(JANUARY).collect()["date"].to_list() == DAYS[:2]


@pytest.mark.parametrize(
    ("row_group_size", "expected"),
    [pytest.param(2, False, id="ordered by month: read where it is"), pytest.param(5, True, id="unordered: staged")],
)
def test_a_file_of_several_months(row_group_size, expected, events, project):
    frame = usage(DAYS)
    frame.write_parquet(project / "usage.parquet", row_group_size=row_group_size)
    source = events("usage", path="usage.parquet")
    assert {str(month): source.rows_read(month) for month in source.months()} == {
        "2026-01": 2,
        "2026-02": 2,
        "2026-03": 1,
    }
    for month in (JANUARY, FEBRUARY, MARCH):
        wanted = frame.filter(pl.col("date").dt.month_start() == month.first_day)
        assert_frame_equal(source.usable(month).select(wanted.columns).collect(), wanted)
    assert is_staged(project) is expected


def test_row_groups_of_two_months_are_counted_exactly(events, project):
    days = [date(2026, 1, 30)] * 3 + [date(2026, 2, 1)] * 3
    usage(days).write_parquet(project / "usage.parquet", row_group_size=4)
    source = events("usage", path="usage.parquet")
    assert [source.rows_read(month) for month in source.months()] == [3, 3]
    assert not is_staged(project)


@pytest.mark.parametrize(
    ("column", "values", "sentence"),
    [
        pytest.param("events", [1, -2], r"1 in events \(got '-2' in usage\.parquet row 2; ", id="below the minimum"),
        pytest.param("events", [1, None], r"1 in events \(got nothing in usage\.parquet row 2; ", id="null"),
        pytest.param("events", [1.5, 2.0], r"1 in events \(got '1\.5' in usage\.parquet row 1; ", id="fraction"),
        pytest.param("account_id", ["", "A"], r"1 in account_id \(got nothing in usage\.parquet row 1; ", id="empty"),
        pytest.param("date", [date(26, 1, 1), DAYS[0]], r"1 in date \(got '0026-01-01'", id="year 26"),
        pytest.param("active_users", [1.0, float("nan")], r"1 in active_users \(got 'NaN'", id="not a number"),
    ],
)
def test_values_that_cannot_be_used_are_reported(column, values, sentence, events, project):
    usage(DAYS[:2], **{column: pl.Series(values)}).write_parquet(project / "usage.parquet")
    assert re.match(rf"1 value cannot be used: {sentence}", sentence_of(events("usage", path="usage.parquet")))


@pytest.mark.parametrize("statistics", [True, False], ids=["with statistics", "without"])
@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        ({}, False),
        ({"priority": pl.lit("urgent!")}, True),
        ({"csat": pl.lit(6.0)}, True),
        ({"csat": pl.lit(float("inf"))}, True),
        ({"csat": pl.lit(None, pl.Float64)}, False),
        ({"ticket_id": pl.lit("")}, True),
    ],
)
def test_checks_need_no_statistics(change, is_told, statistics, events, project):
    tickets = pl.DataFrame({"account_id": "A", "ticket_id": ["1", "2"], "priority": "low", "csat": 3.0})
    opened = pl.lit(datetime(2026, 1, 1, tzinfo=UTC)).alias("opened_at")
    tickets.with_columns(opened, **change).write_parquet(project / "tickets.parquet", statistics=statistics)
    source = events("tickets", path="tickets.parquet")
    assert refused_rows(source).height == 2 * is_told
    assert source.rows_read(JANUARY) == 2


def test_an_empty_optional_text_is_null_as_everywhere(table, project):
    pl.DataFrame({"account_id": ["A"], "name": ["x"], "created_date": [DAYS[0]], "region": [""]}).write_parquet(
        project / "accounts.parquet"
    )
    assert table("accounts", path="accounts.parquet").usable().collect()["region"].to_list() == [None]


def test_files_of_different_types_and_columns_are_one_source(events, project):
    usage(DAYS[:1]).write_parquet(project / "1.parquet")
    usage(DAYS[1:2], events=pl.lit(7, pl.Int8), user_id=pl.lit("U")).write_parquet(project / "2.parquet")
    usage(DAYS[1:2], events=pl.lit("8")).write_parquet(project / "3.parquet")
    source = events("usage", path="*.parquet")
    assert sorted(source.usable(JANUARY).select("events", "user_id").collect().rows()) == [
        (1, None),
        (7, "U"),
        (8, None),
    ]
    assert "usage.user_id" in source.configured


def test_renamed_columns(events, project):
    usage(DAYS[:1]).rename({"events": "n", "account_id": "Account.Id"}).write_parquet(project / "usage.parquet")
    source = events("usage", path="usage.parquet", rename={"events": "n", "account_id": "Account.Id"})
    assert source.usable(JANUARY).select("account_id", "events").collect().rows() == [("A", 1)]


@pytest.mark.parametrize("constants", [{"feature": "app"}, {"feature": "app", "user_id": None, "is_deleted": False}])
def test_constants_need_no_staging(constants, events, project):
    usage(DAYS[:2]).drop("feature").write_parquet(project / "usage.parquet")
    source = events("usage", path="usage.parquet", constants=constants)
    assert source.usable(JANUARY).collect()["feature"].to_list() == ["app", "app"]
    assert not is_staged(project)


@pytest.mark.parametrize("constants", [{"events": "many"}, {"events": -1}, {"events": None}, {"date": "2026-01"}])
def test_constants_that_cannot_be_used_are_reported(constants, events, project):
    usage(DAYS[:2]).drop(*constants).write_parquet(project / "usage.parquet")
    assert f"2 in {next(iter(constants))} (got " in sentence_of(
        events("usage", path="usage.parquet", constants=constants)
    )


def test_a_constant_event_time_is_one_month(events, project):
    usage(DAYS[:2]).drop("date").write_parquet(project / "usage.parquet")
    source = events("usage", path="usage.parquet", constants={"date": "2026-02-14"})
    assert source.usable(FEBRUARY).collect()["date"].to_list() == [date(2026, 2, 14)] * 2


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        pytest.param(lambda content: content[:-10], "is not a Parquet file or is damaged", id="cut"),
        pytest.param(lambda content: b"PAR1 but not really", "is not a Parquet file or is damaged", id="other file"),
        pytest.param(lambda content: content[:4] + b"\xff" * 300 + content[304:], "is damaged", id="damaged inside"),
    ],
)
def test_a_damaged_file_is_reported(damage, reason, events, project):
    path = project / "usage.parquet"
    usage(DAYS * 200, events=pl.lit(1.0)).write_parquet(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(RetierError, match=rf"usage: usage\.parquet {reason}.*fetch or export it again"):
        events("usage", path="usage.parquet").months()


def test_whatever_byte_of_the_schema_is_wrong_there_is_a_sentence(project):
    path = project / "usage.parquet"
    usage(DAYS).write_parquet(path)
    content, told = path.read_bytes(), set()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    for place in range(start, len(content) - 8):
        path.write_bytes(content[:place] + b"\x03" + content[place + 1 :])
        [file] = find_files("usage", SourceSpec(path="usage.parquet"), project)
        try:
            schema_of(file, "usage")
        except RetierError as error:
            told.add(str(error))
    assert any("unwrap" in sentence for sentence in told), "Polars no longer panics, so this need not be held"


def test_a_column_of_lists_is_reported(events, project):
    usage(DAYS[:1], feature=pl.lit(["a", "b"])).write_parquet(project / "usage.parquet")
    with pytest.raises(
        RetierError,
        match=r"column 'feature' of usage\.parquet holds List\(String\), which cannot be converted to feature",
    ):
        events("usage", path="usage.parquet").months()


@pytest.mark.parametrize("name", ["_row", "_month", "_faults", "origin", "position", "row_word", "_read.events"])
def test_other_columns_may_have_any_name(name, events, project):
    usage(DAYS[:1], events=pl.lit("x"), **{name: pl.lit("theirs")}).write_parquet(project / "usage.parquet")
    [row] = refused_rows(events("usage", path="usage.parquet")).iter_rows(named=True)
    assert (row["position"], json.loads(row["row_as_read"])[name]) == (1, "theirs")


def test_what_was_found_out_is_not_asked_again(place, project):
    usage(DAYS).write_parquet(project / "usage.parquet", row_group_size=2)
    spec = SourceSpec(path="usage.parquet")
    [first] = load_files(SOURCES["usage"], spec, place)
    record = first.folder / "unit.json"
    before = record.stat().st_mtime_ns
    assert load_files(SOURCES["usage"], spec, place) == [first]
    assert record.stat().st_mtime_ns == before
