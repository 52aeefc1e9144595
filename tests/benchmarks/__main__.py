"""Run all benchmarks and print their ratios; times depend on the machine, ratios hardly do."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks import usage_month, whole_run
from tests.benchmarks.data import Size, make_project
from tests.benchmarks.measure import Times, best_times, peak_megabytes


def main() -> None:
    """Make the data, measure, print."""
    with tempfile.TemporaryDirectory(prefix="retier-bench-") as name:
        folder = Path(name)
        size = Size()
        make_project(folder, size)
        print(f"one month: {size.usage_rows:,} usage rows, {size.accounts:,} accounts; best of several rounds\n")
        times = best_times(usage_month.candidates(folder) | {"run": lambda: whole_run.run(folder)})
        memory = peak_megabytes("tests.benchmarks.usage_month", name)
        whole = peak_megabytes("tests.benchmarks.whole_run", name)
    print(f"{'':<60} {'by clock':>9} {'by processor':>13}")
    _ratio("facts of the month by DuckDB's SQL for the same facts", times["facts"], times["duckdb"], "at most 0.5")
    _ratio("facts of the month by a bare Parquet scan", times["facts"], times["scan"], "at most 4")
    _ratio("whole run, publishing included, by that DuckDB query", times["run"], times["duckdb"], "at most 4")
    print(f"\npeak memory: facts {memory:.0f} MB (under 1000), whole run {whole:.0f} MB")
    seconds = ", ".join(f"{name} {one.wall:.2f} s ({one.processor:.2f} s)" for name, one in times.items())
    print(f"measured, by clock (by processor): {seconds}")


def _ratio(what: str, one: Times, peer: Times, limit: str) -> None:
    print(f"{what:<60} {one.wall / peer.wall:9.2f} {one.processor / peer.processor:13.2f}   {limit}")


if __name__ == "__main__":
    main()
