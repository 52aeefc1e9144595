"""Databases of the company, which a source only reads: nothing in them changes, whatever its query says."""

import sqlite3

import pytest
import sqlalchemy as sa

from sql.render import render
from sql.sources import limits
from sql.sources.asked import Query
from sql.sources.on_server import from_server
from tests.sql.sources.conftest import project_files
from transforms.errors import RetierError, WrongUseError

MADE = """
    create table kept as select 1 as a;
    create sequence numbers;
    create function made() returns int language sql as 'insert into kept values (7) returning a';
    create function dropped() returns int language plpgsql as $$ begin drop table kept; return 1; end $$;
"""


@pytest.fixture
def company(postgresql):
    """A database with a table, a sequence, and functions that write."""
    name = postgresql.new_database()
    postgresql.execute(MADE, name)
    yield name
    postgresql.drop(name)


@pytest.fixture
def ask(postgresql, company, tmp_path):
    def run(sql, **values):
        query = Query("usage", "queries/usage.sql")
        url = sa.make_url(postgresql.url(company)).set(drivername="postgresql+psycopg")
        return (
            from_server(url, render(sql, values, query.name), query, tmp_path)
            .scan()
            .drop("retier's number of the row")
            .collect()
            .rows()
        )

    return run


def content(postgresql, company):
    return (
        postgresql.execute("select * from kept order by a", company),
        postgresql.execute("select last_value, is_called from numbers", company),
        postgresql.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace order by 1", company
        ),
        postgresql.execute("select setconfig from pg_db_role_setting"),
    )


@pytest.mark.parametrize(
    ("sql", "error", "reason"),
    [
        pytest.param("select made()", RetierError, "cannot execute INSERT in a read-only", id="function that inserts"),
        pytest.param("select dropped()", RetierError, "cannot execute DROP TABLE in a read-only", id="that drops"),
        pytest.param(
            "select nextval('numbers')", RetierError, r"cannot execute nextval\(\) in a read-only", id="nextval"
        ),
        pytest.param("select setval('numbers', 9)", RetierError, "in a read-only", id="setval"),
        pytest.param("select * from kept for update", RetierError, "in a read-only", id="for update"),
        pytest.param("select lo_create(1)", RetierError, "in a read-only", id="large object"),
        pytest.param(
            "select set_config('transaction_read_only', 'off', false)", RetierError, "before any query", id="set_config"
        ),
        pytest.param("select * into other from kept", WrongUseError, r"writes \(into\)", id="select into"),
        pytest.param(
            "with a as (insert into kept values (3) returning a) select * from a",
            WrongUseError,
            r"writes \(insert\)",
            id="CTE that inserts",
        ),
        pytest.param("select 1; select 2", WrongUseError, "more than one select", id="two selects"),
        pytest.param("select 1; commit; insert into kept values (9)", WrongUseError, "holds 'commit'", id="commit"),
        pytest.param("set transaction read write; select 1", WrongUseError, "holds 'set'", id="read write"),
        pytest.param("copy kept to '/tmp/kept.csv'", WrongUseError, "holds 'copy'", id="copy"),
        pytest.param("create table other (a int)", WrongUseError, "holds 'create'", id="create"),
    ],
)
def test_postgresql_is_left_as_it_is(sql, error, reason, ask, postgresql, company):
    before = content(postgresql, company)
    with pytest.raises(error, match=reason) as told:
        ask(sql)
    assert str(told.value).count("\n") == 0
    assert content(postgresql, company) == before


@pytest.mark.parametrize(
    "sql",
    [
        "select 1; commit; insert into kept values ({{ nine }})",
        "commit; insert into kept values (9); select 1",
        "select 1; insert into kept values (9)",
    ],
)
def test_postgresql_itself_refuses_what_would_be_overlooked(sql, ask, postgresql, company, monkeypatch):
    monkeypatch.setattr("sql.sources.on_server.refuse_others", lambda *_, **__: None)
    before = content(postgresql, company)
    with pytest.raises(RetierError, match=r"multiple commands|syntax error"):
        ask(sql, nine=9)
    assert content(postgresql, company) == before


def test_a_select_of_postgresql_returns_its_rows(ask):
    assert ask(
        "-- of one\nwith b as (select a, ';' as c from kept where a < {{ limit }}) select * from b;", limit=5
    ) == [("1", ";")]


def test_endless_rows_of_a_database_end(ask, monkeypatch):
    monkeypatch.setattr(limits, "MOST_ROWS", 120_000)
    with pytest.raises(
        RetierError, match=r"^usage: queries/usage\.sql returns more than 120,000 rows: count or filter"
    ):
        ask("select generate_series(1, 1000000000000)")


def test_a_query_of_a_database_that_never_returns_ends(ask, monkeypatch):
    monkeypatch.setattr(limits, "MOST_SECONDS", 0.5)
    with pytest.raises(RetierError, match="canceling statement due to statement timeout"):
        ask("select count(*) from generate_series(1, 1000000) as a, generate_series(1, 1000000) as b")


def test_a_lower_limit_of_the_server_stays(ask, postgresql, company):
    postgresql.execute(f"alter database {company} set statement_timeout = '77s'")
    assert ask("select current_setting('statement_timeout')") == [("77s",)]


def test_files_are_not_handed_to_a_database(events, project):
    (project / "a.csv").write_text("a\n")
    source = events("usage", sql="select 1", database="sqlite://", files={"one": "a.csv"})
    with pytest.raises(WrongUseError, match=r"sources\.usage: files goes with sql that DuckDB runs"):
        source.months()


QUERY = "select a as account_id, '2026-01-01' as date, 'f' as feature, 1 as events from kept"


@pytest.mark.parametrize("state", ["plain", "with an empty log", "with a log that was left behind", "being written"])
def test_an_sqlite_file_is_left_as_it_is(state, project, events):
    file = project / "company.db"
    writer = sqlite3.connect(file)
    if state != "plain":
        writer.execute("pragma journal_mode = wal")
        writer.execute("pragma wal_autocheckpoint = 0")
    writer.execute("create table kept as select 'A' as a")
    writer.commit()
    if state == "with a log that was left behind":
        left = {path.name: path.read_bytes() for path in project.iterdir()}
        writer.close()
        for name, content in left.items():
            (project / name).write_bytes(content)
    elif state != "being written":
        writer.close()
    # Shared memory tells readers from each other, and changes with each; who writes makes it anew.
    before = {path: content for path, content in project_files(project).items() if path.suffix != ".db-shm"}
    assert [str(month) for month in events("usage", sql=QUERY, database="sqlite:///company.db").months()] == ["2026-01"]
    after = {path: content for path, content in project_files(project).items() if "facts" not in path.parts}
    assert {path: content for path, content in after.items() if path.suffix != ".db-shm"} == before
    writer.close()


@pytest.mark.parametrize(
    ("sql", "error", "reason"),
    [
        ("delete from kept", WrongUseError, "holds 'delete'"),
        ("select 1; delete from kept", WrongUseError, "holds 'delete'"),
        ("pragma query_only = off", WrongUseError, "holds 'pragma'"),
        ("attach 'other.db' as other", WrongUseError, "holds 'attach'"),
        ("select load_extension('x')", RetierError, "not authorized"),
        ("with a as (select 1) insert into kept select * from a", WrongUseError, r"writes \(into\)"),
    ],
)
def test_sqlite_only_reads(sql, error, reason, project, events):
    with sqlite3.connect(project / "company.db") as writer:
        writer.execute("create table kept as select 'A' as a")
    writer.close()
    before = project_files(project)
    with pytest.raises(error, match=reason):
        events("usage", sql=sql, database="sqlite:///company.db").months()
    assert {path: content for path, content in project_files(project).items() if "facts" not in path.parts} == before
