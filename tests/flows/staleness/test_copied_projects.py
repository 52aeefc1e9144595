"""A project that was copied or restored plans no month; rows that changed behind equal sizes and times are seen."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from flows.backfill.backfill import plan_backfill
from flows.settings import load_project
from tests.flows.options import options_of
from tests.flows.projects import FEBRUARY, JANUARY, MARCH, healthy_tables, run_months, write_project

NAMES = ["2025-01", "2025-02"]


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """A project whose usage is read in place and whose other sources are staged, with two months published."""
    folder = write_project(tmp_path_factory.mktemp("project") / "customers", healthy_tables())
    settings = folder / "retier.yaml"
    settings.write_text(settings.read_text().replace("usage.csv", "usage.parquet"))
    usage = pl.read_csv(folder / "data" / "usage.csv", try_parse_dates=True).sort("date")
    usage.write_parquet(folder / "data" / "usage.parquet", row_group_size=20, compression="uncompressed")
    run_months(folder, [JANUARY, FEBRUARY])
    assert not list((folder / "facts" / "staged" / "usage").rglob("*.parquet"))
    return folder


def reasons(folder: Path, *, is_forced: bool = False) -> dict[str, tuple[str, ...]]:
    options = options_of(JANUARY, FEBRUARY, known_until=MARCH.end_time, reason="because", is_forced=is_forced)
    plan, pieces = plan_backfill(load_project(folder, {}), options)
    assert is_forced or plan.needed or not pieces
    return {str(planned.month): planned.reasons for planned in plan.months}


def copy_recursively(folder: Path, target: Path) -> None:
    subprocess.run(["cp", "-r", folder, target], check=True)


def restore_from_tar(folder: Path, target: Path) -> None:
    subprocess.run(["tar", "-C", folder.parent, "-cf", target.with_suffix(".tar"), folder.name], check=True)
    target.mkdir()
    subprocess.run(["tar", "-C", target, "--strip-components=1", "-xf", target.with_suffix(".tar")], check=True)


def copy_with_times(folder: Path, target: Path) -> None:
    """As `rsync -rt` and `cp -a` do."""
    shutil.copytree(folder, target, copy_function=shutil.copy2)


def copy_with_whole_seconds(folder: Path, target: Path) -> None:
    """As archives and shares do that keep no fractions of a second."""

    def copy(source: str, to: str) -> None:
        shutil.copy2(source, to)
        os.utime(to, (int(Path(source).stat().st_mtime),) * 2)

    shutil.copytree(folder, target, copy_function=copy)


@pytest.mark.parametrize("copy", [copy_recursively, restore_from_tar, copy_with_times, copy_with_whole_seconds])
def test_a_copy_plans_no_month(published, tmp_path, copy):
    copy(published, tmp_path / "copy")

    assert reasons(tmp_path / "copy") == dict.fromkeys(NAMES, ())


def test_data_that_were_written_over_the_same_ones_plan_no_month(published, tmp_path):
    folder = shutil.copytree(published, tmp_path / "copy")
    for path in (published / "data").iterdir():
        shutil.copyfile(path, folder / "data" / path.name)

    assert reasons(folder) == dict.fromkeys(NAMES, ())


def change_rows(path: Path) -> None:
    """Change rows of January, and keep the size of the file and the time of its modification."""
    before = path.stat()
    if path.suffix == ".parquet":
        usage = pl.read_parquet(path)
        # Two rows of January exchange their events.
        events = usage["events"].to_list()
        events[120], events[121] = events[121], events[120]
        assert events != usage["events"].to_list()
        assert usage["date"][120].month == 1
        usage = usage.with_columns(pl.Series("events", events))
        usage.write_parquet(path, row_group_size=20, compression="uncompressed")
    else:
        text = path.read_bytes()
        assert text.count(b'"a001-2025-01","2025-01-01"') == 1
        path.write_bytes(text.replace(b'"a001-2025-01","2025-01-01"', b'"a001-2025-01","2025-01-02"'))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


@pytest.mark.parametrize("source", ["usage.parquet", "invoices.csv"])
@pytest.mark.parametrize("copy", [copy_recursively, copy_with_times])
def test_rows_that_changed_behind_the_same_size_and_time_are_seen(published, tmp_path, source, copy: Callable):
    folder = tmp_path / "copy"
    copy(published, folder)
    change_rows(folder / "data" / source)

    assert reasons(folder)["2025-01"] == (f"input changed: {source.partition('.')[0]}",)


def test_force_plans_all_and_names_what_changed(published, tmp_path):
    folder = tmp_path / "copy"
    copy_with_times(published, folder)
    change_rows(folder / "data" / "usage.parquet")

    assert reasons(folder, is_forced=True)["2025-01"] == ("forced", "input changed: usage")
