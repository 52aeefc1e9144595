"""Run all benchmarks and print their ratios; times depend on the machine, ratios hardly do."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks import (
    backfill,
    imports,
    owners,
    postgres_publish,
    small_month,
    staging,
    usage_month,
    usage_suite,
    whole_run,
)
from tests.benchmarks.data import Size, make_project
from tests.benchmarks.measure import Times, best_times, peak_megabytes


def main() -> None:
    """Make the data, measure, print."""
    _of_imports()
    with tempfile.TemporaryDirectory(prefix="retier-bench-") as name:
        _of_small_months(Path(name) / "few", Path(name) / "many")
        _of_a_month(Path(name) / "month")
        _of_staging(Path(name) / "staging")
        _of_judging(Path(name) / "usage", Path(name) / "small")
        _of_owners()
        _of_postgresql()
        _of_backfills(Path(name) / "months")


def _of_imports() -> None:
    print("before any work, processor time of a fresh process; best of several\n")
    for what, program, limit in (
        ("imports of retier run", imports.COLD_RUN, 2.8),
        ("retier --help", imports.HELP, 0.25),
        ("Python itself", imports.PLAIN, None),
    ):
        told = "" if limit is None else f"   under {limit:.2f} s"
        print(f"{what:<60} {imports.processor_seconds(program):9.2f} s{told}")
    print()


def _of_staging(folder: Path) -> None:
    print("staging files of 1,000,000 rows; best of several rounds\n")
    _head()
    for kind in ("csv", "parquet"):
        times = best_times(staging.candidates(folder / kind, kind))
        what = f"staging {kind} by the same with the digest of 0.1.0"
        _ratio(what, times["staging"], times["staging in 0.1.0"], "at most 1.2")
    print()


def _of_a_month(folder: Path) -> None:
    size = Size()
    make_project(folder, size)
    print(f"one month: {size.usage_rows:,} usage rows, {size.accounts:,} accounts; best of several rounds\n")
    times = best_times(usage_month.candidates(folder) | {"run": lambda: whole_run.run(folder)})
    memory = peak_megabytes("tests.benchmarks.usage_month", str(folder))
    whole = peak_megabytes("tests.benchmarks.whole_run", str(folder))
    _head()
    _ratio("facts of the month by DuckDB's SQL for the same facts", times["facts"], times["duckdb"], "at most 0.5")
    _ratio("facts of the month by a bare Parquet scan", times["facts"], times["scan"], "at most 4")
    _ratio("whole run, publishing included, by that DuckDB query", times["run"], times["duckdb"], "at most 4")
    print(f"\npeak memory: facts {memory:.0f} MB (under 1000), whole run {whole:.0f} MB")
    _seconds(times)


def _of_small_months(few: Path, many: Path) -> None:
    size, large = small_month.SMALL, small_month.LARGE
    print(f"months of {size.accounts:,} accounts and {size.usage_rows:,} usage rows, one by one in a warm process\n")
    costs = small_month.measured(few, 6, size)
    _cost("the first month", costs[0], "at most 0.8 s by processor")
    _cost("a later month", small_month.typical(costs[1:]), "at most 0.35 s, under 150 queries and 30 fsyncs")
    many_costs = small_month.measured(many, 3, large)
    _cost(f"a later month of {large.accounts:,} accounts", many_costs[-1], "at most 4.5 s by processor")
    print()


def _cost(what: str, cost: small_month.Cost, limit: str) -> None:
    print(
        f"{what:<40} {cost.processor:5.2f} s by processor, {cost.wall:5.2f} s by clock, {cost.collects:4} queries, "
        f"{cost.fsyncs:3} fsyncs   {limit}"
    )


def _of_judging(folder: Path, small: Path) -> None:
    rows, few = usage_suite.USAGE.usage_rows, usage_suite.FOR_PANDAS.usage_rows
    print(f"\njudging usage: {rows:,} rows by the suite of the contract, {few:,} rows beside pandas\n")
    make_project(folder, usage_suite.USAGE)
    make_project(small, usage_suite.FOR_PANDAS)
    times = best_times(usage_suite.candidates(folder), repeats=3)
    beside_pandas = best_times(usage_suite.candidates_with_pandas(small), repeats=3)
    memory = peak_megabytes("tests.benchmarks.usage_suite", str(folder))
    _head()
    _ratio("whole suite by a query of the same checks by hand", times["suite"], times["handwritten"], "at most 1.3")
    _ratio(
        "a standard suite on Polars by the same on pandas", beside_pandas["engine"], beside_pandas["pandas"], "under 1"
    )
    print(f"\npeak memory: whole suite {memory:.0f} MB (under 1500)")
    _seconds({**times, **beside_pandas})


def _of_owners() -> None:
    print(
        f"\nowners for {owners.ACCOUNTS:,} high- and mid-touch accounts among {owners.OWNERS:,} people (under 30 s)\n"
    )
    times = best_times(owners.candidates(), repeats=3)
    memory = peak_megabytes("tests.benchmarks.owners")
    _seconds(times)
    print(f"with an owner: {owners.assigned_share():.2%}; peak memory {memory:.0f} MB")


def _of_postgresql() -> None:
    accounts = postgres_publish.ACCOUNTS
    print(
        f"\npublishing a month of {accounts:,} accounts to PostgreSQL; the processor's time is without the server's\n"
    )
    with postgres_publish.candidates(accounts) as candidates:
        times = best_times(candidates, repeats=3)
    _head()
    _ratio("publishing a month by a bare COPY of the same rows", times["publish"], times["bare copy"], "at most 3")
    _seconds(times)


def _of_backfills(folder: Path) -> None:
    size = backfill.SIZE
    print(f"\nbackfilling months of {size.usage_rows:,} usage rows and {size.accounts:,} accounts, once each\n")
    print(f"{'months':>6} {'facts':>9} {'all of it':>9} {'a month':>8}   by 1.5 x facts + 1 s a month (at most 1)")
    for months in backfill.MONTHS:
        facts, whole, peak = backfill.measured(folder / str(months), months, size)
        ratio = whole / (1.5 * facts + months)
        print(f"{months:>6} {facts:7.1f} s {whole:7.1f} s {whole / months:6.2f} s   {ratio:.2f}, peak {peak:.0f} MB")


def _head() -> None:
    print(f"{'':<60} {'by clock':>9} {'by processor':>13}")


def _seconds(times: Mapping[str, Times]) -> None:
    seconds = ", ".join(f"{name} {one.wall:.2f} s ({one.processor:.2f} s)" for name, one in times.items())
    print(f"measured, by clock (by processor): {seconds}")


def _ratio(what: str, one: Times, peer: Times, limit: str) -> None:
    print(f"{what:<60} {one.wall / peer.wall:9.2f} {one.processor / peer.processor:13.2f}   {limit}")


if __name__ == "__main__":
    main()
