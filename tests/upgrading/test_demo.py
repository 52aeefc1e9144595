"""The demo as 0.1.0 published it, opened by this version: months are computed again, and no events are read."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.demo_project import _write
from flows.settings import load_project
from flows.transactions import read_in_transaction, write_in_transaction
from flows.writing import writing
from sql.dialects import execute
from sql.facts import FactStore
from sql.state import last_run_by_month
from tests.demo import Demo
from tests.flows.command_line import retier
from tests.upgrading.test_stored_warehouses import raised_since_0_1_0
from transforms.month import Month
from transforms.sample.stories import ADDED_STORIES
from transforms.versions import STAGES, newest

STORED = Path(__file__).with_name("stored") / "0.1.0-demo.json.gz"
MONTHS = ("--from", "2024-11", "--to", "2026-10")
FIRST = ("--from", "2024-11", "--to", "2024-11")


@dataclass(frozen=True)
class Former:
    """What 0.1.0 left beside the rows of its demo, which are those of every later demo without its added stories.

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


def take_out_added_stories(folder: Path) -> None:
    """Leave the rows of which the demo of 0.1.0 consisted, in the files of its data and in the fact store."""
    for path in (folder / "data").rglob("*.csv"):
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(line for line in lines if not any(one.encode() in line for one in ADDED_STORIES)))
    for path in (folder / "data").rglob("*.jsonl"):
        _rewrite(path, pl.read_ndjson(path, infer_schema_length=None))
    for path in (folder / "data").rglob("*.csv.gz"):
        _rewrite(path, pl.read_csv(path, infer_schema=False))
    for path in [*(folder / "data").rglob("*.parquet"), *(folder / "facts" / "staged").rglob("*.parquet")]:
        _rewrite(path, pl.read_parquet(path))
    for path in (folder / "facts").glob("[!s]*/*.parquet"):
        _rewrite(path, pl.read_parquet(path), put_fact)


def _rewrite(path: Path, rows: pl.DataFrame, write: Callable[[Path, pl.DataFrame], object] = _write) -> None:
    """Write a file anew where it has rows of an added story."""
    is_added = pl.any_horizontal(pl.col(pl.String).is_in(list(ADDED_STORIES)).fill_null(value=False), False)
    kept = rows.filter(~is_added)
    if kept.height < rows.height:
        write(path, kept)


def put_fact(path: Path, rows: pl.DataFrame) -> None:
    """Store facts in the place of those of a file."""
    month, fingerprint = path.stem[:7], path.stem[8:]
    metadata = json.loads(path.with_suffix(".json").read_text())["metadata"]
    FactStore(path.parent.parent).put(path.parent.name, Month.parse(month), fingerprint, rows, metadata)


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
    """The project of the demo as 0.1.0 published it."""
    folder = demo_project.copy_to(tmp_path / "demo")
    take_out_added_stories(folder)
    turn_into_that_of_0_1_0(folder, Former(**json.loads(gzip.decompress(STORED.read_bytes()))))
    return folder


@contextmanager
def unreadable_usage(folder: Path) -> Iterator[None]:
    """Have files of usage that nobody can read, and that look unchanged, for as long as this lasts."""
    files = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (folder / "data" / "product").iterdir()}
    for path, (content, changed) in files.items():
        path.write_bytes(bytes(len(content)))
        os.utime(path, ns=(changed, changed))
    yield
    for path, (content, changed) in files.items():
        path.write_bytes(content)
        os.utime(path, ns=(changed, changed))


def retier_in(folder: Path, *words: str) -> str:
    """Return what a command prints."""
    result = retier(*words, folder=folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


def definitions_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what months are recorded to have been computed by."""
    found = read_in_transaction(load_project(folder, {}), last_run_by_month)
    assert found is not None
    recorded = found.select(pl.col("month").dt.strftime("%Y-%m"), "definition_fingerprints").iter_rows()
    return {month: json.loads(definitions) for month, definitions in recorded}


def test_all_months_are_stale_by_what_was_raised_and_no_event_is_counted_again(folder):
    with unreadable_usage(folder):
        plan = json.loads(retier_in(folder, "backfill", *MONTHS, "--dry-run", "--json"))

    assert [month["reasons"] for month in plan["months"]] == [["policy changed", raised_since_0_1_0()]] * 24
    assert plan["reads"] == []

    usage = sorted((folder / "facts" / "usage").iterdir())
    retier_in(folder, "backfill", *FIRST, "--no-cascade", "--reason", "upgrade")

    now = newest(STAGES["tiers"])
    assert {month for month, found in definitions_of(folder).items() if found["tiers"] == now} == {"2024-11"}
    assert sorted((folder / "facts" / "usage").iterdir()) == usage
    (month,) = json.loads(retier_in(folder, "backfill", *FIRST, "--dry-run", "--json"))["months"]
    assert month["reasons"] == []
