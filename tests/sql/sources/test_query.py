"""Rows that a query returns, on files or in the company's own database."""

import json
import sqlite3
from datetime import date

import duckdb
import pytest
import sqlalchemy as sa

from tests.sql.sources.conftest import SHARED, sentence_of
from transforms.errors import RetierError, WrongUseError
from transforms.month import Month

JANUARY, FEBRUARY, MARCH = Month.range(Month.parse("2026-01"), Month.parse("2026-03"))
BY_MONTH = "select * from 'usage.csv' where date >= {{ month_start }} and date < {{ month_end }}"


@pytest.fixture
def usage_file(project):
    path = project / "usage.csv"
    path.write_text("account_id,date,feature,events\nA,2026-01-31,f,1\nB,2026-02-01,f,2\nC,2026-01-01,g,3\n")
    return path


@pytest.fixture
def company(project):
    """A database of the company's, SQLite, with dates as text as it keeps them."""
    with sqlite3.connect(project / "company.db") as connection:
        connection.execute("create table log (customer integer, day text, what text, n numeric)")
        connection.executemany(
            "insert into log values (?, ?, ?, ?)",
            [(1, "2026-01-31", "f", 1), (2, "2026-02-01", "é:x", 2.0), (None, "2026-01-01", "g", 3)],
        )
    return "sqlite:///company.db"


def test_sql_over_files_runs_once_and_is_staged_by_month(usage_file, events):
    source = events("usage", sql="select account_id, date, feature, events * 2 as events from 'usage.csv'")
    assert list(source.months()) == [JANUARY, FEBRUARY]
    usage_file.unlink()
    assert source.usable(JANUARY).collect()["events"].to_list() == [2, 6]
    assert source.rows_read(FEBRUARY) == 1
    assert source.configured == {"usage", *(f"usage.{name}" for name in ("account_id", "date", "feature", "events"))}


def test_a_template_in_a_file(project, usage_file, events):
    (project / "sql").mkdir()
    (project / "sql" / "usage.sql").write_text("select * from 'usage.csv'\n")
    assert list(events("usage", sql="sql/usage.sql").months()) == [JANUARY, FEBRUARY]
    with pytest.raises(RetierError, match=r"usage: the template sql/users\.sql cannot be read in .*No such file"):
        events("usage", sql="sql/users.sql")


def test_the_same_rows_have_the_same_fingerprint_in_any_order(usage_file, events):
    up = events("usage", sql="select * from 'usage.csv' order by account_id").months()
    down = events("usage", sql="select * from 'usage.csv' order by account_id desc").months()
    assert up == down
    usage_file.write_text(usage_file.read_text().replace("f,1", "f,9"))
    later = events("usage", sql="select * from 'usage.csv'").months()
    assert (later[JANUARY] != up[JANUARY], later[FEBRUARY]) == (True, up[FEBRUARY])


def test_a_template_that_mentions_the_month_runs_for_each(usage_file, events):
    source = events("usage", sql=BY_MONTH)
    assert source.is_by_month
    assert list(source.months([JANUARY, MARCH])) == [JANUARY]
    usage_file.write_text(usage_file.read_text() + "D,2026-02-02,f,5\n")
    assert source.usable(FEBRUARY).collect()["account_id"].to_list() == ["B", "D"]
    assert list(source.months([FEBRUARY])) == [JANUARY, FEBRUARY]
    assert source.usable(JANUARY).collect()["account_id"].to_list() == ["A", "C"]


def test_rows_of_other_months_are_refused(usage_file, events):
    source = events("usage", sql=BY_MONTH.replace("<", "<="))
    with pytest.raises(RetierError, match=r"for 2026-01 returns 1 row of other months: compare date with >= "):
        source.months([JANUARY])


def test_a_source_without_events_is_not_queried_by_month(table):
    with pytest.raises(WrongUseError, match="accounts are not read by month"):
        table("accounts", sql="select {{ month_start }} as created_date")


def test_a_query_may_set_variables_before_its_select(usage_file, events):
    script = """
        -- The first day that counts.
        set variable since = (select max({{ month_start }}) from 'usage.csv'); -- Read in the project, as below.
        set variable file = 'usage' || '.csv';
        with kept as (select * from read_csv(getvariable('file')) where date >= getvariable('since'))
        select * from kept where date < {{ month_end }};
    """
    assert list(events("usage", sql=script).months([JANUARY])) == [JANUARY]


def test_the_company_s_own_database(company, events):
    query = "select customer as account_id, day as date, what as feature, n as events from log where customer > 0"
    source = events("usage", sql=query, database=company)
    assert source.usable(FEBRUARY).select("account_id", "date", "feature", "events").collect().rows() == [
        ("2", date(2026, 2, 1), "é:x", 2)
    ]


def test_the_company_s_own_database_by_month(company, events):
    query = "select * from log where day >= {{ month_start }} and day < {{ month_end }} and what <> ':x' and n = n"
    rename = {"account_id": "customer", "date": "day", "feature": "what", "events": "n"}
    source = events("usage", sql=query, database=company, rename=rename)
    assert list(source.months([FEBRUARY, MARCH])) == [FEBRUARY]


def test_errors_of_a_query_are_reported_with_its_rows(company, events):
    rename = {"account_id": "customer", "date": "day", "feature": "what", "events": "n"}
    source = events("usage", sql="select * from log order by day", database=company, rename=rename)
    assert "1 in account_id (got nothing in the query of sources.usage row 1; " in sentence_of(source)


def test_a_duckdb_file(project, events):
    with duckdb.connect(str(project / "lake.duckdb")) as connection:
        connection.execute(
            """
            create table log as
            select 7::hugeint as account_id, timestamptz '2026-01-31 23:30:00+00' as date, 'f' as feature,
                sum(2) as events, interval 1 day as other
            """
        )
    source = events("usage", sql="select * from log", database="duckdb:///lake.duckdb")
    assert source.usable(JANUARY).select("account_id", "date", "events").collect().rows() == [
        ("7", date(2026, 1, 31), 2)
    ]


def test_naughty_strings_come_through_the_database(project, table):
    path = SHARED / "blns/blns.json"
    if not path.exists():
        pytest.skip("the shared data is absent")
    names = [name for name in json.loads(path.read_text()) if name]
    with sqlite3.connect(project / "company.db") as connection:
        connection.execute("create table people (n integer, name text)")
        connection.executemany("insert into people values (?, ?)", list(enumerate(names)))
    query = "select n as account_id, name, '2025-01-01' as created_date from people order by n"
    accounts = table("accounts", sql=query, database="sqlite:///company.db")
    assert accounts.usable().collect()["name"].to_list() == names


@pytest.mark.parametrize(
    ("query", "database", "error", "reason"),
    [
        pytest.param("select * from nothing", None, RetierError, "sources.usage failed: .*nothing", id="table"),
        pytest.param("slect 1", None, RetierError, "failed: the database says .*syntax error", id="syntax"),
        pytest.param("create table x (a int)", None, WrongUseError, "holds 'create', but a", id="no rows"),
        pytest.param("-- nothing", None, WrongUseError, "returns no rows", id="nothing at all"),
        pytest.param("select 1 a, 2 a", "sqlite://", WrongUseError, "returns 'a' more than once", id="column twice"),
        pytest.param("select 1", "sqlite://", RetierError, "has no column 'account_id'", id="missing column"),
        pytest.param("select * from log", "sqlite:///none.db", RetierError, "there is no database", id="no database"),
        pytest.param("select * from nobody", "sqlite://", RetierError, "failed: .*no such table", id="their table"),
        pytest.param("drop table log", "sqlite:///company.db", WrongUseError, "holds 'drop', but a", id="no select"),
        pytest.param("select 1", "oracle://u:secret@h/d", RetierError, "needs a Python package", id="driver"),
        pytest.param("select 1", "klingon://u:secret@h/d", RetierError, "needs a Python package", id="dialect"),
        pytest.param("select 1", "postgresql://u:an@secret@[::1]:1/d", WrongUseError, "more than one @", id="bare at"),
        pytest.param("select 1", "postgresql://u:s@e/secret@h/d", WrongUseError, "more than one @", id="at and slash"),
        pytest.param("select 1", "mysql://u:a secret@h/d", WrongUseError, "a blank in its password", id="blank"),
        pytest.param("select 1", "postgresql://u:secret@h:secret/d", WrongUseError, "cannot be read", id="no port"),
        pytest.param("select 1", "postgres://u:secret@127.0.0.1:1/d", RetierError, "refused", id="unreachable"),
        pytest.param("select 1", "secret", WrongUseError, "database's URL cannot be read: expected dial", id="no URL"),
    ],
)
def test_what_fails_is_reported(query, database, error, reason, company, events):
    source = events("usage", sql=query, **({"database": database} if database else {}))
    with pytest.raises(error, match=reason) as told:
        source.months()
    assert type(told.value) is error
    assert "secret" not in str(told.value)


def test_the_company_s_tables_are_left_alone(company, events, project):
    source = events("usage", sql="drop table log", database=company)
    with pytest.raises(RetierError):
        source.months()
    with sa.create_engine(f"sqlite:///{project}/company.db").connect() as connection:
        assert connection.execute(sa.text("select count(*) from log")).scalar() == 3
