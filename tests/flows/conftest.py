"""A project for each test, as small as one may be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli.app import app
from flows.settings import default_policy_text

SOURCES = """\
sources:
  accounts: {path: data/accounts.csv}
  usage: {path: data/usage.csv}
  subscriptions: {path: data/subscriptions.csv}
"""

Run = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a project with the least settings and the default policy."""
    write_project(tmp_path)
    return tmp_path


def write_project(folder: Path, settings: str = SOURCES, policy: str | None = None) -> Path:
    """Write the two files of a project."""
    (folder / "retier.yaml").write_text(settings, encoding="utf-8")
    (folder / "policy.yaml").write_text(policy or default_policy_text(), encoding="utf-8")
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line as a person would, without the terminal."""
    for name in ("RETIER_PROJECT", "RETIER_WAREHOUSE", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    runner = CliRunner()

    def ran(*line: object) -> Result:
        return runner.invoke(app, [str(word) for word in line], prog_name="retier")

    return ran
