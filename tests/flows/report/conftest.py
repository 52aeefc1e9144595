"""One report of small months, and one browser, for all tests of the folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from flows.report.write import write_report
from flows.settings import load_project
from tests.flows.published import FEBRUARY
from tests.flows.report.published import published_project

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two published months; nobody may change it."""
    return published_project(tmp_path_factory.mktemp("report") / "project")


@pytest.fixture(scope="session")
def report_file(published: Path) -> Path:
    """The report of the second month."""
    return write_report(load_project(published, {}), FEBRUARY)


@pytest.fixture(scope="session")
def html(report_file: Path) -> str:
    """The text of the file."""
    return report_file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium, as the system has it, closed after the file: Playwright's event loop runs until then."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield started
        started.close()
