"""The engine: where the file lies, whose turn it is, and what is said when it cannot be used; both databases."""

import os
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from sql.dialects import execute, read
from sql.dialects.duckdb import pause_seconds
from sql.engine import make_engine, transaction
from sql.sources.query import url_of
from tests.sql.databases import only_duckdb
from transforms.errors import BusyError, RetierError, WrongUseError

HOLD = """
import duckdb, sys, time
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


@contextmanager
def held_by_another_process(path, seconds=60.0):
    command = [sys.executable, "-c", HOLD, str(path), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def open_once(url, directory=None, wait_seconds=0.0):
    with transaction(make_engine(url, directory, wait_seconds=wait_seconds)) as connection:
        execute(connection, "select 1")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("duckdb:///retier.duckdb", "project/retier.duckdb", id="relative-to-the-project"),
        pytest.param("duckdb:///{tmp}/elsewhere.duckdb", "elsewhere.duckdb", id="absolute"),
        pytest.param("duckdb:///select.duckdb", "project/select.duckdb", id="called-like-a-keyword"),
        pytest.param('duckdb:///my "own" data.db', 'project/my "own" data.db', id="called-with-quotes"),
        pytest.param("duckdb:///a.duckdb?memory_limit=1GB", "project/a.duckdb", id="with-a-setting"),
    ],
)
def test_the_file_lies_where_the_url_says(tmp_path, url, expected):
    (tmp_path / "project").mkdir()
    open_once(url.format(tmp=tmp_path), tmp_path / "project")
    assert (tmp_path / expected).is_file()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("secret", id="no-url"),
        pytest.param("postgres//me:secret@host/db", id="misspelt"),
        pytest.param("mysql://me:secret@host/db", id="another-database"),
        pytest.param("postgresql+asyncpg://me:secret@host/db", id="another-driver"),
        pytest.param("postgresql://me:secret@host", id="no-database"),
        pytest.param("postgresql://me:an@secret@host/db", id="password-with-an-at"),
        pytest.param("postgresql://me:an@sec/secret@host/db", id="password-with-an-at-and-a-slash"),
        pytest.param("postgresql://me:secret@host:port/db", id="no-port"),
        pytest.param("duckdb://", id="no-file"),
        pytest.param("duckdb:///:memory:", id="in-memory"),
    ],
)
def test_an_url_that_names_no_warehouse_is_wrong_use_and_is_not_repeated(url):
    with pytest.raises(WrongUseError, match=r"expected one such as duckdb:///retier\.duckdb") as caught:
        make_engine(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        pytest.param(
            "duckdb://me:secret@host", "a database of duckdb is a file: write three slashes", id="host-and-user"
        ),
        pytest.param("duckdb://me:secret@host/a.duckdb", "is a file: write three slashes", id="host-and-path"),
        pytest.param("duckdb://secret.duckdb", "as in duckdb:///retier.duckdb", id="two-slashes"),
        pytest.param("duckdb:///md:?motherduck_token=secret", "a database of MotherDuck, which retier cannot", id="md"),
        pytest.param("duckdb:///md:secret", "name a file, as in duckdb:///retier.duckdb", id="md-with-a-name"),
    ],
)
def test_a_url_of_duckdb_that_is_no_file_is_explained_and_not_repeated(url, sentence, tmp_path):
    for opened in (lambda: make_engine(url, tmp_path), lambda: url_of(url, "usage", tmp_path)):
        with pytest.raises(WrongUseError, match=sentence) as caught:
            opened()
        assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@only_duckdb
def test_the_file_is_closed_after_each_transaction(engine, path):
    with held_by_another_process(path):
        pass


@only_duckdb
def test_a_held_file_is_busy_and_names_its_holder(engine, path):
    with held_by_another_process(path) as process, pytest.raises(BusyError) as caught, transaction(engine):
        pytest.fail("the file should be held")
    assert f"process {process.pid} " in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.exit_code == 4


@only_duckdb
def test_a_held_file_is_waited_for(engine, path):
    with held_by_another_process(path, seconds=0.5):
        open_once(f"duckdb:///{path}", wait_seconds=30.0)


def test_pauses_are_short_at_first_and_leave_the_processor_alone_later():
    waited, attempts = 0.0, 1
    while waited < 60:
        waited, attempts = waited + pause_seconds(waited), attempts + 1
    assert pause_seconds(0.0) == pytest.approx(0.1)
    assert pause_seconds(60.0) == pytest.approx(0.5)
    assert attempts < 150


def run_statements(engine, *statements, then=None):
    with transaction(engine) as connection:
        for statement in statements:
            execute(connection, statement)
        if then is not None:
            then()


def test_a_failure_undoes_the_whole_transaction(engine):
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_statements(engine, "create table half (a int)", then=fail)
    with pytest.raises(RetierError, match=r'half"? does not exist'):
        run_statements(engine, "select * from half")


def test_two_writers_of_one_row_are_busy_and_both_are_undone(engine):
    run_statements(engine, "create table counters (a int)", "insert into counters values (0)")

    def write_within():
        run_statements(engine, "update counters set a = 2")

    with pytest.raises(BusyError, match="run this again"):
        run_statements(engine, "update counters set a = 1", then=write_within)
    with transaction(engine) as connection:
        assert read(connection, "select a from counters")["a"].to_list() == [0]


def test_a_word_in_a_query_is_never_a_variable(engine):
    """Where the query is run there is a variable of this name, which DuckDB would take for a table."""
    with pytest.raises(RetierError, match=r'compiled"? does not exist'), transaction(engine) as connection:
        read(connection, "select * from compiled")


def test_times_are_utc_whatever_the_machine_says(engine, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    with transaction(engine) as connection:
        times = read(connection, "select timestamptz '2025-01-01 00:00:00' as t")
    assert str(times["t"].item()) == "2025-01-01 00:00:00+00:00"


def _corrupt(path):
    path.write_bytes(b"no database " * 1000)


def _empty(path):
    path.touch()


def _truncate(path):
    duckdb.connect(str(path)).close()
    path.write_bytes(path.read_bytes()[:5000])


def _folder(path):
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(_corrupt, "is not a DuckDB file or is damaged", id="another-kind-of-file"),
        pytest.param(_empty, "is not a DuckDB file or is damaged", id="empty"),
        pytest.param(_truncate, "cannot be opened", id="cut-off"),
        pytest.param(_folder, "is a folder", id="a-folder"),
    ],
)
def test_a_file_that_is_no_warehouse_is_named_and_left_alone(path, spoil, sentence):
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(RetierError, match=sentence) as caught:
        open_once(f"duckdb:///{path}")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_missing_folder_is_reported(tmp_path):
    with pytest.raises(RetierError, match="its folder does not exist"):
        open_once(f"duckdb:///{tmp_path}/nowhere/retier.duckdb")


@contextmanager
def as_a_user_without_rights():
    """Root may do anything, so it becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public_folder():
    """A folder that other users may look into, which pytest's own folders are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.mark.parametrize("what", ["folder", "file"])
def test_missing_rights_are_reported(public_folder, what):
    path = public_folder / "retier.duckdb"
    if what == "file":
        open_once(f"duckdb:///{path}")
        path.chmod(0o444)
    public_folder.chmod(0o555)
    with as_a_user_without_rights(), pytest.raises(RetierError, match="may not read and write it"):
        open_once(f"duckdb:///{path}")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_reported_at_opening():
    with pytest.raises(RetierError, match="the disk is full; make room"):
        open_once("duckdb:////dev/full")


def test_a_full_folder_for_temporary_data_is_reported(tmp_path):
    engine = make_engine(f"duckdb:///{tmp_path}/retier.duckdb?memory_limit=16MB&threads=1")
    limit = "set max_temp_directory_size = '100KB'"
    sort = "create table spilt as select md5(range::varchar) as text from range(200_000) order by text"
    with pytest.raises(RetierError, match="as it was: its folder for temporary data, beside the file, is full"):
        run_statements(engine, limit, sort)


def test_threads_may_each_have_a_transaction(url_of_nothing):
    engine = make_engine(url_of_nothing, wait_seconds=30)
    seen = []

    def look():
        for _ in range(10):
            with transaction(engine) as connection:
                seen.append(read(connection, "select 1 as a")["a"].item())

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 40
