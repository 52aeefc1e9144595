"""Warehouses that 0.1.0 published, under rules of this version: months are computed again, from known facts."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.settings import upgrade_policy_file
from flows.warehouse import warehouse_engine
from sql.dialects import dialect_of
from sql.engine import transaction
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


def put_policy_of_today(folder: Path) -> None:
    """Bring a project's policy up to date, and put it in place, as docs/upgrading.md says."""
    new, _ = upgrade_policy_file(folder / "policy.yaml", {})
    new.replace(folder / "policy.yaml")


def raised_since_0_1_0() -> str:
    """Return how a plan names every definition of this version that is not that of 0.1.0, and what it changed."""
    known = versions.SHARED | versions.FACTS | versions.STAGES
    raised = {name: lines for name, lines in sorted(known.items()) if versions.newest(lines) > 1 and 1 in lines}
    described = [
        f"{name} 1 → {versions.newest(lines)} ({'; '.join(line for number, line in lines.items() if number > 1)})"
        for name, lines in raised.items()
    ]
    return f"definition changed: {', '.join(described)}"


@pytest.fixture(params=["duckdb", "postgresql"])
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Replay:
    """A project with three months that 0.1.0 published, on either database."""
    folder = unpacked(request.param, tmp_path / "project")
    put_policy_of_today(folder)
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
    """What `retier backfill` gives out, as docs/upgrading.md says to run it."""
    result = retier("backfill", *MONTHS, *options, folder=one.folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


def columns_of(one: Replay) -> set[tuple[str, str]]:
    """Every column of the warehouse, with its table."""
    with transaction(warehouse_engine(one.project)) as connection:
        return dialect_of(connection).column_names(connection)


def files_of(one: Replay) -> dict[Path, bytes]:
    """What is staged and counted, by path."""
    return {path: path.read_bytes() for path in (one.folder / "facts").rglob("*.parquet")}


def run(one: Replay, *options: str) -> subprocess.CompletedProcess[str]:
    """What `retier run` of March says."""
    return retier("run", "--month", "2025-03", *options, folder=one.folder)


def newest_run(one: Replay) -> dict[str, Any]:
    """The record of the newest run."""
    return one.runs().sort("finished_at").row(-1, named=True)


def test_a_check_leaves_a_warehouse_of_before_as_it_is(former):
    before = columns_of(former)

    result = retier("check", "--month", "2025-03", "--json", folder=former.folder)

    assert json.loads(result.stdout)["affordability"]["from_contracts_alone"] is False
    assert columns_of(former) == before


def test_a_month_does_not_start_from_what_other_rules_published(former):
    before = former.tables()

    result = run(former)

    assert result.returncode == 1
    assert "2025-03 cannot start from 2025-02, whose tiers other rules decided (tiers 1 → " in result.stderr
    assert 'retier backfill --from 2025-01 --to 2025-03 --reason "upgrade"' in result.stderr
    assert all(former.tables()[name].equals(table) for name, table in before.items())


def test_a_backfill_computes_all_months_from_known_facts_and_notifies_nobody(former):
    staged = files_of(former)

    plan = backfill(former, "--dry-run")

    assert "3 months of 3 to compute" in plan or "2 months of 3 to compute, and up to 1 month that may follow" in plan
    assert "To read: no events" in plan

    backfill(former, "--reason", "upgrade")

    assert staged.items() <= files_of(former).items()
    newest = versions.newest(versions.STAGES["tiers"])
    in_force = former.runs().filter(pl.col("reason") == "upgrade")
    assert [json.loads(text)["tiers"] for text in in_force["definition_fingerprints"]] == [newest] * 3
    assert former.notifications().filter(pl.col("status").is_in(["pending", "held"])).is_empty()
    assert run(former, "--no-notify").returncode == 0
    assert newest_run(former)["status"] == "unchanged"
    assert former.backfill().months == ()


def test_the_state_of_before_is_adopted_on_request_and_the_record_says_so(former):
    result = run(former, "--adopt-state", "--no-notify", "--reason", "the sources of 2024 are gone")

    assert result.returncode == 0, result.stderr
    adopted = "started from the state of 2025-02, which other rules published (tiers 1 → "
    assert f"warning: {adopted}" in result.stdout
    assert newest_run(former)["reason"].startswith(f"the sources of 2024 are gone; {adopted}")
    assert former.tables()["account_tiers"].filter(pl.col("month") == MARCH.first_day)["is_ill"].null_count() == 0
    assert run(former).returncode == 1


def test_without_the_fact_store_months_are_read_once(former):
    shutil.rmtree(former.folder / "facts")

    assert [month.month for month in former.backfill().months] == [JANUARY, FEBRUARY, MARCH]
    assert former.backfill().months == ()


def test_what_changed_since_0_1_0_is_named_beside_the_rules(former):
    path = former.folder / "data" / "products.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *(row.replace("100", "101") for row in rows)]) + "\n")

    assert "input changed: products" in " ".join(backfill(former, "--dry-run").split())
