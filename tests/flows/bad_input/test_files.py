"""A file is missing, empty, damaged, or holds what cannot be read."""

from __future__ import annotations

import gzip
import json

import polars as pl
import pytest

from tests.flows.bad_input.breaking import FAILED, data, edit, held_back, refused
from tests.flows.projects import FEBRUARY


@pytest.mark.parametrize("source", ["accounts", "usage", "tickets"])
def test_a_missing_file(project, source):
    data(project, source).unlink()
    refused(project, FAILED, source, f"data/{source}.csv", "put the file there")


def test_a_glob_that_matches_nothing(project):
    edit(project / "retier.yaml", "data/usage.csv", "data/usage-*.parquet")
    refused(project, FAILED, "usage", "data/usage-*.parquet")


@pytest.mark.parametrize(("source", "column"), [("subscriptions", "mrr"), ("usage", "date"), ("accounts", "name")])
def test_a_missing_column(project, source, column):
    edit(data(project, source), f'"{column}"', '"something_else"')
    refused(project, FAILED, source, f"data/{source}.csv", f"'{column}'", "rename")


def test_a_wrong_type_in_row_1_000_000_of_a_large_file(run, project):
    """One row in a million is held back, and the month goes on."""
    rows = 1_000_100
    numbers = pl.int_range(rows, eager=True)
    usage = pl.DataFrame({"number": numbers}).select(
        pl.format("a00{}", pl.col("number") % 6).alias("account_id"),
        pl.lit("2025-02-07").alias("date"),
        pl.lit("editor").alias("feature"),
        pl.when(pl.col("number") == 999_999).then(pl.lit("several")).otherwise(pl.lit("3")).alias("events"),
        pl.format("u{}", "number").alias("user_id"),
    )
    usage.write_csv(data(project, "usage"))
    result = run("run", "--month", FEBRUARY, "--project", project)

    assert result.exit_code == 0, result.output
    assert "quarantined: 1 row of usage" in result.stdout
    assert held_back(project) == {"usage": 1}
    listed = run("quarantine", "--project", project, "--json")
    [held] = json.loads(listed.stdout)["rows"]
    assert (held["origin"], held["position_in_origin"]) == ("data/usage.csv", 1_000_000)
    assert json.loads(held["row_as_read"])["events"] == "several"
    assert held["broken_rules"] == "events.readable,events.required"


def test_a_row_with_too_many_cells(project):
    with data(project, "rates").open("a", encoding="utf-8") as file:
        file.write('"USD","2025-02",1,2,3\n')
    refused(project, FAILED, "rates", "data/rates.csv line 11", "5 cells")


@pytest.mark.parametrize("source", ["accounts", "usage", "subscriptions"])
@pytest.mark.parametrize("content", ["header", "nothing"])
def test_an_empty_file_of_a_required_source(project, source, content):
    path = data(project, source)
    header = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(header + "\n" if content == "header" else "", encoding="utf-8")
    refused(project, FAILED, source, f"data/{source}.csv")


def test_a_damaged_parquet_file(project):
    path = project / "data" / "usage.parquet"
    pl.read_csv(data(project, "usage"), try_parse_dates=True).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-200])
    edit(project / "retier.yaml", "data/usage.csv", "data/usage.parquet")
    refused(project, FAILED, "usage", "data/usage.parquet", "damaged", "again")


def test_a_parquet_file_with_damaged_pages(project):
    path = project / "data" / "usage.parquet"
    pl.read_csv(data(project, "usage"), try_parse_dates=True).write_parquet(path)
    content = bytearray(path.read_bytes())
    content[20:400] = b"\xff" * 380
    path.write_bytes(content)
    edit(project / "retier.yaml", "data/usage.csv", "data/usage.parquet")
    refused(project, FAILED, "usage", "data/usage.parquet", "damaged")


def test_a_truncated_gzip_file(project):
    path = project / "data" / "usage.csv.gz"
    path.write_bytes(gzip.compress(data(project, "usage").read_bytes())[:-50])
    edit(project / "retier.yaml", "data/usage.csv", "data/usage.csv.gz")
    refused(project, FAILED, "usage", "data/usage.csv.gz", "not a whole gzip file")


def test_bytes_that_are_not_utf_8(project):
    path = data(project, "accounts")
    path.write_bytes(path.read_bytes().replace(b"Company 1", b"Soci\xe9t\xe9"))
    refused(project, FAILED, "accounts", "data/accounts.csv", "encoding")
