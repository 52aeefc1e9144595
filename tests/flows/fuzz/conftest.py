"""Healthy projects to be mutated, and the option that replays one seed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.flows.fuzz.base import base_tables, write_base
from tests.flows.fuzz.months import Published, attempt
from tests.flows.fuzz.sheets import Sheet
from tests.flows.fuzz.warehouse import read_warehouse, results_of
from tests.flows.projects import JANUARY


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-seed", help="replay one case of tests/flows/fuzz by its seed")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seeds" in metafunc.fixturenames:
        # The option is not known where pytest was not started on this folder.
        replayed = metafunc.config.getoption("--fuzz-seed", None)
        seeds = [pytest.param([replayed], id=replayed)] if replayed else metafunc.module.SEEDS
        metafunc.parametrize("seeds", seeds)


@dataclass(frozen=True)
class Base:
    """A healthy project whose January is published, and what is published of it."""

    folder: Path
    published: Published


@pytest.fixture(scope="session")
def sheets() -> dict[str, Sheet]:
    """The rows of every source, before anything is done to them."""
    return {source: Sheet.of(rows) for source, rows in base_tables().items()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A healthy project that has never run."""
    return write_base(tmp_path / "project", base_tables())


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Base]:
    """Return the published project of a kind; it must not be changed."""

    @cache
    def published(is_lenient: bool) -> Base:
        folder = write_base(tmp_path_factory.mktemp("base"), base_tables(), is_lenient=is_lenient)
        assert attempt(folder, JANUARY).status == "published"
        return Base(folder, results_of(read_warehouse(folder), JANUARY))

    return published


@pytest.fixture
def copied(base: Callable[[bool], Base], tmp_path: Path) -> Callable[[bool], Path]:
    """Make a fresh copy of a published project; the former one is thrown away."""

    def copy(is_lenient: bool) -> Path:
        target = tmp_path / "copy"
        shutil.rmtree(target, ignore_errors=True)
        return shutil.copytree(base(is_lenient).folder, target)

    return copy
