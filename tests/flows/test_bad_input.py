"""One thing is broken, and `retier run` says what, where and how to mend it, and publishes nothing."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.flows.command_line import retier, told
from tests.flows.projects import (
    FEBRUARY,
    JANUARY,
    MARCH,
    healthy_tables,
    published_tables,
    run_months,
    write_csv,
    write_project,
)

FAILED, WRONG_USE, BAD_DATA = 1, 2, 3


@pytest.fixture(scope="module")
def published_once(tmp_path_factory):
    """A healthy project whose January is published."""
    folder = write_project(tmp_path_factory.mktemp("healthy"), healthy_tables())
    run_months(folder, [JANUARY])
    return folder


@pytest.fixture
def project(published_once, tmp_path):
    """A copy of it, to be broken."""
    return shutil.copytree(published_once, tmp_path / "project")


def refused(project: Path, exit_code: int, *words: str, month: object = FEBRUARY) -> None:
    """Run a month, and expect one sentence with these words, and the warehouse as it was."""
    before = published_tables(project)
    sentence = told(retier("run", "--month", month, "--project", project), exit_code)

    assert [word for word in words if word not in sentence] == [], sentence
    assert published_tables(project) == before


def data(project: Path, source: str) -> Path:
    return project / "data" / f"{source}.csv"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_healthy_project_can_run(project):
    result = retier("run", "--month", FEBRUARY, "--project", project)

    assert (result.returncode, result.stderr) == (0, "")
    assert "published" in result.stdout


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


def test_a_wrong_type_in_row_1_000_000_of_a_large_file(project):
    rows = 1_000_100
    ids = pl.int_range(rows, eager=True) % 6
    usage = pl.DataFrame({"account_id": ids}).select(
        pl.format("a00{}", "account_id").alias("account_id"),
        pl.lit("2025-02-07").alias("date"),
        pl.format("feature {}", pl.int_range(rows)).alias("feature"),
        pl.when(pl.int_range(rows) == 999_999).then(pl.lit("several")).otherwise(pl.lit("3")).alias("events"),
        pl.lit(4).alias("active_users"),
    )
    usage.write_csv(data(project, "usage"))
    refused(project, BAD_DATA, "usage", "1 value", "events", "'several'", "data/usage.csv", "1,000,000", "whole number")


@pytest.mark.parametrize(
    ("source", "column", "value"),
    [
        ("accounts", "account_id", ""),
        ("subscriptions", "mrr", -5),
        ("subscriptions", "mrr", "nan"),
        ("subscriptions", "mrr", 1e18),
        ("touchpoints", "minutes", 1e300),
        ("invoices", "issued_date", "2025-02-30"),
        ("tickets", "priority", "blazing"),
        ("overrides", "tier", "gold"),
    ],
)
def test_a_value_that_cannot_be_used(project, source, column, value):
    rows = healthy_tables()[source]
    write_csv(data(project, source), [*rows, rows[-1] | {column: value}])
    words = (f"data/{source}.csv", f"{len(rows) + 1:,}", column, repr(str(value)) if value else "nothing")
    refused(project, BAD_DATA, f"{source}: 1 value cannot be used", *words)


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


def test_no_account_in_scope(project):
    path = data(project, "accounts")
    path.write_text(path.read_text(encoding="utf-8").replace('"false"', '"true"'), encoding="utf-8")
    refused(project, BAD_DATA, "no account is in scope in 2025-02", "is_internal")


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("accounts", "'a000'"),
        ("subscriptions", "'s0', '2023-05-01'"),
        ("usage", "'a000', '2025-02-03', 'editor'"),
        ("tickets", "'a001-2025-02'"),
        ("invoices", "'a000-2025-02'"),
        ("overrides", "'a001', '2025-02-01'"),
    ],
)
def test_a_duplicate_key(project, source, key):
    rows = healthy_tables()[source]
    first = key.split("'")[1::2]
    twin = next(row for row in rows if {*first} <= {str(value) for value in row.values()})
    write_csv(data(project, source), [*rows, twin])
    refused(project, BAD_DATA, "1 row too many", source, key)


def test_two_currencies_without_rates(project):
    data(project, "rates").unlink()
    edit(project / "retier.yaml", "  rates: {path: data/rates.csv}\n", "")
    refused(project, BAD_DATA, "subscriptions", "'EUR'", "2025-02", "rates")


def test_merges_in_a_circle(project):
    rows = [("a004", "a005"), ("a005", "a004")]
    columns = ("from_account_id", "into_account_id")
    write_csv(
        data(project, "account_merges"), [dict(zip(columns, row, strict=True), date="2025-02-01") for row in rows]
    )
    refused(project, BAD_DATA, "'a004', 'a005'", "circle")


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


@pytest.mark.parametrize("month", ["2999-01", "2025-13", "soon"])
def test_a_month_that_cannot_be_run(project, month):
    refused(project, WRONG_USE, month, month=month)


def test_a_gap_before_the_month(project):
    refused(project, FAILED, "2025-03", "2025-02", "retier run --month 2025-02", month=MARCH)


def test_a_policy_with_an_unknown_key(project):
    edit(project / "policy.yaml", "promotion_dwell_months:", "promotion_dwel_months:")
    refused(project, WRONG_USE, "policy.yaml", "movement.promotion_dwel_months", "line", "unknown key")


def test_settings_with_an_unknown_source(project):
    edit(project / "retier.yaml", "  tickets:", "  tikets:")
    refused(project, WRONG_USE, "retier.yaml", "tikets", "tickets")
