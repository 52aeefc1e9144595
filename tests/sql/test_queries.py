"""Every query of docs/queries.md returns the rows in answers.md, on both databases; the page is up to date."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import duckdb
import polars as pl
import psycopg
import pytest

from sql.ddl import create_all
from sql.dialects import load, read
from sql.engine import make_engine, transaction
from sql.queries import CHAPTERS, FOLDER, load_query
from tests.sql.lived_through import frames

NAMES = [name for names in CHAPTERS.values() for name in names]
PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
ANSWERS = dict(
    section.split("\n\n", 1)
    for section in (Path(__file__).parent / "answers.md").read_text(encoding="utf-8").split("\n## ")[1:]
)


def filled(url: str) -> str:
    """Make all tables in a warehouse, with what the small company has lived through."""
    with transaction(make_engine(url)) as connection:
        create_all(connection)
        for table, frame in frames().items():
            load(connection, table, frame)
    return url


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("asked") / "retier.duckdb"
    filled(f"duckdb:///{path}")
    return path


@pytest.fixture(scope="module")
def server_url(postgresql):
    name = postgresql.new_database()
    yield filled(postgresql.url(name))
    postgresql.drop(name)


@pytest.fixture
def url(database, request):
    return (
        f"duckdb:///{request.getfixturevalue('file')}"
        if database == "duckdb"
        else request.getfixturevalue("server_url")
    )


def as_table(frame: pl.DataFrame) -> str:
    """Write a frame as a table in Markdown."""
    lines = [frame.columns, ["---"] * frame.width, *(map(cell, row) for row in frame.rows())]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(value: object) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_returns_the_right_rows(url, name):
    with transaction(make_engine(url)) as connection:
        found = read(connection, load_query(name).statement)
    assert as_table(found) == ANSWERS[name].strip("\n") + "\n"


def pasted_into_duckdb(file: Path, text: str) -> list[str]:
    with duckdb.connect(str(file), read_only=True) as warehouse:
        warehouse.execute("use retier.retier")
        return warehouse.sql(text).columns


def pasted_into_postgresql(url: str, text: str) -> list[str]:
    with psycopg.connect(url) as warehouse:
        warehouse.execute("set search_path to retier")
        return [column.name for column in warehouse.execute(text.encode()).description or ()]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_can_be_pasted_as_it_is(file, server_url, name):
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    header = ANSWERS[name].splitlines()[0]
    expected = [column.strip() for column in header.strip("| ").split("|")]
    assert pasted_into_duckdb(file, text) == expected
    assert pasted_into_postgresql(server_url, text) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_file_begins_with_a_question_and_how_to_read_its_answer(name):
    query = load_query(name)
    assert query.question.endswith("?")
    assert query.reading.endswith(".")
    assert query.statement.startswith("with\n") or query.statement.startswith("select\n")
    assert query.statement == query.statement.lower()
    assert "retier." not in query.statement


def test_every_file_has_its_place_on_the_page_and_its_answer():
    assert sorted(NAMES) == sorted(path.stem for path in FOLDER.iterdir()) == sorted(ANSWERS)
    assert len(NAMES) >= 20


def test_every_answer_has_a_row():
    assert [name for name, answer in ANSWERS.items() if answer.count("\n| ") < 2] == []


def test_the_page_in_docs_is_up_to_date(tmp_path, monkeypatch):
    written = tmp_path / "queries.md"
    monkeypatch.setattr(sys, "argv", ["queries", str(written)])
    monkeypatch.delitem(sys.modules, "sql.queries")
    runpy.run_module("sql.queries", run_name="__main__")
    assert PAGE.read_text(encoding="utf-8") == written.read_text(encoding="utf-8"), (
        "a query has changed: run `make dictionary`"
    )
