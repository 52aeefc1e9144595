"""Run all benchmarks and print their ratios; times depend on the machine, ratios hardly do."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks import usage_month, whole_run
from tests.benchmarks.data import Size, make_project
from tests.benchmarks.measure import best_seconds, peak_megabytes


def main() -> None:
    """Make the data, measure, print."""
    with tempfile.TemporaryDirectory(prefix="retier-bench-") as name:
        folder = Path(name)
        size = Size()
        make_project(folder, size)
        print(f"one month: {size.usage_rows:,} usage rows, {size.accounts:,} accounts; best of several rounds\n")
        times = best_seconds(usage_month.candidates(folder) | {"run": lambda: whole_run.run(folder)})
        memory = peak_megabytes("tests.benchmarks.usage_month", name)
        whole = peak_megabytes("tests.benchmarks.whole_run", name)
    _row("facts of the month by DuckDB's SQL for the same facts", times["facts"] / times["duckdb"], "at most 0.5")
    _row("facts of the month by a bare Parquet scan", times["facts"] / times["scan"], "at most 4")
    _row("whole run, publishing included, by that DuckDB query", times["run"] / times["duckdb"], "at most 4")
    _row("peak memory of the facts, MB", memory, "under 1000")
    _row("peak memory of the whole run, MB", whole, "for information")
    seconds = ", ".join(f"{name} {value:.2f} s" for name, value in times.items())
    print(f"\nmeasured: {seconds}")


def _row(what: str, value: float, limit: str) -> None:
    print(f"{what:<60} {value:9.2f}   {limit}")


if __name__ == "__main__":
    main()
