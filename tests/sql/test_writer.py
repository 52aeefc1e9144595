"""One writer per warehouse: others learn who holds it, and a process that is gone holds it no more."""

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from sql.dialects import dialect_of
from sql.dialects.session_lock import SessionWriter
from sql.engine import WarehouseGoneError, make_engine
from sql.writer import Right, holding
from tests.sql.databases import only_duckdb, only_postgresql
from transforms.errors import BusyError, RetierError, WrongUseError

ROOT = Path(__file__).parents[2]
SINCE = datetime(2026, 11, 25, 17, 54, 37, tzinfo=UTC)
WHO = rf"is held by backfill since 2026-11-25 17:54:37 UTC, process {os.getpid()} on {re.escape(socket.gethostname())}"

AS_ANOTHER_PROCESS = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from sql.writer import Right, holding
with holding(Right.write, sys.argv[1], Path(), "run", datetime(2026, 1, 1, tzinfo=UTC)):
    print("held", flush=True)
    time.sleep(300)
"""


def hold(url, directory=ROOT, command="backfill", wait_seconds=0.0, right=Right.write):
    return holding(right, url, directory, command, SINCE, wait_seconds=wait_seconds)


@contextmanager
def held_by_another_process(url):
    line = [sys.executable, "-c", AS_ANOTHER_PROCESS, url]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


@contextmanager
def as_nobody():
    """Be a user who owns nothing; only root can."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_there_is_one_writer_and_the_second_is_told_who(url_of_nothing):
    with (
        hold(url_of_nothing),
        pytest.raises(BusyError, match=WHO) as told,
        hold(url_of_nothing, command="run"),
    ):
        pytest.fail("two hold it")
    assert told.value.exit_code == 4
    assert str(told.value).endswith(": wait for it to end, or end it, and run this again")


def test_there_is_one_sender_beside_the_writer(url_of_nothing):
    with (
        hold(url_of_nothing),
        hold(url_of_nothing, command="notify", right=Right.send),
        pytest.raises(BusyError, match=r"the outbox of the warehouse \S+ is held by notify since 2026-11-25 17:54:37"),
        hold(url_of_nothing, command="run", right=Right.send),
    ):
        pytest.fail("two send")


def test_it_is_free_after_the_end_and_after_a_failure(url_of_nothing):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), hold(url_of_nothing):
            raise ZeroDivisionError
    with hold(url_of_nothing) as writer:
        writer.renew()


def test_readers_and_transactions_are_not_kept_out(url, query):
    with hold(url):
        assert query("select count(*) as found from runs")["found"].item() == 0


def test_two_warehouses_have_two_writers(url_of_nothing, tmp_path):
    with hold(url_of_nothing), hold(f"duckdb:///{tmp_path}/other.duckdb"):
        pass


def test_a_killed_process_does_not_hold_it_any_more(url_of_nothing):
    with held_by_another_process(url_of_nothing) as process:
        told = rf"is held by run since 2026-01-01 00:00:00 UTC, process {process.pid} on "
        with pytest.raises(BusyError, match=told), hold(url_of_nothing):
            pytest.fail("two hold it")
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(BusyError, match=told), hold(url_of_nothing):
            pytest.fail("two hold it")
        process.kill()
        process.wait()
        with hold(url_of_nothing):
            pass


@only_duckdb
def test_a_file_is_waited_for_as_long_as_is_said(url_of_nothing):
    with held_by_another_process(url_of_nothing) as process:
        began = time.monotonic()
        with (
            pytest.raises(BusyError, match=r"and still was after 0\.3 s: wait for it"),
            hold(url_of_nothing, wait_seconds=0.3),
        ):
            pytest.fail("two hold it")
        assert time.monotonic() - began >= 0.3
        dying = threading.Timer(0.3, process.kill)
        dying.start()
        with hold(url_of_nothing, wait_seconds=30):
            dying.join()
        assert time.monotonic() - began < 30


@only_duckdb
def test_what_a_killed_holder_wrote_is_not_ascribed_to_the_next(url_of_nothing, path):
    path.with_name("retier.duckdb.lock").write_text("backfill since long ago, with a much longer name than the next")
    with hold(url_of_nothing, command="run"), pytest.raises(BusyError) as told, hold(url_of_nothing):
        pytest.fail("two hold it")
    assert "long" not in str(told.value)
    assert f"held by run since 2026-11-25 17:54:37 UTC, process {os.getpid()}" in str(told.value)


@only_duckdb
def test_the_warehouse_itself_is_not_made(url_of_nothing, path):
    with hold(url_of_nothing):
        assert [each.name for each in path.parent.iterdir()] == ["retier.duckdb.lock"]


def test_a_missing_folder_is_reported(tmp_path):
    with (
        pytest.raises(RetierError, match=r"its folder does not exist; make the folder, or fix the warehouse URL"),
        hold("duckdb:///missing/retier.duckdb", tmp_path),
    ):
        pytest.fail("held")


@pytest.mark.parametrize(
    ("folder_mode", "lock_mode"),
    [
        pytest.param(0o555, None, id="the folder is read-only"),
        pytest.param(0o700, None, id="the folder is another one's"),
        pytest.param(0o755, 0o600, id="the lock is another one's"),
    ],
)
def test_what_this_user_may_not_write_is_reported(folder_mode, lock_mode):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lock = folder / "retier.duckdb.lock"
        if lock_mode is not None:
            lock.touch()
            lock.chmod(lock_mode)
        folder.chmod(folder_mode)
        told = rf"{re.escape(str(lock))} cannot be written: this user may not write there"
        with as_nobody(), pytest.raises(RetierError, match=told), hold(f"duckdb:///{folder}/retier.duckdb"):
            pytest.fail("held")


@only_duckdb
def test_a_folder_in_the_place_of_the_lock_is_reported(url_of_nothing, path):
    path.with_name("retier.duckdb.lock").mkdir()
    with pytest.raises(RetierError, match=r"retier\.duckdb\.lock is a folder: move it away"), hold(url_of_nothing):
        pytest.fail("held")


@only_duckdb
def test_a_file_system_without_locks_is_reported(url_of_nothing, monkeypatch):
    def refuse(*_):
        raise OSError(37, "No locks available")

    # There is no such file system at hand.
    monkeypatch.setattr(fcntl, "flock", refuse)
    told = r"cannot be locked: the file system says 'No locks available'; put the warehouse on one that supports locks"
    with pytest.raises(RetierError, match=told), hold(url_of_nothing):
        pytest.fail("held")


@only_postgresql
def test_what_a_long_name_loses_is_the_host_never_the_time_or_the_process(url_of_nothing, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "ä" * 40)
    with hold(url_of_nothing), pytest.raises(BusyError) as told, hold(url_of_nothing):
        pytest.fail("two hold it")
    assert f"held by backfill since 2026-11-25 17:54:37 UTC, process {os.getpid()} on" in str(told.value)


@only_postgresql
def test_a_user_without_rights_is_told_who_holds_it(url_of_nothing, postgresql):
    database = re.search(r"/(test_\w+)\?", url_of_nothing)[1]
    postgresql.execute("create role second login")
    try:
        second = postgresql.url(database, user="second")
        with hold(url_of_nothing), pytest.raises(BusyError, match=WHO[:60]), hold(second):
            pytest.fail("two hold it")
        with hold(second), pytest.raises(BusyError, match=WHO[:60]), hold(url_of_nothing):
            pytest.fail("two hold it")
    finally:
        postgresql.execute("drop role second")


@only_postgresql
def test_a_second_database_of_the_same_server_has_its_own_writer(url_of_nothing, postgresql):
    other = postgresql.new_database()
    try:
        with hold(url_of_nothing), hold(postgresql.url(other)):
            pass
    finally:
        postgresql.drop(other)


# One that was refused the lock has the same name, until the server has noticed that it is gone.
HOLDER = "pid in (select pid from pg_locks where locktype = 'advisory')"


def end_session(postgresql, which="true"):
    ended = postgresql.execute(
        f"""
        select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where application_name like 'backfill since %' and {which}
        """
    )
    assert len(ended) == 1


@only_postgresql
def test_a_lost_right_is_renewed_or_was_lost_to_somebody(url_of_nothing, postgresql):
    with hold(url_of_nothing) as writer:
        end_session(postgresql, HOLDER)
        writer.renew()
        with pytest.raises(BusyError, match=WHO[:60]), hold(url_of_nothing):
            pytest.fail("two hold it")
        end_session(postgresql, HOLDER)
        with hold(url_of_nothing, command="run"), pytest.raises(BusyError, match="is held by run since 2026"):
            writer.renew()
        writer.renew()


def test_a_server_that_cannot_be_reached_is_reported_without_the_password(tmp_path):
    url = f"postgresql://someone:hidden@/database?host={tmp_path}"
    with pytest.raises(WarehouseGoneError, match="there is no socket in that folder") as told, hold(url):
        pytest.fail("held")
    assert "hidden" not in str(told.value)
    engine = make_engine(url)
    lost = SessionWriter(engine, "backfill", dialect_of(engine).translate_error)
    for _ in range(2):
        with pytest.raises(WarehouseGoneError):
            lost.renew()


@only_postgresql
def test_a_database_that_is_missing_is_reported(url_of_nothing, postgresql):
    told = "cannot be opened: the database or the user does not exist"
    with pytest.raises(RetierError, match=told), hold(postgresql.url("missing")):
        pytest.fail("held")


@only_postgresql
def test_a_session_that_ends_while_the_lock_is_asked_for_is_reported_as_gone(url_of_nothing, postgresql):
    def end_before_the_lock(_connection, _cursor, statement, *_rest):
        if "pg_try_advisory_lock" in statement:
            end_session(postgresql)

    engine = make_engine(url_of_nothing)
    writer = SessionWriter(engine, "backfill since then", dialect_of(engine).translate_error)
    event.listen(engine, "before_cursor_execute", end_before_the_lock)
    with pytest.raises(WarehouseGoneError, match="went away while it was in use"):
        writer.renew()


def test_a_url_of_no_warehouse_is_wrong_use(tmp_path):
    with pytest.raises(WrongUseError, match="expected one such as"), hold("sqlite:///x.db", tmp_path):
        pytest.fail("held")
