"""Warehouses that 0.1.0 published, opened by this version: nothing is computed, read or published."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from flows.backfill.plan import make_plan
from flows.session import Session
from tests.flows.backfill.replays import Replay
from tests.flows.command_line import retier
from tests.flows.projects import FEBRUARY, JANUARY, MARCH
from tests.postgres import Server
from transforms import versions

STORED = Path(__file__).with_name("stored")
MONTHS = ("--from", "2025-01", "--to", "2025-03")


def unpacked(name: str, folder: Path) -> Path:
    """Unpack a stored project, times of its files included: by them a changed file is known."""
    with tarfile.open(STORED / f"0.1.0-{name}.tar.gz") as stored:
        stored.extractall(folder, filter="data")
    return folder


@pytest.fixture(params=["duckdb", "postgresql"])
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Replay:
    """A project with three months that 0.1.0 published, on either database."""
    folder = unpacked(request.param, tmp_path / "project")
    if request.param == "duckdb":
        return Replay(folder, None)
    server: Server = request.getfixturevalue("postgresql")
    name = server.new_database()
    command = [server.programs / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", name]
    with (folder / "warehouse.sql").open() as dump:
        subprocess.run(command, stdin=dump, env=server.environment(), check=True, capture_output=True)
    settings = folder / "retier.yaml"
    settings.write_text(f"warehouse: {server.url(name)}\n{settings.read_text()}")
    return Replay(folder, None)


def backfill(one: Replay, *options: str) -> str:
    """What `retier backfill` prints, as docs/upgrading.md says to run it."""
    result = retier("backfill", *MONTHS, *options, folder=one.folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


def files_of(one: Replay) -> dict[Path, bytes]:
    """What is staged and counted, by path."""
    return {path: path.read_bytes() for path in (one.folder / "facts").rglob("*.parquet")}


def test_nothing_is_planned_read_or_published_and_the_records_move_on(former):
    staged, runs, tables = files_of(former), former.runs(), former.tables()

    plan = backfill(former, "--dry-run")

    assert "0 months of 3 to compute" in plan
    assert "To read: no events" in plan

    backfill(former, "--reason", "upgrade")

    after = former.runs()
    assert after.height == runs.height
    assert all(former.tables()[name].equals(table) for name, table in tables.items())
    assert staged.items() <= files_of(former).items()
    assert {json.loads(text)["tiers"] for text in after["definition_fingerprints"]} == {1}
    assert after["result_fingerprint"].equals(runs["result_fingerprint"])


def test_a_month_that_is_computed_again_comes_to_what_0_1_0_published(former):
    summary = former.backfill(JANUARY, MARCH, is_forced=True)

    assert [(month.status, month.revision) for month in summary.months] == [("unchanged", 1)] * 3


def test_a_raised_version_is_reported_for_what_0_1_0_published(former, monkeypatch):
    monkeypatch.setitem(versions.STAGES, "tiers", {1: "as in 0.1.0", 2: "moves two steps"})
    plan = make_plan(
        Session(former.project), JANUARY, MARCH, known_until=MARCH.end_time, is_forced=False, is_cascading=True
    )

    reasons = ("definition changed: tiers 1 → 2 (moves two steps)",)
    assert [(planned.month, planned.reasons) for planned in plan.months] == [
        (month, reasons) for month in (JANUARY, FEBRUARY, MARCH)
    ]
    assert [month.status for month in former.backfill(JANUARY, MARCH).months] == ["unchanged"] * 3


def test_without_the_fact_store_months_are_read_once_and_nothing_is_published(former):
    shutil.rmtree(former.folder / "facts")

    assert [month.status for month in former.backfill().months] in ([], ["unchanged"] * 3)
    assert former.backfill().months == ()


def test_what_changed_since_0_1_0_is_computed(former):
    path = former.folder / "data" / "products.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *(row.replace("100", "101") for row in rows)]) + "\n")

    assert "input changed: products" in backfill(former, "--dry-run")
