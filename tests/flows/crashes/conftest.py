"""A stage for crashes on each database."""

from __future__ import annotations

import pytest

from tests.flows.crashes.processes import Zygote, shared_zygote
from tests.flows.crashes.stage import Stage


@pytest.fixture(scope="session")
def zygote() -> Zygote:
    """Who starts commands without waiting for imports."""
    return shared_zygote()


@pytest.fixture(scope="session", params=["duckdb", "postgresql"])
def stage(request: pytest.FixtureRequest, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Projects on one of the databases."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    return Stage(tmp_path_factory.mktemp("stage"), zygote, server)
