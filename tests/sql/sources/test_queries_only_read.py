"""What a query cannot do, on DuckDB: write, read what is not the project's, reach out, or go on for ever.

Each attack is tried on a project beside which lie files of others; afterwards every file is as it was.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from sql.render import render
from sql.sources import limits
from sql.sources.asked import Query
from sql.sources.on_duckdb import from_duckdb
from tests.conftest import ROOT
from tests.sql.sources.conftest import project_files
from transforms.errors import RetierError, WrongUseError
from transforms.month import Month

JANUARY = Month.parse("2026-01")
HEADER = "account_id,date,feature,events\n"


@pytest.fixture
def neighbours(project):
    """A project with one file, and a folder of others beside it."""
    (project / "data").mkdir()
    (project / "data" / "usage.csv").write_text(f"{HEADER}A,2026-01-01,f,1\n")
    others = project.parent / "others"
    others.mkdir()
    (others / "usage.csv").write_text(f"{HEADER}SECRET,2026-01-01,f,1\n")
    with duckdb.connect(str(others / "other.duckdb")) as connection:
        connection.execute("create table kept as select 1 as a")
    return others


@pytest.fixture
def answer(project, neighbours, tmp_path):
    """Run a query on DuckDB and return its rows; every file is as it was afterwards, whatever became of it."""
    numbers = iter(range(100))

    def run(sql, **asked):
        scratch = tmp_path / f"scratch-{next(numbers)}"
        scratch.mkdir()
        query = Query("usage", "queries/usage.sql", **asked)
        before = {**project_files(project), **project_files(neighbours)}
        try:
            raw = from_duckdb(None, render(sql, {}, query.name), query, project, scratch)
            return raw.scan().drop("retier's number of the row").collect().rows()
        finally:
            assert {**project_files(project), **project_files(neighbours)} == before
            shutil.rmtree(scratch)

    return run


@pytest.mark.parametrize(
    ("sql", "instead"),
    [
        pytest.param("copy (select 1) to 'data/new.csv'", "a source only reads", id="copy to"),
        pytest.param("copy (select 1) to '{others}/new.csv'", "a source only reads", id="copy elsewhere"),
        pytest.param("export database 'data'", "a source only reads", id="export"),
        pytest.param("import database 'data'", "under files", id="import"),
        pytest.param("attach 'data/new.duckdb'; select 1", "under files of the source, or its URL", id="attach"),
        pytest.param("attach '{others}/other.duckdb' as o; select 1", "or its URL under database", id="attach a file"),
        pytest.param("install httpfs; select 1", "no extension is loaded", id="install"),
        pytest.param("load 'data/usage.csv'", "no extension is loaded", id="load"),
        pytest.param("create temp table t as select 1; select * from t", r"with name as \(select", id="create"),
        pytest.param("create or replace view v as select 1; from v", r"with name as \(select", id="view"),
        pytest.param("create secret (type s3, key_id 'a')", "with name as", id="secret"),
        pytest.param("/* a */ -- b\n insert into t values (1)", "a source only reads", id="insert"),
        pytest.param("set memory_limit = '900GB'; select 1", "cast or convert in the select", id="limit"),
        pytest.param("set enable_external_access = true; select 1", "cast or convert", id="unlock"),
        pytest.param("reset lock_configuration", "cast or convert", id="reset"),
        pytest.param("pragma memory_limit = '900GB'; select 1", "cast or convert", id="pragma"),
        pytest.param("use memory; select 1", "write the schema before the name", id="use"),
        pytest.param("begin; select 1", "in a transaction anyway", id="begin"),
        pytest.param("checkpoint", "write one select", id="checkpoint"),
        pytest.param("call enable_logging()", "select from what it calls", id="call"),
        pytest.param("explain analyze select 1", "write it as a select", id="explain"),
        pytest.param("summarize 'data/usage.csv'", "write it as a select", id="summarize"),
        pytest.param("pivot 'data/usage.csv' on feature using sum(events)", "list the values", id="open pivot"),
        pytest.param("update extensions", "a source only reads", id="a kind that Python does not know"),
    ],
)
def test_any_other_statement_is_refused_with_what_to_write_instead(sql, instead, answer, neighbours):
    with pytest.raises(
        WrongUseError, match=rf"^queries/usage\.sql holds '\w+', but a source is one select; .*{instead}"
    ):
        answer(sql.format(others=neighbours))


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select 1; select 2", "holds more than one select: combine them by union all"),
        ("select 1; set variable a = 2", "sets a variable after its select: set it before"),
        ("with gone as (delete from t returning *) from gone", r"writes \(delete\): a source only reads"),
        ("with made as (insert into t values (1) returning *) from made", r"writes \(insert\)"),
        ("from query('select 1')", r"calls query\(\)"),
        ("from query_table('data/usage.csv')", r"calls query_table\(\)"),
        ("from json_execute_serialized_sql(json_serialize_sql('select 1'))", r"calls json_execute_serialized_sql\(\)"),
        ("from duckdb_secrets()", r"calls duckdb_secrets\(\)"),
        ("select (select count(*) from force_checkpoint())", r"calls force_checkpoint\(\)"),
        ("from read_duckdb('data/x.duckdb', table_name = 'a')", r"calls read_duckdb\(\)"),
        ("from 'data/x.duckdb'", "reads the database data/x.duckdb: name it under database"),
    ],
)
def test_a_select_that_does_more_is_refused(sql, reason, answer):
    with pytest.raises(WrongUseError, match=rf"^queries/usage\.sql {reason}"):
        answer(sql)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/**",
        "{others}/usage.csv",
        "../others/usage.csv",
        "data/../../others/usage.csv",
        "../oth*/*.csv",
        "file://{others}/usage.csv",
        "https://example.invalid/usage.csv",
        "s3://lake/usage.parquet",
        "/proc/self/environ",
    ],
)
@pytest.mark.parametrize("way", ["from read_text('{}')", "from glob('{}')", "from read_csv(['data/usage.csv', '{}'])"])
def test_nothing_else_is_read(path, way, answer, neighbours):
    with pytest.raises(RetierError, match=r"^usage: queries/usage\.sql reads .*, which is neither in the project nor "):
        answer(way.format(path.format(others=neighbours)))


@pytest.mark.parametrize(
    "where",
    [
        "set variable p = '{}'; from read_text(getvariable('p'))",
        "from '{}'",
        "from read_csv('{}' || '')",
        "set variable p = (select content from read_text('{}')); from range(1)",
    ],
)
def test_nothing_else_is_read_whichever_way_it_is_named(where, answer, neighbours):
    with pytest.raises(RetierError, match="neither in the project nor named under files"):
        answer(where.format(neighbours / "usage.csv"))


@pytest.mark.parametrize("sql", ["from read_csv('data/{}')", "from read_csv('data/*.csv')", "from 'data/{}'"])
def test_a_link_that_leads_out_is_no_way_out(sql, answer, neighbours, project):
    (project / "data" / "link.csv").symlink_to(neighbours / "usage.csv")
    with pytest.raises(
        RetierError, match=r"reads .*link\.csv, which leads out of the project: name it, or its folder,"
    ):
        answer(sql.format("link.csv"))


def test_a_link_that_stays_within_is_followed(answer, project):
    (project / "data" / "link.csv").symlink_to("usage.csv")
    (project / "linked").symlink_to("data")
    assert answer("select account_id from read_csv('linked/link.csv')") == [("A",)]


@pytest.mark.parametrize("call", ["getenv('HOME')", "getenv(lower('PATH'))"])
def test_the_environment_is_not_read(call, answer):
    with pytest.raises(RetierError, match="getenv does not exist"):
        answer(f"select {call}")


@pytest.mark.parametrize(
    "sql", ["from read_csv('{}')", "from read_text('data/*')", "from read_blob(['data/usage.csv', '{}'])"]
)
def test_a_pipe_is_refused_and_never_opened(sql, answer, project):
    os.mkfifo(project / "data" / "pipe.csv")
    with pytest.raises(
        RetierError, match=r"^queries/usage\.sql reads .*data/pipe\.csv, which is a named pipe, not a file"
    ):
        answer(sql.format("data/pipe.csv"))


@pytest.mark.parametrize("folder", ["elsewhere", "project"])
@pytest.mark.parametrize(
    "sql",
    [
        "from 'data/usage.csv'",
        'from "data/usage.csv" as u where u.events = 1',
        "from read_csv('data/*.csv')",
        "select 'ä' as first, * exclude first from (from read_csv({{ 'data/' }} || 'usage.csv')), (select 1 as first)",
        "from read_csv(['data/usage.csv'], header = true)",
        "with a as (from 'data/usage.csv'), b as (select 1) from a",
        "set variable file = 'data/usage.csv'; from read_csv(getvariable('file'))",
        "from (pivot (from 'data/usage.csv') on feature in ('f') using sum(events) group by account_id)",
    ],
)
def test_paths_start_from_the_project_wherever_the_process_was_started(
    sql, folder, answer, project, tmp_path, monkeypatch
):
    elsewhere = tmp_path / "elsewhere" / "data"
    elsewhere.mkdir(parents=True)
    (elsewhere / "usage.csv").write_text(f"{HEADER}WRONG,2026-01-01,f,1\n")
    monkeypatch.chdir(project if folder == "project" else elsewhere.parent)
    ((*row,),) = answer(sql)
    assert "A" in row


def test_files_of_the_setting_are_handed_in(answer, neighbours, project):
    files = {"one": ["../others/usage.csv"], "folder": [str(neighbours)], "all": ["data/*.csv", "../others/*.csv"]}
    for path in ("getvariable('one')", "getvariable('folder') || '/usage.csv'", "getvariable('folder') || '/*.csv'"):
        assert answer(f"select account_id from read_csv({path})", files=files) == [("SECRET",)]
    every = answer("select account_id from read_csv(getvariable('all')) order by all", files=files)
    assert every == [("A",), ("SECRET",)]
    assert answer(f"select account_id from '{neighbours}/usage.csv'", files=files) == [("SECRET",)]
    with pytest.raises(RetierError, match="neither in the project nor named"):
        answer(f"from read_text('{neighbours}/other.duckdb')", files={"one": ["../others/usage.csv"]})


@pytest.mark.parametrize("pattern", ["../others/none.csv", "none/*.csv", "nowhere"])
def test_a_file_of_the_setting_that_is_not_there_is_an_error(pattern, answer):
    with pytest.raises(
        RetierError, match=rf"usage: no file matches '{re.escape(pattern)}' .* or fix files\.one of sources"
    ):
        answer("select 1", files={"one": [pattern]})


def test_a_pipe_of_the_setting_is_refused(answer, project):
    os.mkfifo(project / "pipe")
    with pytest.raises(RetierError, match="usage: pipe is a named pipe"):
        answer("select 1", files={"one": ["pip?"]})


def test_a_link_counts_as_what_it_leads_to_where_the_setting_names_it(answer, neighbours, project):
    (project / "linked").symlink_to(neighbours)
    assert answer("select account_id from 'linked/usage.csv'", files={"linked": ["linked"]}) == [("SECRET",)]


def test_files_of_a_store_are_handed_in_and_others_are_not(answer):
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    store.pipe("/lake/1.csv", f"{HEADER}FAR,2026-01-01,f,1\n".encode())
    store.pipe("/sea/1.csv", f"{HEADER}SECRET,2026-01-01,f,1\n".encode())
    try:
        files = {"lake": ["memory://lake/*.csv"]}
        assert answer("select account_id from read_csv(getvariable('lake'))", files=files) == [("FAR",)]
        with pytest.raises(RetierError, match=r"reads memory://sea/1\.csv, which is neither"):
            answer("from read_csv('memory://sea/1.csv')", files=files)
        with pytest.raises(RetierError, match=r"no file matches 'memory://sky/\*\.csv'"):
            answer("select 1", files={"sky": ["memory://sky/*.csv"]})
    finally:
        store.store.clear()


def test_a_database_file_is_only_read(events, neighbours, project):
    shutil.copy(neighbours / "other.duckdb", project / "company.duckdb")
    before = project_files(project)
    for sql, reason in (
        ("with gone as (delete from kept returning *) from gone", "writes"),
        ("drop table kept", "holds 'drop'"),
        ("detach company; select 1", "holds 'detach'"),
        ("select * from read_text('../others/usage.csv')", "neither in the project"),
    ):
        with pytest.raises(RetierError, match=reason):
            events("usage", sql=sql, database="duckdb:///company.duckdb").months()
    source = events("usage", sql="from kept, 'data/usage.csv'", database="duckdb:///company.duckdb")
    assert list(source.months()) == [JANUARY]
    assert {path: kept for path, kept in project_files(project).items() if "facts" not in path.parts} == before


def test_two_queries_may_read_a_database_file_at_once(neighbours, project, tmp_path):
    query, file = Query("usage", "q"), str(neighbours / "other.duckdb")
    with duckdb.connect(file, read_only=True):
        raw = from_duckdb(file, render("select a from other.main.kept", {}, "q"), query, project, tmp_path)
    assert raw.scan().collect()["a"].to_list() == [1]


@pytest.mark.parametrize(
    "sql", ["from range(1000000000000000)", "with recursive t(a) as (select 1 union all select a + 1 from t) from t"]
)
def test_endless_rows_end(sql, answer, monkeypatch):
    monkeypatch.setattr(limits, "MOST_ROWS", 30_000)
    with pytest.raises(
        RetierError, match=r"^usage: queries/usage\.sql returns more than 30,000 rows: count or filter in"
    ):
        answer(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from range(10000000000), range(10000000000)",
        "select * from range(1000000000000) as one, range(1000000000000) as other where one.range + other.range < 0",
    ],
)
def test_a_query_that_never_returns_ends(sql, answer, monkeypatch):
    monkeypatch.setattr(limits, "MOST_SECONDS", 0.36)
    with pytest.raises(RetierError, match=r"returns nothing for more than 0\.0001 hours: count or filter in the query"):
        answer(sql)


def test_what_ended_a_query_leaves_nothing_running(project, neighbours, tmp_path):
    """A process that ends then says nothing: DuckDB complains of what still works for it, or aborts it."""
    script = """
import sys
from pathlib import Path
from sql.render import render
from sql.sources import limits
from sql.sources.asked import Query
from sql.sources.on_duckdb import from_duckdb
limits.MOST_ROWS = 30_000
try:
    from_duckdb(None, render(sys.argv[1], {}, "q"), Query("usage", "q"), Path(sys.argv[2]), Path(sys.argv[3]))
except Exception as error:
    print(type(error).__name__)
"""
    endless = "with recursive t(a) as (select 1 union all select a + 1 from t) from t"
    command = [sys.executable, "-c", script, endless, str(project), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "RetierError\n", "")


def test_rows_that_fill_the_disk_end_before_it_is_full(answer, monkeypatch):
    # As if others wrote more to the disk meanwhile than the query may take.
    monkeypatch.setattr(limits, "LEAST_FREE_SHARE", 1.5)
    with pytest.raises(
        RetierError, match=r"returns more than [1-4],\d{3},\d{3} rows, for which the disk has no room: "
    ):
        answer("from range(1000000000000000)")


def test_a_text_without_end_is_refused(answer):
    with pytest.raises(RetierError, match="failed: the database says"):
        answer("select repeat('x', 1000000000000) as a")


def test_nothing_is_loaded_or_stored_in_the_user_s_folder(answer, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    Path(tmp_path / "home").mkdir()
    with pytest.raises(RetierError):
        answer("select * from st_read('data/usage.csv')")
    with pytest.raises(RetierError):
        answer("select * from read_xlsx('data/usage.xlsx')")
    assert list(Path(tmp_path / "home").rglob("*")) == []
