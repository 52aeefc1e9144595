"""Runs the real command line in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

# Great Expectations imports modules that are deprecated: see pyproject.toml.
WARNINGS = ",".join(
    ["error", *(f"ignore:module 'sre_{name}' is deprecated:DeprecationWarning" for name in ("constants", "parse"))]
)
"""What a process does with warnings."""


def retier(*line: object, timeout: float = 120, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command line.

    Args:
        line: The words after ``retier``.
        timeout: Seconds after which it has failed.
        folder: Where it is started.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "from flows.cli.app import main; main()", *map(str, line)],
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
        cwd=folder,
        env=kept | {"PYTHONWARNINGS": WARNINGS},
    )


def told(result: subprocess.CompletedProcess[str], exit_code: int) -> str:
    """Return the one sentence with which a command failed, and nothing else."""
    assert (result.returncode, result.stdout) == (exit_code, ""), result.stderr
    assert result.stderr.startswith("retier: ")
    assert result.stderr.count("\n") == 1, result.stderr
    assert "unexpected" not in result.stderr
    return result.stderr
