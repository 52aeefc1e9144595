"""A warehouse for each test, on both databases unless the test asks for one of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from sql.ddl import create_all
from sql.dialects import read
from sql.engine import make_engine, transaction
from sql.publish import Publication, publish
from sql.state import last_run_by_month, next_revision
from tests.postgres import Server
from tests.sql.months import Accounts, month_frames, run_of
from transforms.contracts import PUBLISHED
from transforms.month import Month

Publish = Callable[..., Publication]
Query = Callable[..., pl.DataFrame]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The warehouse's file."""
    return tmp_path / "retier.duckdb"


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DuckDB file with all tables and views, and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("warehouse") / "empty.duckdb"
    with transaction(make_engine(f"duckdb:///{path}")) as connection:
        create_all(connection)
    return path


@pytest.fixture(scope="session")
def empty_database(postgresql: Server) -> str:
    """A PostgreSQL database with all tables and views, and nothing in them, to be copied."""
    name = postgresql.new_database()
    with transaction(make_engine(postgresql.url(name))) as connection:
        create_all(connection)
    return name


@pytest.fixture(params=["duckdb", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database the warehouse is in; see :mod:`tests.sql.databases` for tests of one of them."""
    return str(request.param)


@pytest.fixture
def url(database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a warehouse with all tables and views, and nothing in them."""
    if database == "duckdb":
        path = request.getfixturevalue("path")
        shutil.copy(request.getfixturevalue("empty_file"), path)
        yield f"duckdb:///{path}"
    else:
        server: Server = request.getfixturevalue("postgresql")
        name = server.new_database(request.getfixturevalue("empty_database"))
        yield server.url(name)
        server.drop(name)


@pytest.fixture
def url_of_nothing(database: str, request: pytest.FixtureRequest) -> str:
    """The URL of a warehouse in which nothing has been made yet."""
    if database == "duckdb":
        return f"duckdb:///{request.getfixturevalue('path')}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def engine(url: str) -> sa.Engine:
    """A warehouse with all tables and views, and nothing in them."""
    return make_engine(url, wait_seconds=0)


@pytest.fixture
def publish_month(engine: sa.Engine) -> Publish:
    """Publish a month of accounts as its next revision."""

    def published(month: Month, accounts: Accounts, hour: int = 0, **options: Any) -> Publication:
        of_run = {key: options.pop(key) for key in ("policy_version", "previous_fingerprint") if key in options}
        with transaction(engine) as connection:
            revision = next_revision(last_run_by_month(connection), month)
            before = last_run_by_month(connection).filter(pl.col("month") == (month - 1).first_day)
            if not before.is_empty():
                of_run.setdefault("previous_fingerprint", before["result_fingerprint"].item())
            run = run_of(month, hour=hour or revision, **of_run)
            return publish(connection, run, month_frames(run, accounts, revision=revision, **options))

    return published


@pytest.fixture
def query(engine: sa.Engine) -> Query:
    """Read from the warehouse."""

    def queried(sql: str, **parameters: object) -> pl.DataFrame:
        with transaction(engine) as connection:
            return read(connection, sql, **parameters)

    return queried


@pytest.fixture
def contents(engine: sa.Engine) -> Callable[[], dict[str, pl.DataFrame]]:
    """Read every table whole, in an order of its own."""

    def read_all() -> dict[str, pl.DataFrame]:
        with transaction(engine) as connection:
            tables = {name: read(connection, f"select * from {name}") for name in PUBLISHED}
        return {name: frame.sort(PUBLISHED[name].key) for name, frame in tables.items()}

    return read_all
