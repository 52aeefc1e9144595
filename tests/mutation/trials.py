"""Tries mutants: each in a copy of the tree, with the tests of its folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath

from tests.mutation.mutants import Mutant

_LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "demo", "dist")

_LEAST_SECONDS = 30.0
_TIMES_AS_LONG = 4.0
"""A mutant may take so many times as long as the tests take without one, and at least the seconds above."""


class Outcome(Enum):
    """What the tests said of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant and its outcome."""

    mutant: Mutant
    outcome: Outcome


class Tree:
    """A copy of the tree, in which one file at a time is changed.

    Args:
        root: The tree, which is only read.
        folder: Where the copy is made.
        seconds: How long tests take without a mutant, by test files; filled in as they are first run.
    """

    def __init__(self, root: Path, folder: Path, seconds: dict[tuple[str, ...], float]) -> None:
        self._root = Path(shutil.copytree(root, folder, ignore=_LEFT_BEHIND))
        self._seconds = seconds

    def tests_of(self, path: str) -> tuple[str, ...]:
        """Return the test files of a source's folder, the ones named after the source first."""
        source = PurePosixPath(path)
        folder = self._root / "tests" / source.parent
        files = folder.rglob("test_*.py") if len(source.parts) > 2 else folder.glob("test_*.py")
        found = sorted(files, key=lambda file: (not file.name.startswith(f"test_{source.stem}"), file))
        return tuple(file.relative_to(self._root).as_posix() for file in found)

    def try_mutant(self, mutant: Mutant) -> Trial:
        """Run the tests of a mutant's folder.

        Raises:
            RuntimeError: The tests fail without any mutant.
        """
        tests = self.tests_of(mutant.path)
        limit = max(_LEAST_SECONDS, _TIMES_AS_LONG * self._seconds_without(tests))
        file = self._root / mutant.path
        before = file.stat()
        file.write_text(mutant.after, encoding="utf-8")
        # Compiled files are told apart by the time and size of their source, and a change may keep the size.
        os.utime(file, (before.st_atime, before.st_mtime + 10))
        try:
            ended = self._run(tests, limit, {"PYTHONDONTWRITEBYTECODE": "1"})
        except subprocess.TimeoutExpired:
            return Trial(mutant, Outcome.TIMED_OUT)
        finally:
            file.write_text(mutant.before, encoding="utf-8")
            os.utime(file, (before.st_atime, before.st_mtime))
        return Trial(mutant, Outcome.KILLED if ended.returncode else Outcome.SURVIVED)

    def _seconds_without(self, tests: tuple[str, ...]) -> float:
        if tests not in self._seconds:
            began = time.monotonic()
            ended = self._run(tests, None, {})
            if ended.returncode:
                raise RuntimeError(f"the tests fail without any mutation:\n{ended.stdout}")
            self._seconds[tests] = time.monotonic() - began
        return self._seconds[tests]

    def _run(
        self, tests: tuple[str, ...], limit: float | None, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        options = ("-x", "-q", "-p", "no:cacheprovider", "--tb=no")
        return subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=self._root,
            env=os.environ | {"PYTHONPATH": str(self._root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment,
            timeout=limit,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
