"""A whole `run` of the month, publishing included, imports aside.

Run as a module with a folder, it runs the month once and prints the peak memory.
"""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import load_project
from tests.benchmarks.data import MONTH
from tests.benchmarks.measure import print_own_peak
from tests.flows.options import options_of


def run(folder: Path) -> None:
    """Run the month from nothing: no facts, no warehouse."""
    shutil.rmtree(folder / "facts", ignore_errors=True)
    (folder / "retier.duckdb").unlink(missing_ok=True)
    project = load_project(folder, {})
    run_month(project, options_of(MONTH, known_until=datetime(2026, 11, 5, tzinfo=UTC), is_notifying=True), Silent())


if __name__ == "__main__":
    run(Path(sys.argv[1]))
    print_own_peak()
