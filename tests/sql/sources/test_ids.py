"""Ids are what a person sees: without invisible edges, and without the .0 of a column that has nulls."""

from __future__ import annotations

import sqlite3
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from sql.sources import adoption, staging
from sql.sources.contracts import contract_text
from sql.sources.files import find_files, fingerprint_of
from sql.sources.spec import SourceSpec
from tests.sql.sources.conftest import CONSTANTS, refused_rows
from transforms.contracts import SOURCES

DAY = date(2026, 1, 31)
EDGES = [" A1", "A1\u00a0", "\ufeffA1", "A1\u200b\u3000", "\tA1\r", "A1"]
DULL = {name: CONSTANTS["usage"][name] for name in ("feature", "events")}


def write_csv(frame, project):
    frame.write_csv(project / "usage.csv", quote_style="always")


def write_json_lines(frame, project):
    frame.write_ndjson(project / "usage.jsonl")


def write_parquet(frame, project):
    frame.write_parquet(project / "usage.parquet")


def write_categories(frame, project):
    frame.with_columns(pl.col("account_id").cast(pl.Categorical)).write_parquet(project / "usage.parquet")


def write_bytes(frame, project):
    frame.with_columns(pl.col("account_id").cast(pl.Binary)).write_parquet(project / "usage.parquet")


EVERY_FORMAT = [write_csv, write_json_lines, write_parquet, write_categories, write_bytes]


def usage(ids, **columns):
    return pl.DataFrame({"account_id": ids, "date": [DAY] * len(ids), **columns})


def ids_of(source, column="account_id"):
    return [one for month in source.months() for one in source.usable(month).collect()[column]]


@pytest.mark.parametrize("write", EVERY_FORMAT)
def test_ids_lose_their_invisible_edges(write, events, project):
    write(usage(EDGES), project)
    assert ids_of(events("usage", path="usage.*", constants=DULL)) == ["A1"] * 6


@pytest.mark.parametrize("write", EVERY_FORMAT)
def test_ids_keep_their_edges_where_the_project_says_so(write, events, project):
    write(usage(EDGES), project)
    assert ids_of(events("usage", path="usage.*", constants=DULL, trim=False)) == EDGES


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_an_id_of_nothing_but_spaces_is_none(write, events, project):
    write(usage(["A1", "\u200b "]), project)
    source = events("usage", path="usage.*", constants=DULL)
    assert ids_of(source) == ["A1"]
    [refused] = refused_rows(source).to_dicts()
    assert [error["rule"] for error in refused["errors"]] == ["account_id.required"]
    assert "\u200b" in refused["row_as_read"]


def test_only_ids_are_trimmed(rows):
    found = rows("accounts", "account_id,name,plan\n A ,  Acme ,Pro \n", given=["account_id", "name"])
    assert found.select("account_id", "name", "plan").rows() == [("A", "  Acme ", "Pro ")]


def test_values_are_mapped_from_the_id_that_is_seen(rows):
    found = rows("accounts", "account_id\n A\n", given=["account_id"], values={"account_id": {"A": "B"}})
    assert found["account_id"].to_list() == ["B"]


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param(pl.Series([7.0, 8.0, None]), id="floats"),
        pytest.param(pl.Series([7.0, 8.0, None], dtype=pl.Float32), id="narrow floats"),
        pytest.param(pl.Series([7, 8, None]), id="integers"),
        pytest.param(pl.Series([Decimal("7.00"), Decimal("8.00"), None], dtype=pl.Decimal(10, 2)), id="decimals"),
    ],
)
def test_numbers_are_ids_without_a_fraction(ids, events, project):
    usage(["A"] * 3, user_id=ids).write_parquet(project / "usage.parquet")
    assert ids_of(events("usage", path="usage.parquet", constants=DULL), "user_id") == ["7", "8", None]


def test_fractions_stay(events, project):
    decimals = pl.Series([Decimal("7.50"), Decimal("8.05")], dtype=pl.Decimal(10, 2))
    usage(["A"] * 2, user_id=decimals).write_parquet(project / "usage.parquet")
    assert ids_of(events("usage", path="usage.parquet", constants=DULL), "user_id") == ["7.50", "8.05"]


@pytest.mark.parametrize("query", ["select 7.0::double", "select 7.0::decimal(10, 1)", "select ' 7\u00a0'"])
def test_queries_of_duckdb_return_the_same_ids(query, events):
    source = events("usage", sql=f"{query} as account_id, date '2026-01-31' as date", constants=DULL)
    assert ids_of(source) == ["7"]


def test_databases_return_the_same_ids(events, project):
    with sqlite3.connect(project / "usage.db") as connection:
        connection.execute("create table usage (account_id real, day text)")
        connection.executemany("insert into usage values (?, '2026-01-31')", [(7.0,), (8.5,)])
    source = events(
        "usage", sql="select account_id, day as date from usage", database="sqlite:///usage.db", constants=DULL
    )
    assert sorted(ids_of(source)) == ["7", "8.5"]


def test_a_clean_file_is_read_in_place_under_the_name_that_it_had(events, project):
    usage(["A1", "Ünï"]).write_parquet(project / "usage.parquet")
    source = events("usage", path="usage.parquet", constants=DULL)
    source.months()
    [unit] = source._units()
    assert unit.location is not None
    assert unit.parts[0].content != unit.folder.name
    spec = SourceSpec(path="usage.parquet", constants=DULL)
    [file] = find_files("usage", spec, project)
    before = fingerprint_of("3", file.fingerprint, spec.definition(), contract_text(SOURCES["usage"]))
    assert unit.parts[0].content == before


@pytest.mark.parametrize("write", [write_csv, write_json_lines, write_parquet])
def test_ids_without_edges_are_called_what_they_were_called_before(write, events, project, monkeypatch):
    """As by the version of staging that did not trim them: nothing that was made of them is made again."""
    write(usage(["A1", "A2"]), project)
    with monkeypatch.context() as before:
        before.setattr(staging, "VERSION", "3")
        before.setattr(adoption, "VERSION", "3")
        content = events("usage", path="usage.*", constants=DULL).months()
    assert events("usage", path="usage.*", constants=DULL).months() == content
