"""Rows are left out and columns become rows without a query, and both are counted."""

from __future__ import annotations

import json
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sql.sources.origins import Place
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from tests.sql.sources.conftest import CONSTANTS, refused_rows
from transforms.contracts import SOURCES
from transforms.errors import RetierError
from transforms.month import Month

JANUARY = Month.parse("2026-01")

PLANS = pl.DataFrame(
    {
        "account_id": ["A", "B", "C", "D"],
        "kind": ["paying", " paying ", "trial", None],
        "is_test": [False, True, False, None],
        "size": [10.0, 2.0, 3.5, None],
        "since": [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3), None],
    }
)
DULL = {name: CONSTANTS["accounts"][name] for name in ("name", "created_date")}


def write(frame, path):
    writers = {".csv": frame.write_csv, ".jsonl": frame.write_ndjson, ".parquet": frame.write_parquet}
    writers[path.suffix](path)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize(
    ("condition", "kept", "violated"),
    [
        pytest.param({"is": "paying"}, "AB", "kind is not 'paying'", id="is"),
        pytest.param({"in": ["paying", "trial"]}, "ABC", "kind is none of 'paying', 'trial'", id="in"),
        pytest.param({"not": "paying"}, "CD", "kind is 'paying'", id="not keeps rows without a value"),
        pytest.param({"not_in": ["paying", "x"]}, "CD", "kind is one of 'paying', 'x'", id="not in"),
        pytest.param({"is_null": True}, "D", "kind has a value", id="is null"),
        pytest.param({"is_null": False}, "ABC", "kind has no value", id="is not null"),
        pytest.param({"column": "is_test", "is": True}, "B", "is_test is not true", id="truth"),
        pytest.param({"column": "is_test", "not": True}, "ACD", "is_test is true", id="no truth"),
        pytest.param({"column": "size", "is": 10}, "A", "size is not 10", id="number"),
        pytest.param({"column": "size", "at_least": 3}, "AC", "size is not at least 3", id="at least"),
        pytest.param({"column": "size", "at_most": 3.5}, "BC", "size is not at most 3.5", id="at most"),
        pytest.param(
            {"column": "size", "at_least": 3, "at_most": 5}, "C", "size is not at least 3 and at most 5", id="between"
        ),
        pytest.param(
            {"column": "since", "at_least": date(2026, 1, 2)}, "BC", "since is not at least 2026-01-02", id="from a day"
        ),
        pytest.param({"column": "since", "at_most": "2026-01-01"}, "A", "since is not at most 2026-01-01", id="to day"),
        pytest.param({"column": "kind", "at_least": 1}, "", "kind is not at least 1", id="a word is no number"),
    ],
)  # fmt: skip
def test_only_rows_that_meet_a_condition_are_read(ending, condition, kept, violated, table, project):
    write(PLANS, project / f"accounts.{ending}")
    conditions = [{"column": "kind", **condition}]
    source = table("accounts", path=f"accounts.{ending}", filter=conditions, constants=DULL)

    if not kept:
        with pytest.raises(RetierError, match=r"has no rows in .* but 4 that are left out: fix the files, or filter"):
            source.usable()
        return
    assert "".join(source.usable().collect()["account_id"]) == kept
    assert source.left_out() == {violated: 4 - len(kept)}
    assert source.rows_read() == len(kept)


def test_a_row_is_left_out_for_the_first_condition_that_it_does_not_meet(table, project):
    PLANS.write_csv(project / "accounts.csv")
    conditions = [{"column": "kind", "is": "paying"}, {"column": "is_test", "not": True}]
    source = table("accounts", path="accounts.csv", filter=conditions, constants=DULL)

    assert source.usable().collect()["account_id"].to_list() == ["A"]
    assert source.left_out() == {"kind is not 'paying'": 2, "is_test is true": 1}


def test_rows_that_are_left_out_are_not_quarantined_and_others_keep_their_number(table, project):
    (project / "accounts.csv").write_text("account_id,created_date,kind\nA,soon,x\nB,soon,y\nC,2026-01-01,y\n")
    source = table("accounts", path="accounts.csv", filter=[{"column": "kind", "is": "y"}], constants={"name": "N"})

    assert source.usable().collect()["account_id"].to_list() == ["C"]
    [held] = refused_rows(source).to_dicts()
    assert (held["account_id"], held["position"]) == ("B", 2)
    assert json.loads(held["row_as_read"]) == {"account_id": "B", "created_date": "soon", "kind": "y"}
    assert (source.rows_read(), source.left_out()) == (2, {"kind is not 'y'": 1})


def test_days_are_compared_in_the_time_zone_and_as_the_source_writes_them(events, project):
    (project / "calls.csv").write_text("id,day\n1,31.01.2026 23:30\n2,01.02.2026 00:30\n3,01.02.2026 01:30\n")
    source = events(
        "touchpoints",
        path="calls.csv",
        rename={"touchpoint_id": "id", "date": "day"},
        cast={"date": {"format": "%d.%m.%Y %H:%M"}},
        timezone="Europe/Berlin",
        filter=[{"column": "day", "at_most": "2026-01-31"}],
        constants={"account_id": "A", "kind": "call"},
    )
    assert source.usable(JANUARY).collect()["touchpoint_id"].to_list() == ["1", "2"]
    assert source.left_out() == {"day is not at most 2026-01-31": 1}


def test_null_values_have_no_value(table, project):
    (project / "accounts.csv").write_text("account_id,kind\nA,-\nB,x\n")
    conditions = [{"column": "kind", "is_null": True}]
    source = table("accounts", path="accounts.csv", filter=conditions, null_values=["-"], constants=DULL)

    assert source.usable().collect()["account_id"].to_list() == ["A"]


def test_queries_are_filtered_too(events):
    query = "select 'A' as account_id, date '2026-01-05' as date, kind from (values ('x'), ('y'), (null)) as t(kind)"
    source = events("usage", sql=query, filter=[{"column": "kind", "not": "y"}], count="rows")

    assert source.rows(JANUARY).collect()["events"].to_list() == [2]
    assert source.left_out() == {"kind is 'y'": 1}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_condition_on_a_column_that_is_not_there_is_an_error(ending, table, project):
    write(PLANS, project / f"accounts.{ending}")
    conditions = [{"column": "knid", "is": "paying"}]
    with pytest.raises(RetierError, match=r"has no column 'knid' \(it has .*\): name the right ones under filter of"):
        table("accounts", path=f"accounts.{ending}", filter=conditions, constants=DULL).usable()


def test_a_key_of_a_condition_may_come_late_in_a_file(table, project):
    lines = ['{"account_id": "A"}'] * 150 + ['{"account_id": "B", "is_test": true}']
    (project / "accounts.jsonl").write_text("\n".join(lines))
    conditions = [{"column": "is_test", "not": True}]
    source = table("accounts", path="accounts.jsonl", filter=conditions, constants=DULL)

    assert set(source.usable().collect()["account_id"]) == {"A"}


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ({}, "expected one of is, in, not, not_in, at_least, at_most and is_null beside column"),
        ({"is": None}, "expected one of is, in, not"),
        ({"is": "a", "not": "b"}, "'is', 'not' are several conditions"),
        ({"is_null": True, "at_least": 1}, "'at_least', 'is_null' are several conditions"),
        ({"in": []}, "at least 1 item"),
        ({"at_least": "many"}, "valid"),
        ({"at_least": True}, "valid"),
        ({"at_least": datetime(2026, 1, 1, 12)}, "a day without a time"),
        ({"is": float("inf")}, "a number that is exact"),
        ({"is": 2**60}, "a number that is exact"),
        ({"is_null": "yes"}, "valid boolean"),
        ({"is_like": "a"}, "Extra inputs"),
    ],
)
def test_what_is_no_condition_is_refused(condition, problem):
    with pytest.raises(ValidationError, match=problem):
        SourceSpec(path="x.csv", filter=[{"column": "kind", **condition}])


def test_new_options_are_part_of_the_definition_only_where_they_are_used():
    plain = SourceSpec(path="x.csv").definition()

    assert (
        SourceSpec(path="x.csv", filter=[], unpivot=None, count=None, trim=True, thousands=None).definition() == plain
    )
    used = [
        SourceSpec(path="x.csv", **option).definition()
        for option in (
            {"filter": [{"column": "a", "is": True}]},
            {"filter": [{"column": "a", "is": "true"}]},
            {"filter": [{"column": "a", "is": 1}]},
            {"unpivot": {"columns": ["a"], "name": "feature", "value": "events"}},
            {"count": "rows"},
            {"trim": False},
            {"thousands": ","},
        )
    ]
    assert len({plain, *used}) == len(used) + 1


WIDE = pl.DataFrame(
    {
        "account_id": ["A", "B", "C"],
        "date": ["2026-01-05", "2026-01-06", "2026-02-01"],
        "feature_reports": [5, None, 1],
        "feature_exports": [None, None, 2],
        "note": ["x", "y", "z"],
    }
)
UNPIVOT = {"columns": ["feature_reports", "feature_exports"], "name": "feature", "value": "events"}
LONG = [("A", "feature_reports", 5)]


def cells(source, month=JANUARY):
    return sorted(source.rows(month).select("account_id", "feature", "events").collect().rows())


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("columns", [UNPIVOT["columns"], ["feature_*"], ["feature_reports", "*exports"]], ids=str)
def test_each_filled_cell_is_a_row(ending, columns, events, project):
    write(WIDE, project / f"wide.{ending}")
    source = events("usage", path=f"wide.{ending}", unpivot=UNPIVOT | {"columns": columns})

    assert cells(source) == LONG
    assert cells(source, JANUARY + 1) == [("C", "feature_exports", 2), ("C", "feature_reports", 1)]
    assert (source.rows_read(JANUARY), source.rows_read(JANUARY + 1)) == (1, 2)


def test_a_pattern_means_no_column_that_is_mapped_otherwise(events, project):
    write(WIDE.drop("note"), project / "wide.csv")
    source = events("usage", path="wide.csv", unpivot=UNPIVOT | {"columns": ["*"]})

    assert cells(source) == LONG


def test_names_of_columns_are_mapped_by_values(events, project):
    write(WIDE, project / "wide.csv")
    values = {"feature": {"feature_reports": "reports"}}
    assert cells(events("usage", path="wide.csv", unpivot=UNPIVOT, values=values)) == [("A", "reports", 5)]


def test_a_cell_that_cannot_be_used_is_held_back_alone(events, project):
    (project / "wide.csv").write_text(
        "account_id,date,feature_reports,feature_exports\nA,2026-01-05,many,3\nB,2026-01-06, ,-\n"
    )
    source = events("usage", path="wide.csv", unpivot=UNPIVOT, null_values=["-"])

    assert cells(source) == [("A", "feature_exports", 3)]
    [held] = refused_rows(source).to_dicts()
    assert held["position"] == 1
    assert json.loads(held["row_as_read"]) == {
        "account_id": "A",
        "date": "2026-01-05",
        "name of the column": "feature_reports",
        "value in the column": "many",
    }
    assert source.rows_read(JANUARY) == 2


def test_of_two_rows_with_a_common_cell_only_that_is_held_back(events, project):
    (project / "wide.csv").write_text(
        "account_id,date,feature_reports,feature_exports\nA,2026-01-05,1,3\nA,2026-01-05,2,\nB,2026-01-05,7,7\n"
    )
    source = events("usage", path="wide.csv", unpivot=UNPIVOT)

    assert cells(source) == [("A", "feature_exports", 3), ("B", "feature_exports", 7), ("B", "feature_reports", 7)]
    held = source.held(JANUARY)
    assert held.select("position", "feature", "events").rows() == [(1, "feature_reports", 1), (2, "feature_reports", 2)]
    assert source.rows_read(JANUARY) == source.accepted(JANUARY).collect().item() + held.height


def test_rows_are_left_out_before_their_cells_are_rows(events, project):
    write(WIDE, project / "wide.csv")
    source = events("usage", path="wide.csv", unpivot=UNPIVOT, filter=[{"column": "note", "in": ["x", "y"]}])

    assert cells(source) == LONG
    assert source.left_out() == {"note is none of 'x', 'y'": 1}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("columns", [["feature_reports", "feature_imports"], ["metric_*"]], ids=str)
def test_a_column_that_is_not_there_is_an_error(ending, columns, events, project):
    write(WIDE, project / f"wide.{ending}")
    with pytest.raises(RetierError, match=r"has no column '(feature_imports|metric_\*)' .* under unpivot of"):
        events("usage", path=f"wide.{ending}", unpivot=UNPIVOT | {"columns": columns}).months()


def test_a_key_that_comes_late_in_a_file_is_a_column_too(events, project):
    first = {"account_id": "A", "date": "2026-01-05", "feature_reports": 1}
    lines = [first] * 150 + [{"account_id": "B", "date": "2026-01-06", "feature_exports": 2}]
    (project / "wide.jsonl").write_text("\n".join(map(json.dumps, lines)))
    source = events("usage", path="wide.jsonl", unpivot=UNPIVOT | {"columns": ["feature_*"]})

    assert ("B", "feature_exports", 2) in cells(source)


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"name": "features"}, "unpivot.name is features, which usage does not have"),
        ({"value": "feature"}, "unpivot puts the name of a column and its cell into the same column"),
        ({"rename": {"events": "n"}}, "unpivot makes events, which is mapped otherwise as well"),
    ],
)
def test_what_does_not_go_with_unpivot_is_said(spec, problem):
    unpivot = UNPIVOT | {name: value for name, value in spec.items() if name != "rename"}
    [found] = SourceSpec(path="x.csv", unpivot=unpivot, rename=spec.get("rename", {})).problems(SOURCES["usage"])
    assert found.startswith(problem)


@pytest.mark.parametrize(
    "spec",
    [
        {"path": "x.csv", "unpivot": UNPIVOT, "count": "rows"},
        {"vendor": "segment", "count": "rows"},
        {"vendor": "segment", "filter": [{"column": "a", "is": 1}]},
    ],
    ids=str,
)
def test_shapes_that_exclude_one_another_are_refused(spec):
    with pytest.raises(ValidationError, match="goes with"):
        SourceSpec(**spec)


NUMBERS = st.one_of(st.none(), st.integers(0, 9))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_filled_cell_is_lost(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("law")
    lines = [
        f"A{number},2026-01-05," + ",".join("" if one is None else str(one) for one in row)
        for number, row in enumerate(rows)
    ]
    (folder / "wide.csv").write_text("\n".join(["account_id,date,a,b,c", *lines]))
    spec = SourceSpec(path="wide.csv", unpivot={"columns": ["a", "b", "c"], "name": "feature", "value": "events"})
    # One of an account, so that usage is not empty, which is another error.
    (folder / "wide.csv").open("a").write("\nZ,2026-01-05,1,,")
    source = Source(SOURCES["usage"], spec, Place(folder, folder / "staged"))

    expected = [
        (f"A{number}", name, one)
        for number, row in enumerate(rows)
        for name, one in zip("abc", row, strict=True)
        if one is not None
    ]
    assert cells(source) == sorted([*expected, ("Z", "a", 1)])
