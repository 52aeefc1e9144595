"""Packages in folders of their own, for tests with the marker `compat`: installed once, kept in .venv/compat."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT

_KEPT = ROOT / ".venv" / "compat"


def packages(*requirements: str) -> Path:
    """Return a folder with packages, without what they depend on; it is installed where it is not there yet.

    Args:
        requirements: Exact versions, as pip takes them.
    """
    folder = _KEPT / "+".join(requirements)
    if not folder.exists():
        _KEPT.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=_KEPT))
        try:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            subprocess.run([*pip, "--target", str(making / "packages"), *requirements], check=True)
            # All at once: what is interrupted is made again.
            (making / "packages").rename(folder)
        finally:
            shutil.rmtree(making)
    return folder


def run_with(folder: Path, program: str) -> str:
    """Run a program that finds those packages before any others, and return what it printed."""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
