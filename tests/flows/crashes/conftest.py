"""A stage for crashes on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flows.crashes.processes import Zygote, running_zygote
from tests.flows.crashes.stage import Stage


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Who starts commands without waiting for imports."""
    with running_zygote() as running:
        yield running


@pytest.fixture(scope="session", params=["duckdb", "postgresql"])
def stage(request: pytest.FixtureRequest, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Projects on one of the databases."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    return Stage(tmp_path_factory.mktemp("stage"), zygote, server)
