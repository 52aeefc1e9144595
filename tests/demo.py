"""The demo, made once by the command and shared by all tests of a run, whichever process they are in."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.command_line import retier

COMMAND = ("demo",)
"""The words after ``retier``: those of `make demo`."""


@dataclass(frozen=True)
class Demo:
    """A demo that was made; it is shared, so a test that changes it takes a copy.

    Attributes:
        folder: Its project.
        stdout: What the command gave out.
        stderr: What it said beside.
    """

    folder: Path
    stdout: str
    stderr: str

    def copy_to(self, folder: Path) -> Path:
        """Copy the project, facts and output included."""
        return shutil.copytree(self.folder, folder)


@pytest.fixture(scope="session")
def demo_project(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The project that `retier demo` makes, with all of its months published."""
    base = tmp_path_factory.getbasetemp()
    # The processes of pytest-xdist have folders of their own in one that is the run's.
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-of-this-run"
    shared.mkdir(exist_ok=True)
    said = shared / "said.json"
    with _alone(shared / "lock"):
        if not said.exists():
            result = retier(*COMMAND, timeout=600, folder=shared)
            told = {"returncode": result.returncode, "stdout": result.stdout, "stderr": result.stderr}
            said.write_text(json.dumps(told), encoding="utf-8")
    told = json.loads(said.read_text(encoding="utf-8"))
    assert told["returncode"] == 0, told["stderr"]
    return Demo(shared / "demo", told["stdout"], told["stderr"])


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process is here; one that dies leaves nothing behind."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
