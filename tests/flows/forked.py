"""Runs the command line in a process of its own that need not import anything: a fork of one that has."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.flows.command_line import ROOT
from tests.flows.crashes.processes import shared_zygote


def retier(
    *line: object,
    kib_per_file: int | None = None,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command line.

    Args:
        line: The words after ``retier``.
        kib_per_file: How large a file may grow.
        folder: Where it is started.
        environment: What it finds in its environment beside what a process that is not told has.
    """
    words = [str(word) for word in line]
    started = shared_zygote().start(words, None, kib_per_file=kib_per_file, folder=folder, environment=environment)
    code = started.wait()
    return subprocess.CompletedProcess(words, code, started.stdout, started.stderr)
