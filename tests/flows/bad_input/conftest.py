"""A healthy project for each test, to be broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.flows.projects import JANUARY, healthy_tables, run_months, write_project


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A healthy project whose January is published."""
    folder = write_project(tmp_path_factory.mktemp("healthy"), healthy_tables())
    run_months(folder, [JANUARY])
    return folder


@pytest.fixture
def project(published_once: Path, tmp_path: Path) -> Path:
    """A copy of it, to be broken."""
    return shutil.copytree(published_once, tmp_path / "project")
