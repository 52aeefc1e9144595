"""A DuckDB file is attached to one DuckDB of the process, and behaves as if it were opened by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from sql.dialects import SCHEMA, dialect_of, execute, read
from sql.dialects.attached import AttachedFile
from sql.engine import make_engine, transaction


def write_number(engine: sa.Engine, number: int) -> None:
    with transaction(engine) as connection:
        execute(connection, "create table if not exists numbers (number bigint)")
        execute(connection, "insert into numbers values (:number)", number=number)


def numbers(engine: sa.Engine) -> list[int]:
    with transaction(engine) as connection:
        return read(connection, "select number from numbers order by number")["number"].to_list()


def setting(engine: sa.Engine, name: str) -> str:
    with transaction(engine) as connection:
        return str(read(connection, f"select current_setting('{name}') as value")["value"].item())


def test_the_file_is_free_for_other_processes_between_transactions(tmp_path: Path) -> None:
    write_number(make_engine("duckdb:///a.duckdb", tmp_path), 1)
    script = f"import duckdb; duckdb.connect({str(tmp_path / 'a.duckdb')!r}).execute('from {SCHEMA}.numbers')"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert not (tmp_path / "a.duckdb.wal").exists()


def test_what_publishing_sets_ends_with_its_transaction(tmp_path: Path) -> None:
    engine = make_engine("duckdb:///a.duckdb", tmp_path)
    names = ("threads", "max_vacuum_tasks", "checkpoint_threshold")
    before = [setting(engine, name) for name in names]
    with transaction(engine) as connection:
        dialect_of(connection).prepare_publishing(connection)
        during = read(connection, "select current_setting('max_vacuum_tasks') as value")["value"].item()
    assert str(during) == "0"
    assert [setting(engine, name) for name in names] == before


@pytest.mark.parametrize("name", ["memory", "temp", "a b'c", "x.y", "select"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    engine = make_engine(f"duckdb:///{name}.duckdb", tmp_path)
    write_number(engine, 7)
    assert numbers(engine) == [7]
    with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
        assert connection.execute(f"select number from {SCHEMA}.numbers").fetchall() == [(7,)]


def test_two_files_may_be_open_at_once(tmp_path: Path) -> None:
    engines = [make_engine(f"duckdb:///{name}.duckdb", tmp_path) for name in ("a", "b")]
    for number, engine in enumerate(engines):
        write_number(engine, number)
    with ExitStack() as stack:
        connections = [stack.enter_context(transaction(engine)) for engine in engines]
        assert [read(one, "select number from numbers")["number"].to_list() for one in connections] == [[0], [1]]


def test_a_file_that_was_opened_beside_another_is_shared_when_that_is_closed(tmp_path: Path) -> None:
    one, other = (make_engine(f"duckdb:///{name}.duckdb", tmp_path, wait_seconds=0.1) for name in ("a", "b"))
    write_number(other, 7)
    with ExitStack() as stack:
        with transaction(one):
            stack.enter_context(transaction(other))
        assert numbers(other) == [7]
    assert numbers(other) == [7]


def test_a_connection_that_could_not_be_set_up_lets_go_of_the_file(tmp_path: Path) -> None:
    attached, path = AttachedFile(), tmp_path / "a.duckdb"
    attached.connect(path, lambda: duckdb.connect(":memory:")).close()
    attached._attach = lambda _path: None
    with pytest.raises(duckdb.Error):
        attached.connect(path, lambda: duckdb.connect(":memory:"))
    assert attached._users == 0


def test_a_connection_may_be_closed_after_the_duckdb(tmp_path: Path) -> None:
    attached = AttachedFile()
    connection = attached.connect(tmp_path / "a.duckdb", lambda: duckdb.connect(":memory:"))
    attached.close()
    connection.close()
    with duckdb.connect(str(tmp_path / "a.duckdb")) as another:
        assert another.execute("select 1").fetchall() == [(1,)]


def test_several_connections_share_the_file(tmp_path: Path) -> None:
    engine = make_engine("duckdb:///a.duckdb", tmp_path)
    write_number(engine, 1)
    with transaction(engine) as first:
        with transaction(engine) as second:
            assert read(second, "select number from numbers").height == 1
        assert read(first, "select number from numbers").height == 1


def test_data_that_outgrows_memory_goes_beside_the_file(tmp_path: Path) -> None:
    engine = make_engine("duckdb:///a.duckdb", tmp_path)
    assert setting(engine, "temp_directory") == str(tmp_path / "a.duckdb.tmp")


def test_settings_of_the_url_hold_for_its_own_connections_only(tmp_path: Path) -> None:
    plain, limited = (make_engine(f"duckdb:///a.duckdb{query}", tmp_path) for query in ("", "?memory_limit=100MB"))
    assert setting(limited, "memory_limit") == "95.3 MiB"
    assert setting(plain, "memory_limit") != "95.3 MiB"


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    engines = [make_engine(f"duckdb:///{name}.duckdb", tmp_path) for name in ("a", "b")]
    for number, engine in enumerate(engines):
        write_number(engine, number)
    assert numbers(engines[0]) == [0]
    (tmp_path / "b.duckdb").replace(tmp_path / "a.duckdb")
    assert numbers(engines[0]) == [1]


def test_a_process_that_was_forked_opens_the_file_by_itself(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from sql.dialects import execute\n"
        "from sql.engine import make_engine, transaction\n"
        "engine = make_engine('duckdb:///a.duckdb', Path(sys.argv[1]))\n"
        "with transaction(engine) as connection:\n"
        "    execute(connection, 'create table numbers as select 1 as number')\n"
        "child = os.fork()\n"
        "with transaction(engine) if child == 0 else open(os.devnull) as connection:\n"
        "    if child == 0:\n"
        "        execute(connection, 'insert into numbers values (2)')\n"
        "if child == 0:\n"
        "    os._exit(0)\n"
        "else:\n"
        "    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    folder = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=60, env=environment)
    assert numbers(make_engine("duckdb:///a.duckdb", tmp_path)) == [1, 2]
