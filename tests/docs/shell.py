"""A reader's terminal: lines are typed one after the other, in one folder and one environment."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.flows import forked

_RETIER = re.compile(r"^(\S*/)?retier(\s|$)")
_ANOTHER_COMMAND = re.compile(r"[|;&`]|\$\(")
_INTO_FILE = re.compile(r"\s>\s*(\S+)")

_LIMIT_SECONDS = 600.0
"""Whatever takes longer hangs, however busy the machine is: deploy/setup.sh starts five interpreters in one line."""


@dataclass
class Shell:
    """A terminal.

    Attributes:
        folder: Where the reader is.
        environment: What is exported.
        make: What is done for a target of make, by its name.
        demo: What is done for ``retier demo``, with the folder that it is to be made in.
    """

    folder: Path
    environment: dict[str, str]
    demo: Callable[[Path], object]
    make: dict[str, Callable[[], object]] = field(default_factory=dict)

    def type(self, text: str) -> subprocess.CompletedProcess[str]:
        """Run a line, or several that belong together, and return how it ended and what it said."""
        if text.startswith("make "):
            for target in self.words(text)[1:]:
                self.make[target]()
            return subprocess.CompletedProcess(text, 0, "", "")
        command = text.split(" #")[0]
        if _RETIER.match(command) and not _ANOTHER_COMMAND.search(command):
            return self._retier(command)
        return self._bash(text)

    def words(self, text: str) -> list[str]:
        """Return the words of a line as the shell understands it."""
        return self._run(f"printf '%s\\0' {text}").stdout.split("\0")[:-1]

    def _retier(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run it in a fork, since its imports would take seconds each time."""
        into = _INTO_FILE.search(command)
        words = self.words(_INTO_FILE.sub("", command))[1:]
        if words[0] == "demo":
            self.demo(self.folder / (words[words.index("--project") + 1] if "--project" in words else "demo"))
            return subprocess.CompletedProcess(words, 0, "", "")
        result = forked.retier(*words, folder=self.folder, environment=self.environment)
        if into:
            (self.folder / into[1]).write_text(result.stdout, encoding="utf-8")
        return result

    def _bash(self, text: str) -> subprocess.CompletedProcess[str]:
        """Run it in bash, and keep where it went and what it exported."""
        mark = "-- the environment --"
        result = self._run(f"trap 'printf \"\\n{mark}\\n\"; pwd; env -0' EXIT\n{text}")
        said, _, kept = result.stdout.rpartition(f"\n{mark}\n")
        folder, _, environment = kept.partition("\n")
        self.folder = Path(folder)
        self.environment = dict(pair.split("=", 1) for pair in environment.split("\0")[:-1])
        return subprocess.CompletedProcess(text, result.returncode, said, result.stderr)

    def _run(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", script],
            capture_output=True,
            encoding="utf-8",
            timeout=_LIMIT_SECONDS,
            check=False,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
        )
