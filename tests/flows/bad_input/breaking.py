"""How a project is broken, and what a run must say and leave alone then."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from tests.flows.command_line import told
from tests.flows.forked import retier
from tests.flows.projects import FEBRUARY, published_tables

FAILED, WRONG_USE, BAD_DATA = 1, 2, 3


OF_THE_RUN = {"runs", "check_results", "quarantine"}
"""What is kept of every run, those that are stopped included; all else must be as it was."""

Run = Callable[..., Any]


def refused(project: Path, exit_code: int, *words: str, month: object = FEBRUARY) -> None:
    """Run a month, and expect one sentence with these words, and everything that is published as it was."""
    before = publication(project)
    sentence = told(retier("run", "--month", month, "--project", project), exit_code)

    assert [word for word in words if word not in sentence] == [], sentence
    assert publication(project) == before


def stopped(run: Run, project: Path, check: str, *words: str) -> dict[str, int]:
    """Run a month in this process, and expect that a gate stops it at a check with these words.

    Returns:
        How many rows it held back, by source.
    """
    before = publication(project)
    result = run("run", "--month", FEBRUARY, "--project", project)

    assert result.exit_code == BAD_DATA, result.output
    assert result.stderr.count("\n") == 1
    assert [word for word in (check, *words) if word not in result.stderr] == [], result.stderr
    assert publication(project) == before
    return held_back(project)


def publication(project: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Read what is published, without what is kept of each run."""
    return {name: rows for name, rows in published_tables(project).items() if name not in OF_THE_RUN}


def held_back(project: Path) -> dict[str, int]:
    """Count the rows that the last run held back, by source; the record of the run must say the same."""
    with duckdb.connect(str(project / "retier.duckdb"), read_only=True) as connection:
        connection.execute("use retier.retier")
        run_id, read, accepted, held = connection.execute(
            "select run_id, rows_read, rows_accepted, rows_quarantined from runs order by finished_at desc limit 1"
        ).fetchall()[0]
        counted = dict(
            connection.execute(
                "select source, count(*) from quarantine where run_id = ? group by all", [run_id]
            ).fetchall()
        )
    read, accepted, held = (json.loads(text) for text in (read, accepted, held))
    assert read == {source: accepted[source] + held[source] for source in read}
    assert {source: rows for source, rows in held.items() if rows} == counted
    return counted


def data(project: Path, source: str) -> Path:
    """Return the file of a source."""
    return project / "data" / f"{source}.csv"


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
