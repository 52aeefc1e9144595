"""The demo as 0.1.0 published it, opened by this version: nothing is computed, and no events are read."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.settings import load_project
from flows.transactions import read_in_transaction, write_in_transaction
from flows.writing import writing
from sql.dialects import execute
from sql.state import last_run_by_month
from tests.demo import Demo
from tests.flows.command_line import retier

STORED = Path(__file__).with_name("stored") / "0.1.0-demo.json.gz"
MONTHS = ("--from", "2024-11", "--to", "2026-10")


@dataclass(frozen=True)
class Former:
    """What 0.1.0 left beside the rows of its demo, which are those of every later demo.

    Attributes:
        runs: What it recorded of each month, by column.
        units: Records of staged files, by their path below ``facts/staged``.
        facts: Names of the facts in the store, without their endings.
        times: When each file of ``data`` was changed, in nanoseconds, by its path in the project.
    """

    runs: list[dict[str, str]]
    units: dict[str, dict[str, Any]]
    facts: list[str]
    times: dict[str, int]


def turn_into_that_of_0_1_0(folder: Path, former: Former) -> None:
    """Give the project of a demo the times of its files, the names in its fact store and the records of 0.1.0."""
    for name, nanoseconds in former.times.items():
        os.utime(folder / name, ns=(nanoseconds, nanoseconds))
    for path, unit in former.units.items():
        rename_staged(folder / "facts" / "staged" / path, unit)
    # By another recipe, so 0.1.0 had other ones.
    shutil.rmtree(folder / "facts" / "tickets_moved")
    for name in former.facts:
        rename_fact(folder / "facts" / name)
    record(folder, former.runs)


def rename_staged(record_path: Path, unit: dict[str, Any]) -> None:
    """Let what was staged of a file have the name and the record that it had; sizes may depend on Polars."""
    staged, target = record_path.parent.parent, record_path.parent
    (here,) = staged.iterdir()
    here.rename(target)
    for part in (*unit["parts"], *unit["refused"]):
        part["files"] = [[name, (target / name).stat().st_size] for name, _ in part["files"]]
    record_path.write_text(json.dumps(unit), encoding="utf-8")


def rename_fact(target: Path) -> None:
    """Let the facts of a kind and month have the name that they had."""
    month = target.name[: len("2024-11")]
    (found,) = target.parent.glob(f"{month}-*.parquet")
    for ending in (".parquet", ".json"):
        found.with_suffix(ending).rename(target.with_name(target.name + ending))


def record(folder: Path, runs: list[dict[str, str]]) -> None:
    """Let each month be recorded as it was."""
    project = load_project(folder, {})
    columns = ", ".join(f"{name} = :{name}" for name in runs[0] if name != "month")
    with writing(project, "test", wait_seconds=0):
        for run in runs:
            write_in_transaction(
                project,
                lambda connection, run=run: execute(
                    connection, f"update runs set {columns} where cast(month as varchar) = :month", **run
                ),
            )


@pytest.fixture
def folder(demo_project: Demo, tmp_path: Path) -> Path:
    """The project of the demo as 0.1.0 published it, with files of usage that nobody can read any more."""
    folder = demo_project.copy_to(tmp_path / "demo")
    former = Former(**json.loads(gzip.decompress(STORED.read_bytes())))
    for path in (folder / "data" / "product").iterdir():
        path.write_bytes(bytes(path.stat().st_size))
    turn_into_that_of_0_1_0(folder, former)
    return folder


def backfill(folder: Path, *options: str) -> str:
    """What `retier backfill` prints."""
    result = retier("backfill", *MONTHS, *options, folder=folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


def reads_of_all_months(folder: Path) -> list[object]:
    """What would be read if all months were computed: rows whose facts are not found in the store."""
    reads: list[object] = json.loads(backfill(folder, "--dry-run", "--force", "--json"))["reads"]
    return reads


def definitions_of(folder: Path) -> set[str]:
    """What months are recorded to have been computed by."""
    found = read_in_transaction(load_project(folder, {}), last_run_by_month)
    assert found is not None
    return set(found["definition_fingerprints"])


def test_nothing_is_planned_or_read_and_the_records_move_on(folder):
    (former,) = definitions_of(folder)
    assert json.loads(former)["tiers"] != 1

    plan = backfill(folder, "--dry-run")

    assert "0 months of 24 to compute" in plan
    assert reads_of_all_months(folder) == []

    backfill(folder, "--reason", "upgrade")

    (now,) = definitions_of(folder)
    assert json.loads(now)["tiers"] == 1
