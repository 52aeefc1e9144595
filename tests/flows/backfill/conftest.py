"""A project with three months published, and fresh warehouses of both kinds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.backfill.replays import MakeUrl, Published, Replay, replay
from tests.postgres import Server


@pytest.fixture(scope="session")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """A project whose January to March were backfilled in one go, into a DuckDB file; nobody may change it."""
    one = replay(tmp_path_factory.mktemp("straight"), None)
    one.backfill()
    return one


@pytest.fixture
def one(straight: Replay, tmp_path: Path) -> Replay:
    """The same to be changed."""
    return Replay(shutil.copytree(straight.folder, tmp_path / "project"), None)


@pytest.fixture(scope="session")
def straight_database(straight: Replay, postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same months in a PostgreSQL database, to be copied."""
    name = postgresql.new_database()
    folder = shutil.copytree(straight.folder, tmp_path_factory.mktemp("straight") / "project")
    Replay(folder, postgresql.url(name)).backfill()
    return name


@pytest.fixture(params=["duckdb", "postgresql"])
def server(request: pytest.FixtureRequest) -> Server | None:
    """Where warehouses are made; None means that they are DuckDB files."""
    return None if request.param == "duckdb" else request.getfixturevalue("postgresql")


@pytest.fixture
def make_url(server: Server | None) -> Iterator[MakeUrl]:
    """Returns the URL of a warehouse of its own at each call."""
    made: list[str] = []

    def fresh(template: str = "template1") -> str | None:
        if server is None:
            return None
        made.append(server.new_database(template))
        return server.url(made[-1])

    yield fresh
    for name in made:
        assert server is not None
        server.drop(name)


@pytest.fixture
def published(straight: Replay, server: Server | None, make_url: MakeUrl, request: pytest.FixtureRequest) -> Published:
    """Copies the project with its published months into a folder, to be changed."""
    template = "template1" if server is None else request.getfixturevalue("straight_database")
    return lambda folder: Replay(shutil.copytree(straight.folder, folder / "project"), make_url(template))
