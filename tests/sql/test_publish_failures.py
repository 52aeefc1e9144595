"""Whatever breaks while a month is published, the warehouse is as it was."""

import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import psycopg
import pytest
from sqlalchemy import event

from sql.ddl import create_all
from sql.dialects import read
from sql.engine import make_engine, transaction
from sql.fingerprint import MONTH_TABLES
from sql.publish import publish
from sql.state import last_run_by_month, next_revision
from tests.sql.months import JANUARY, month_frames, run_of
from transforms.contracts import PUBLISHED
from transforms.errors import RetierError

LOW = {"a": {"tier": "low_touch"}, "b": {"tier": "low_touch"}}
MID = {"a": {"tier": "mid_touch"}, "c": {"tier": "low_touch"}}


def publish_next(engine, accounts, policy_version="1-abc"):
    with transaction(engine) as connection:
        revision = next_revision(last_run_by_month(connection), JANUARY)
        run = run_of(JANUARY, hour=revision, policy_version=policy_version)
        publish(connection, run, month_frames(run, accounts, revision=revision, changes=[{"account_id": "a"}]))


def read_all(engine):
    with transaction(engine) as connection:
        return {name: read(connection, f"select * from {name}").sort(table.key) for name, table in PUBLISHED.items()}


def differences(before, after):
    return [name for name in before if not before[name].equals(after[name])]


def after_each_statement(engine, then):
    """Call a function with every statement after it was run, COPY included; returns how to stop that."""

    def tell(statement):
        then(" ".join(statement.split()))

    if engine.dialect.name == "duckdb":

        def listen(_connection, _cursor, statement, *_rest):
            tell(statement)

        event.listen(engine, "after_cursor_execute", listen)
        return lambda: event.remove(engine, "after_cursor_execute", listen)

    class Watched(psycopg.Cursor):
        def execute(self, query, *arguments, **options):
            done = super().execute(query, *arguments, **options)
            tell(query if isinstance(query, str) else query.decode())
            return done

        @contextmanager
        def copy(self, statement, *arguments, **options):
            with super().copy(statement, *arguments, **options) as copied:
                yield copied
            tell(statement.decode())

    def watch(raw, _record):
        raw.cursor_factory = Watched

    event.listen(engine, "connect", watch)
    return lambda: event.remove(engine, "connect", watch)


class InjectedError(Exception):
    """What a test makes a statement raise."""


@contextmanager
def failing_at(engine, number):
    """Let the statement of this number fail, after it was run; yields the statements that were begun."""
    begun = []

    def fail(statement):
        begun.append(statement[:60])
        if len(begun) == number:
            raise InjectedError(begun[-1])

    stop = after_each_statement(engine, fail)
    yield begun
    stop()


def test_a_failure_at_any_statement_leaves_all_as_it_was(engine):
    publish_next(engine, LOW)
    before = read_all(engine)
    failed = []
    while True:
        with failing_at(engine, len(failed) + 1) as begun:
            try:
                publish_next(engine, MID, policy_version="2-new")
            except InjectedError:
                failed.append(begun[-1])
            else:
                break
        assert differences(before, read_all(engine)) == [], failed[-1]
    assert len(failed) > len(MONTH_TABLES)
    assert {"insert", "delete"} <= {statement.split(" ")[0] for statement in failed}
    assert read_all(engine)["account_tiers"]["revision"].to_list() == [2, 2]


def publish_until(url, where):
    """Publish a month, and be killed after a statement that matches, or at the commit."""
    engine = make_engine(url)

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    after_each_statement(engine, lambda statement: re.match(where, statement) and die())
    if where == "commit":
        event.listen(engine, "commit", die)
    publish_next(engine, MID)


# Its processes are forks of one that has imported this file, and has done nothing else.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


@pytest.mark.parametrize(
    "where",
    [
        pytest.param("insert into restatements", id="restating"),
        pytest.param("delete from account_tiers", id="deleting"),
        pytest.param("(insert into|copy) account_tiers ", id="loading"),
        pytest.param("commit", id="before-the-commit"),
    ],
)
def test_a_killed_process_leaves_all_as_it_was(engine, url, where):
    publish_next(engine, LOW)
    before = read_all(engine)
    killed = FORKS.Process(target=publish_until, args=(url, where))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert differences(before, read_all(engine)) == []
    # PostgreSQL takes a moment to see that its client has died.
    publish_next(make_engine(url), MID)
    assert read_all(engine)["account_tiers"]["account_id"].to_list() == ["a", "c"]


def many_accounts(tier):
    return {f"{number:05}": {"tier": tier, "name": random.Random(number).randbytes(40).hex()} for number in range(4000)}


@contextmanager
def small_disk(kibibytes):
    """A file system of a given size, which can grow; skips where this user may not mount one."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", folder]
        if sys.platform != "linux" or subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("only root can mount a small file system")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("room_kibibytes", [0, 64, 256, 512, 1024])
def test_a_full_disk_of_duckdb_is_reported_and_leaves_all_as_it_was(room_kibibytes):
    with small_disk(20_000) as folder:
        path = folder / "retier.duckdb"
        engine = make_engine(f"duckdb:///{path}")
        with transaction(engine) as connection:
            create_all(connection)
        publish_next(engine, LOW)
        before = read_all(engine)
        used = sum(file.stat().st_size for file in folder.iterdir()) // 1024
        subprocess.run(["mount", "-o", f"remount,size={used + room_kibibytes}k", str(folder)], check=True)
        with pytest.raises(RetierError, match="as it was: the disk is full; make room"):
            publish_next(engine, many_accounts("mid_touch"))
        assert differences(before, read_all(engine)) == []
        subprocess.run(["mount", "-o", "remount,size=100m", str(folder)], check=True)
        assert differences(before, read_all(engine)) == []
        publish_next(engine, many_accounts("mid_touch"))
        assert read_all(engine)["account_tiers"].height == 4000


@pytest.mark.parametrize("room_kibibytes", [64, 512])
def test_a_full_disk_of_postgresql_is_reported_and_leaves_all_as_it_was(postgresql, empty_database, room_kibibytes):
    with small_disk(100_000) as folder, postgresql.tablespace(folder) as tablespace:
        name = postgresql.new_database(empty_database, tablespace)
        engine = make_engine(postgresql.url(name))
        publish_next(engine, LOW)
        before = read_all(engine)
        postgresql.execute("checkpoint")
        used = shutil.disk_usage(folder).used // 1024
        subprocess.run(["mount", "-o", f"remount,size={used + room_kibibytes}k", str(folder)], check=True)
        with pytest.raises(RetierError, match="as it was: the disk of the server is full; make room"):
            publish_next(engine, many_accounts("mid_touch"))
        assert differences(before, read_all(engine)) == []
        subprocess.run(["mount", "-o", "remount,size=100m", str(folder)], check=True)
        publish_next(engine, many_accounts("mid_touch"))
        assert read_all(engine)["account_tiers"].height == 4000
        postgresql.drop(name)


KILLED_LATER = """
import sys
from sql.engine import make_engine
from tests.sql.test_publish_failures import many_accounts, publish_next
engine = make_engine(sys.argv[1])
months = [many_accounts("mid_touch"), many_accounts("high_touch")]
print("ready", flush=True)
for number in range(1000):
    publish_next(engine, months[number % 2])
"""


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(20))
def test_a_process_killed_at_any_moment_leaves_a_whole_month(engine, url, seed):
    """A writer publishes revision after revision until it is killed; what is there must be one of them, whole."""
    with subprocess.Popen([sys.executable, "-c", KILLED_LATER, url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(random.Random(seed).uniform(0.2, 4.0))
        os.kill(process.pid, signal.SIGKILL)
    with transaction(engine) as connection:
        in_force = last_run_by_month(connection)
    revision = in_force["revision"].sum()
    tables = read_all(engine)
    assert tables["runs"].height == revision
    assert tables["restatements"].height == 2 * 4000 * max(revision - 1, 0)
    if revision:
        assert tables["account_tiers"].height == 4000
        assert tables["account_tiers"].select(pl.col("tier", "revision").n_unique()).rows() == [(1, 1)]
        assert tables["account_tiers"]["revision"][0] == revision
        assert tables["account_scores"].height == tables["account_features"].height == 4000
    publish_next(make_engine(url), LOW)
    assert read_all(engine)["account_tiers"].height == 2
