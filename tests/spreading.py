"""Says how pytest-xdist spreads the tests over processes: by file, and by folder where its files share much."""

from __future__ import annotations

import os

import pytest

TOGETHER = {
    "tests/flows/crashes/": "crashes",
    "tests/flows/bad_input/": "crashes",
    "tests/flows/backfill/": "backfills",
    "tests/flows/fuzz/": "fuzz",
    "tests/flows/report/": "report",
    "tests/expectations/data_docs/": "data docs",
}
"""By folder: what its tests need is made once for a process, and takes long, so that they run in the same one."""

LONG = (
    # It waits more than it computes, for which there is a process more than there are cores to keep busy.
    "tests/deploy/test_deploying.py",
    "tests/flows/crashes/",
    "tests/flows/backfill/",
    "tests/deploy/",
    "tests/flows/fuzz/",
    "tests/docs/",
    "tests/flows/tracking/",
    "tests/sql/test_publish_failures.py",
    "tests/cases/",
    "tests/flows/",
    "tests/sql/",
)
"""What is begun first, so that no process is left alone with it at the end."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Hand tests out by file or folder, in the order below, where `--dist loadfile` is asked for."""
    from xdist.scheduler import LoadFileScheduling

    class ByPlace(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return place_of(nodeid)

    return ByPlace(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long ones first, in every process alike; a run in one process keeps the order of the files."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: _turn(item.nodeid))


def place_of(nodeid: str) -> str:
    """Name what a test is kept together with."""
    file = nodeid.partition("::")[0]
    return next((name for folder, name in TOGETHER.items() if file.startswith(folder)), file)


def _turn(nodeid: str) -> int:
    return next((turn for turn, start in enumerate(LONG) if nodeid.startswith(start)), len(LONG))
