"""Runs the command line in a process of its own that need not import anything: a fork of one that has."""

from __future__ import annotations

import subprocess

from tests.flows.crashes.processes import shared_zygote


def retier(*line: object, kib_per_file: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command line.

    Args:
        line: The words after ``retier``.
        kib_per_file: How large a file may grow.
    """
    words = [str(word) for word in line]
    started = shared_zygote().start(words, None, kib_per_file=kib_per_file)
    code = started.wait()
    return subprocess.CompletedProcess(words, code, started.stdout, started.stderr)
