"""Fresh warehouses of both kinds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flows.backfill.replays import MakeUrl


@pytest.fixture(params=["duckdb", "postgresql"])
def make_url(request: pytest.FixtureRequest) -> Iterator[MakeUrl]:
    """Gives the URL of a fresh warehouse at each call."""
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
