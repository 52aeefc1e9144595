"""The laws of whole months: what mutated files may do to a publication, and what is recorded of it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import load_project
from tests.flows.fuzz.cases import Case
from tests.flows.fuzz.counting import rows_of
from tests.flows.fuzz.reading import assert_held_as_written
from tests.flows.fuzz.sentences import assert_plain, assert_printable, without_runs
from tests.flows.fuzz.warehouse import read_warehouse, results, results_of
from tests.flows.options import options_of
from tests.flows.projects import MARCH
from transforms.contracts import SOURCES
from transforms.errors import RetierError
from transforms.month import Month

Published = dict[str, list[tuple[Any, ...]]]

_EXIT_CODES = (1, 2, 3, 4)


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
    before = read_warehouse(project)["runs"].height
    try:
        options = options_of(month, known_until=MARCH.end_time, is_notifying=True)
        summary = run_month(load_project(project, {}), options, Silent())
    except RetierError as error:
        status = "stopped" if read_warehouse(project)["runs"].height > before else "refused"
        return Attempt(status, error.exit_code, without_runs(str(error)))
    return Attempt(summary.status, 0, "")


def hold_laws(project: Path, month: Month, case: Case) -> Attempt:
    """Run a month of a project whose files were exchanged, and hold every law of it."""
    before = read_warehouse(project)
    found = attempt(project, month)
    after = read_warehouse(project)
    assert set(before["runs"].rows()) <= set(after["runs"].rows())
    new = after["runs"].join(before["runs"], on="run_id", how="anti").to_dicts()
    assert [run["status"] for run in new] == ([] if found.status == "refused" else [found.status])
    if found.exit_code:
        assert found.exit_code in _EXIT_CODES
        assert_plain(found.sentence, case.source)
        assert results(after) == results(before), "something published was changed"
    for run in new:
        _hold_counts(after["quarantine"].filter(run_id=run["run_id"]).sort("row"), run, case)
    return found


def healthy_again(project: Path, month: Month, healthy: Published) -> None:
    """Run a month with the healthy files put back: everything is as if nothing had ever been wrong."""
    found = attempt(project, month)
    assert found.exit_code == 0, found
    tables = read_warehouse(project)
    assert tables["quarantine"].filter(month=month.first_day).is_empty()
    assert results_of(tables, month) == healthy


def _hold_counts(quarantine: pl.DataFrame, run: dict[str, Any], case: Case) -> None:
    """Rows read are those accepted and those quarantined, and those are there with where and why."""
    read, accepted, held = (json.loads(run[name]) for name in ("rows_read", "rows_accepted", "rows_quarantined"))
    assert set(read) == set(accepted) == set(held) == {*SOURCES}
    assert {name: accepted[name] + held[name] for name in read} == read
    counted = Counter(quarantine["source"])
    assert {name: counted[name] for name in held} == held
    assert quarantine["row"].to_list() == list(range(1, quarantine.height + 1))
    assert set(counted) <= {case.source}
    files = {f"data/{case.source}/{name}": rows_of(name, content, case.source) for name, content in case.files.items()}
    assert_held_as_written(quarantine, files, case.source)
    if SOURCES[case.source].event_time is None:
        assert read[case.source] == sum(len(one or ()) for one in files.values())
    for warning in json.loads(run["warnings"]):
        assert_printable(warning)
