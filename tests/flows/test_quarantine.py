"""Rows that break a rule are held back, listed, exported, and gone once the source is fixed."""

from __future__ import annotations

import csv
import json
import re
import shutil

import polars as pl
import pytest

from tests.flows.bad_input.breaking import data, edit, held_back, publication
from tests.flows.projects import FEBRUARY, JANUARY, healthy_tables, run_months, write_csv, write_project

_RUN_ID = re.compile(r"\d{4}-\d{2}-[0-9a-f]{12}")

ACCOUNTS = 80
"""So many that a bad row or two are fewer than the policy's share."""


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    """A project whose January is published."""
    folder = write_project(tmp_path_factory.mktemp("large"), healthy_tables(ACCOUNTS))
    run_months(folder, [JANUARY])
    return folder


@pytest.fixture(scope="module")
def undisturbed(healthy, tmp_path_factory):
    """What is published of it after February."""
    folder = shutil.copytree(healthy, tmp_path_factory.mktemp("undisturbed") / "project")
    run_months(folder, [FEBRUARY])
    return publication(folder)


@pytest.fixture
def project(healthy, tmp_path):
    return shutil.copytree(healthy, tmp_path / "project")


def add_rows(project, source, *changes):
    """Add rows to a source, like its first one of February but for what is changed."""
    rows = healthy_tables(ACCOUNTS)[source]
    like = next(row for row in rows if str(FEBRUARY) in str(row.values()))
    write_csv(data(project, source), [*rows, *(like | change for change in changes)])
    return len(rows)


def listed(run, project, *line):
    result = run("quarantine", "--project", project, "--json", *line)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["rows"]


def unbound(tables):
    """Published rows without what names the run."""
    return {
        name: [tuple(value for value in map(str, row) if not _RUN_ID.fullmatch(value)) for row in rows]
        for name, rows in tables.items()
    }


def run_february(run, project, *line):
    result = run("run", "--project", project, "--month", FEBRUARY, *line)
    assert result.exit_code == 0, result.output
    return result


def test_a_bad_row_is_held_back_with_all_that_it_broke(run, project):
    rows = add_rows(project, "usage", {"date": "2025-02-30", "events": -4, "feature": ""})
    told = run_february(run, project)

    assert "quarantined: 1 row of usage" in told.stdout
    assert held_back(project) == {"usage": 1}
    [held] = listed(run, project)
    assert (held["source"], held["origin"], held["position_in_origin"]) == ("usage", "data/usage.csv", rows + 1)
    assert held["broken_rules"] == "date.readable,date.required,feature.required,events.range"
    assert json.loads(held["row_as_read"]) | {"events": "-4", "date": "2025-02-30", "feature": None} == json.loads(
        held["row_as_read"]
    )


def test_what_is_published_does_not_hang_on_rows_that_are_held_back(run, project, undisturbed):
    add_rows(project, "usage", {"events": "several"}, {"account_id": ""})
    run_february(run, project)

    assert unbound(publication(project)) == unbound(undisturbed)


def test_a_copy_gives_way_as_it_stands_in_the_file(run, project, undisturbed):
    rows = add_rows(project, "usage", {})
    edit(project / "retier.yaml", "usage: {path: data/usage.csv}", "usage: {path: data/usage.csv, null_values: ['-']}")
    run_february(run, project)

    [held] = listed(run, project, "--source", "usage")
    assert (held["position_in_origin"], held["broken_rules"]) == (rows + 1, "key.unique")
    with data(project, "usage").open(encoding="utf-8", newline="") as file:
        last = list(csv.DictReader(file))[-1]
    assert json.loads(held["row_as_read"]) == {name: value or None for name, value in last.items()}
    assert unbound(publication(project)) == unbound(undisturbed)


def test_of_contradictions_none_is_used(run, project):
    rows = add_rows(project, "usage", {"events": 9_999})
    run_february(run, project)

    places = [held["position_in_origin"] for held in listed(run, project)]
    assert len(places) == 2
    assert places[1] == rows + 1


def test_rows_of_a_query_are_held_back_with_their_number_in_it(run, project):
    add_rows(project, "usage", {"events": -1})
    edit(
        project / "retier.yaml",
        "usage: {path: data/usage.csv}",
        "usage: {sql: \"select * from 'data/usage.csv' order by try_cast(events as int)\"}",
    )
    run_february(run, project)

    [held] = listed(run, project)
    assert (held["origin"], held["position_in_origin"]) == ("the query of sources.usage", 1)


def test_a_rerun_after_the_source_is_fixed_clears_them(run, project, undisturbed):
    add_rows(project, "usage", {"events": -1})
    run_february(run, project)
    write_csv(data(project, "usage"), healthy_tables(ACCOUNTS)["usage"])
    again = run_february(run, project)

    assert "unchanged" in again.stdout
    assert listed(run, project) == []
    assert held_back(project) == {}
    assert unbound(publication(project)) == unbound(undisturbed)


def test_status_counts_them(run, project):
    add_rows(project, "usage", {"events": -1}, {"events": -2, "feature": "other"})
    run_february(run, project)
    status = run("status", "--project", project)

    assert "Quarantined: 2 rows in 1 month, 2 of them of 2025-02: retier quarantine --month 2025-02" in status.stdout
    assert "its checks: " in status.stdout


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_they_can_be_exported(run, project, tmp_path, ending):
    add_rows(project, "usage", {"events": "-1", "feature": 'a "quoted"; name,\nwith a line'})
    run_february(run, project)
    file = tmp_path / f"held.{ending}"
    result = run("quarantine", "--project", project, "--month", FEBRUARY, "--export", file)

    assert f"Written to {file}." in result.stdout
    read = {"csv": pl.read_csv, "jsonl": pl.read_ndjson, "parquet": pl.read_parquet}[ending](file)
    [row] = read["row_as_read"].to_list()
    assert json.loads(row)["feature"] == 'a "quoted"; name,\nwith a line'


@pytest.mark.parametrize(
    ("line", "exit_code", "words"),
    [
        (["--month", "2025-03"], 1, "2025-03 has never run"),
        (["--month", "soon"], 2, "soon"),
        (["--source", "usages"], 2, "there is no source 'usages'"),
        (["--export", "held.xlsx"], 2, "name it .csv, .jsonl or .parquet"),
        (["--export", "{project}/policy.yaml/held.csv"], 1, "held.csv cannot be written: a file is where"),
    ],
    ids=["never run", "no month", "no source", "no format", "no folder"],
)
def test_what_cannot_be_listed_is_reported(run, healthy, line, exit_code, words):
    result = run("quarantine", "--project", healthy, *(word.format(project=healthy) for word in line))

    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert words in result.stderr


def test_a_project_that_never_ran_holds_nothing_back(run, tmp_path):
    write_project(tmp_path, healthy_tables())
    result = run("quarantine", "--project", tmp_path)

    assert result.exit_code == 1
    assert "no month has run" in result.stderr


def test_the_first_month_answers_for_the_rows_before_it(run, tmp_path):
    """No run of their own will ever read them."""
    tables = healthy_tables(ACCOUNTS)
    early = next(row for row in tables["usage"] if row["date"].startswith("2024-10"))
    write_project(tmp_path, tables | {"usage": [*tables["usage"], early | {"events": -1}]})
    run_months(tmp_path, [JANUARY])

    assert held_back(tmp_path) == {"usage": 1}
    [held] = listed(run, tmp_path)
    assert "2024-10" in held["row_as_read"]
    run_months(tmp_path, [FEBRUARY])
    assert held_back(tmp_path) == {}
