"""Starts command lines by way of the zygote, and waits for them, stops them or kills them."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests.flows.command_line import ROOT, WARNINGS
from tests.flows.crashes.zygote import STANDS_STILL

LIMIT_SECONDS = 180.0
"""Whatever takes longer hangs."""

_POLL_SECONDS = 0.005


class Started:
    """A command line that was started."""

    def __init__(self, zygote: Zygote, pid: int, folder: Path) -> None:
        self._zygote, self._folder = zygote, folder
        self._exit_code: int | None = None
        self._stands_still = False
        self.ended_at = 0.0
        self.pid = pid
        self.began_at = time.monotonic()

    @property
    def exit_code(self) -> int | None:
        """How it ended, negative for a signal; None while it lives."""
        if self._exit_code is None:
            told = self._zygote.ask({"pid": self.pid})
            self._stands_still = self._stands_still or told == STANDS_STILL
            if isinstance(told, int):
                self._exit_code, self.ended_at = told, time.monotonic()
        return self._exit_code

    @property
    def stderr(self) -> str:
        """What it said so far."""
        return (self._folder / "err").read_text(encoding="utf-8")

    @property
    def stdout(self) -> str:
        """What it gave out so far."""
        return (self._folder / "out").read_text(encoding="utf-8")

    def moments(self) -> list[str]:
        """What it did, where that was asked for, after it has ended by itself."""
        noted: list[str] = json.loads((self._folder / "moments").read_text(encoding="utf-8"))
        return noted

    def wait(self, seconds: float = LIMIT_SECONDS) -> int:
        """Wait until it has ended, and return its exit code."""
        while (code := self.exit_code) is None:
            assert time.monotonic() - self.began_at < seconds, f"still running after {seconds} s: {self.stderr}"
            time.sleep(_POLL_SECONDS)
        return code

    def wait_until_it_stands_still(self) -> None:
        """Wait until it has come to the moment at which it was to stop."""
        while not self._stands_still:
            assert self.exit_code is None, f"it has ended before: {self.stderr}"
            assert time.monotonic() - self.began_at < LIMIT_SECONDS, f"it never came so far: {self.stderr}"
            time.sleep(_POLL_SECONDS)

    def let_go_on(self) -> None:
        """Let it go on from where it stands still."""
        self._stands_still = False
        os.kill(self.pid, signal.SIGCONT)

    def go_on(self) -> int:
        """Let it go on, and return its exit code."""
        self.let_go_on()
        return self.wait()

    def kill(self, after_seconds: float = 0.0) -> int:
        """Kill it a while after its start, unless it ends before, and return its exit code."""
        while self.exit_code is None and time.monotonic() - self.began_at < after_seconds:
            time.sleep(_POLL_SECONDS)
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGKILL)
        return self.wait()


class Zygote:
    """The process that is forked; see :mod:`tests.flows.crashes.zygote`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self._folder = process, folder
        self._lock = threading.Lock()
        self._started = 0

    def ask(self, what: Mapping[str, Any]) -> Any:
        """Send a line and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def start(
        self,
        line: list[str],
        warehouse: str | None,
        *,
        killed_at: int | str | None = None,
        stopped_at: int | str | None = None,
        has_moments: bool = False,
        kib_per_file: int | None = None,
        folder: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> Started:
        """Start a command line.

        Args:
            line: The words after ``retier``.
            warehouse: The URL of the warehouse, where the project's own is not meant.
            killed_at: At which of its moments it kills itself, by its number from 1 on or as a regular expression.
            stopped_at: At which moment it stops until it is told to go on, in the same words.
            has_moments: Whether its moments are noted.
            kib_per_file: How large a file may grow.
            folder: Where it is started.
            environment: What it finds in its environment beside what this process has.
        """
        self._started += 1
        told = self._folder / str(self._started)
        told.mkdir()
        order = {
            "line": line,
            "folder": str(folder),
            "environment": dict(environment or {}) | ({} if warehouse is None else {"RETIER_WAREHOUSE": warehouse}),
            "out": str(told / "out"),
            "err": str(told / "err"),
            "moments": str(told / "moments") if has_moments else None,
            "at": killed_at or stopped_at,
            "signal": signal.SIGKILL if killed_at else signal.SIGSTOP,
            "kib_per_file": kib_per_file,
        }
        return Started(self, self.ask(order), told)


@cache
def shared_zygote() -> Zygote:
    """Return the zygote of this process, which runs until this process ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(running_zygote())


@contextmanager
def running_zygote() -> Iterator[Zygote]:
    """Run a zygote; what it started must have ended before."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    with (
        tempfile.TemporaryDirectory(prefix="retier-crashes-") as folder,
        subprocess.Popen(
            [sys.executable, "-m", "tests.flows.crashes.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=ROOT,
            env=kept | {"PYTHONWARNINGS": WARNINGS},
        ) as process,
    ):
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == "ready"
        yield Zygote(process, Path(folder))
