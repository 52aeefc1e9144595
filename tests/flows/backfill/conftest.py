"""A project with three months published, and fresh warehouses of both kinds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.backfill.replays import MakeUrl, Replay, replay


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


@pytest.fixture(params=["duckdb", "postgresql"])
def make_url(request: pytest.FixtureRequest) -> Iterator[MakeUrl]:
    """Returns the URL of a fresh warehouse at each call."""
    if request.param == "duckdb":
        yield lambda: None
        return
    server = request.getfixturevalue("postgresql")
    made: list[str] = []

    def fresh() -> str:
        made.append(server.new_database())
        return str(server.url(made[-1]))

    yield fresh
    for name in made:
        server.drop(name)
