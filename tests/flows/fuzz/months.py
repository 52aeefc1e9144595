"""The laws of whole months: what mutated files may do to a publication, and what is recorded of it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import load_project
from tests.flows.fuzz.cases import Case
from tests.flows.fuzz.counting import rows_of
from tests.flows.fuzz.sentences import assert_plain, without_runs
from tests.flows.projects import MARCH, published_tables
from transforms.contracts import PUBLISHED, SOURCES
from transforms.errors import RetierError
from transforms.month import Month

Published = dict[str, list[tuple[Any, ...]]]

OF_RUNS = ("runs", "check_results", "quarantine")
"""Tables that tell of runs, and grow with each."""

OF_HISTORY = ("restatements", "notifications")
"""Tables that tell what was published before."""

_RUN_BOUND = {"run_id", "revision", "change_id"}


@dataclass(frozen=True)
class Attempt:
    """What came of one attempt to run a month.

    Attributes:
        status: As ``runs`` says, or ``refused`` where there is no record.
        exit_code: The code of the command; 0 where the month is in force.
        sentence: Why it failed; empty where it did not.
    """

    status: str
    exit_code: int
    sentence: str


def attempt(project: Path, month: Month) -> Attempt:
    """Run a month; anything but success and a RetierError is raised."""
    before = len(_runs(project))
    try:
        summary = run_month(
            load_project(project, {}), month, known_until=MARCH.end_time, progress=Silent(), command="fuzz"
        )
    except RetierError as error:
        status = "stopped" if len(_runs(project)) > before else "refused"
        return Attempt(status, error.exit_code, without_runs(str(error)))
    return Attempt(summary.status, 0, "")


def hold_laws(project: Path, month: Month, case: Case) -> Attempt:
    """Run a month of a project whose files were exchanged, and hold every law of it."""
    before, runs_before = published_tables(project), _runs(project)
    found = attempt(project, month)
    after, runs_after = published_tables(project), _runs(project)
    new = runs_after[len(runs_before) :]
    assert runs_after[: len(runs_before)] == runs_before
    assert [run["status"] for run in new] == ([] if found.status == "refused" else [found.status])
    if found.exit_code:
        assert_plain(found.sentence, case.source)
        assert _of_results(after) == _of_results(before), "something published was changed"
    for run in new:
        _hold_counts(project, run, case)
    return found


def healthy_again(project: Path, month: Month, healthy: Published) -> None:
    """Run a month with the healthy files put back: everything is as if nothing had ever been wrong."""
    found = attempt(project, month)
    assert found.exit_code == 0, found
    assert [run for run in _held(project) if run["month"] == month.first_day] == []
    assert published_of(project, month) == healthy


def published_of(project: Path, month: Month) -> Published:
    """Read what is published of a month, without what names runs or tells of former publications."""
    tables = published_tables(project, lambda column: column not in _RUN_BOUND)
    found: Published = {}
    for name, rows in tables.items():
        columns = [column for column in PUBLISHED[name].columns if column not in _RUN_BOUND]
        position = columns.index("month") if "month" in columns else None
        if name not in (*OF_RUNS, *OF_HISTORY):
            found[name] = [row for row in rows if position is None or row[position] == month.first_day]
    return found


def _hold_counts(project: Path, run: dict[str, Any], case: Case) -> None:
    """Rows read are those accepted and those quarantined, and those are there with where and why."""
    read, accepted, held = (json.loads(run[name]) for name in ("rows_read", "rows_accepted", "rows_quarantined"))
    assert set(read) == set(accepted) == set(held) == {*SOURCES}
    assert {name: accepted[name] + held[name] for name in read} == read
    rows = [row for row in _held(project) if row["run_id"] == run["run_id"]]
    counted = Counter(row["source"] for row in rows)
    assert {name: counted[name] for name in held} == held
    assert [row["row"] for row in rows] == list(range(1, len(rows) + 1))
    files = {f"data/{case.source}/{name}": rows_of(name, content, case.source) for name, content in case.files.items()}
    for row in rows:
        assert row["broken_rules"], row
        assert row["source"] != case.source or len(files[row["origin"]] or ()) >= row["position_in_origin"] > 0, row
        assert isinstance(json.loads(row["row_as_read"]), dict)
    if SOURCES[case.source].event_time is None:
        assert read[case.source] == sum(len(one or ()) for one in files.values())


def _of_results(tables: Published) -> Published:
    return {name: rows for name, rows in tables.items() if name not in OF_RUNS}


def _runs(project: Path) -> list[dict[str, Any]]:
    return sorted(_named(project, "runs"), key=lambda run: (run["finished_at"], run["run_id"]))


def _held(project: Path) -> list[dict[str, Any]]:
    return sorted(_named(project, "quarantine"), key=lambda row: (row["run_id"], row["row"]))


def _named(project: Path, table: str) -> list[dict[str, Any]]:
    if not (project / "retier.duckdb").exists():
        return []
    columns = PUBLISHED[table].columns
    return [dict(zip(columns, row, strict=True)) for row in published_tables(project)[table]]
