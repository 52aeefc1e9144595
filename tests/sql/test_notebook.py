"""The notebook of docs/notebooks runs from its first cell to its last, and draws the numbers of the warehouse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.conftest import ROOT
from tests.demo import Demo
from tests.flows.command_line import WARNINGS

NOTEBOOK = ROOT / "docs" / "notebooks" / "movements.ipynb"
CHARTS = ("mix_by_accounts", "mix_by_arr", "moves_by_month", "matrix")

Rows = list[dict[str, Any]]


def cells() -> list[dict[str, Any]]:
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def drawn(demo_project: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """The rows behind each chart, after the cells were run as one script beside a demo."""
    there = tmp_path_factory.mktemp("clone")
    folder = there / "docs" / "notebooks"
    folder.mkdir(parents=True)
    (there / "demo").symlink_to(demo_project.folder)
    script = ["".join(cell["source"]) for cell in cells() if cell["cell_type"] == "code"]
    script += [
        "import json",
        f"print(json.dumps([chart.to_dict() for chart in ({', '.join(CHARTS)})]))",
    ]
    told = subprocess.run(
        [sys.executable, "-c", "\n\n".join(script)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONWARNINGS": WARNINGS},
        timeout=120,
    )
    assert (told.returncode, told.stderr) == (0, "")
    charts = json.loads(told.stdout)
    return {name: next(iter(chart["datasets"].values())) for name, chart in zip(CHARTS, charts, strict=True)}


@pytest.fixture(scope="module")
def warehouse(demo_project: Demo) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_project.folder / "retier.duckdb"), read_only=True) as connection:
        connection.execute("use retier.retier")
        yield connection


def test_nothing_that_came_out_is_kept_in_the_file() -> None:
    kept = [cell["id"] for cell in cells() if cell.get("outputs") or cell.get("execution_count")]
    assert kept == [], "clear the outputs before you commit: they hold names of accounts, and differ from run to run"


def test_the_mix_is_that_of_the_tiers(drawn: dict[str, Rows], warehouse: duckdb.DuckDBPyConnection) -> None:
    query = "select month::varchar, tier, count(*), sum(arr) from account_tiers group by all"
    expected = {(month, tier): (accounts, arr) for month, tier, accounts, arr in warehouse.sql(query).fetchall()}
    for chart in ("mix_by_accounts", "mix_by_arr"):
        found = {(row["month"][:10], row["tier"]): (row["accounts"], row["arr"]) for row in drawn[chart]}
        assert found.keys() == expected.keys()
        assert all(found[key] == pytest.approx(expected[key]) for key in expected)


def test_the_moves_are_those_of_the_accounts(drawn: dict[str, Rows], warehouse: duckdb.DuckDBPyConnection) -> None:
    expected: dict[tuple[str, str], int] = {}
    for month, before, after in moves(warehouse, "2024-12-01"):
        kind = (
            "enters"
            if before is None
            else "leaves"
            if after is None
            else "moves up"
            if after > before
            else "moves down"
        )
        expected[month, kind] = expected.get((month, kind), 0) + 1
    assert {(row["month"][:10], row["move"]): row["accounts"] for row in drawn["moves_by_month"]} == expected


def test_the_matrix_counts_the_last_twelve_months(drawn: dict[str, Rows], warehouse: duckdb.DuckDBPyConnection) -> None:
    names = {None: "", 1: "low_touch", 2: "mid_touch", 3: "high_touch"}
    expected: dict[tuple[str, str], int] = {}
    for _, before, after in moves(warehouse, "2025-11-01"):
        key = (names[before] or "(new)", names[after] or "(left)")
        expected[key] = expected.get(key, 0) + 1
    assert {(row["came_from"], row["went_to"]): row["accounts"] for row in drawn["matrix"]} == expected


def moves(warehouse: duckdb.DuckDBPyConnection, since: str) -> list[tuple[str, int | None, int | None]]:
    """List who moved: the month, the rank before and the rank after, from the tiers of two months side by side."""
    return warehouse.sql(
        """
        with
        tiers as (
            select account_id, month, list_position(['low_touch', 'mid_touch', 'high_touch'], tier) as place
            from account_tiers
        ),

        before as (
            select account_id, cast(month + interval '1 month' as date) as month, place from tiers
        )

        select cast(month as varchar), before.place, tiers.place
        from tiers
        full join before using (account_id, month)
        where month between cast(? as date) and '2026-10-01' and before.place is distinct from tiers.place
        """,
        params=[since],
    ).fetchall()
