"""The artifacts of a run in Prefect: movements, checks, and links to the report and to the pages of its checks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from sqlalchemy import Connection

from flows.checks.data_docs import docs_of
from flows.escaping import escape_controls
from flows.notify.summary import summary_of
from flows.settings import Project
from flows.transactions import read_in_transaction
from sql.dialects import quoted, read
from transforms.month import Month
from transforms.plurals import pluralize

MOVEMENTS, CHECKS, REPORT, DATA_DOCS = "retier-movements", "retier-checks", "retier-report", "retier-data-docs"
"""Keys of artifacts; Prefect keeps the history of each."""

_SHOWN = 50
"""How many failed checks are listed; check_results holds all of them."""


def show_movements(project: Project, month: Month) -> None:
    """Show how many accounts went from which tier to which."""
    summary = read_in_transaction(project, partial(summary_of, month=month, largest=0, labels={}))
    if summary is None:
        return
    matrix = summary["matrix"]
    rows = [
        {"from": row["from"]}
        | {
            f"to {to}": cell["accounts"] if cell is not None else 0
            for to, cell in zip(matrix["to"], row["cells"], strict=True)
        }
        for row in matrix["rows"]
    ]
    kinds = ", ".join(summary["kinds"]) or "none"
    description = f"{month}: {pluralize(summary['accounts'], 'account')}. Changes: {kinds}. Rows: the month before."
    create_table_artifact(rows, MOVEMENTS, description)


def show_checks(project: Project, month: Month) -> str:
    """Show the findings of the month's newest run; return its identifier, or an empty text where there is none."""
    checks = read_in_transaction(project, partial(_checks, month=month))
    if checks is None or checks.is_empty():
        return ""
    broken = checks.filter(~pl.col("is_passed"))
    passed = checks.height - broken.height
    lines = [f"**{month}**: {passed:,} of {pluralize(checks.height, 'check')} passed, {broken.height:,} failed."]
    if broken.height:
        lines += ["", "| severity | check | finding | waived by |", "| --- | --- | --- | --- |"]
        lines += [_line(row) for row in broken.head(_SHOWN).iter_rows(named=True)]
    if broken.height > _SHOWN:
        lines += ["", f"and {broken.height - _SHOWN:,} more: see check_results"]
    create_markdown_artifact("\n".join(lines), CHECKS, f"Checks of {month}")
    return str(checks["run_id"][0])


def show_report(project: Project, report: Path, month: Month, base: str | None) -> None:
    """Link to the report of a month.

    Args:
        project: The project.
        report: The file.
        month: The month.
        base: URL under which the project's output folder is served; None links to the file itself.
    """
    create_link_artifact(
        _link(project, report, base), f"Report of {month}", REPORT, f"{month}: {escape_controls(report)}"
    )


def show_data_docs(project: Project, run_id: str, month: Month, base: str | None) -> None:
    """Link to the pages of a run's checks; arguments are those of :func:`show_report`."""
    page = docs_of(project, run_id)
    create_link_artifact(
        _link(project, page, base), f"Checks of {month}", DATA_DOCS, f"{month}: {escape_controls(page)}"
    )


def _link(project: Project, file: Path, base: str | None) -> str:
    return file.as_uri() if not base else f"{base.rstrip('/')}/{file.relative_to(project.output).as_posix()}"


def _line(row: dict[str, Any]) -> str:
    accepted = f"{row['accepted_by']}: {row['accept_reason']}" if row["accepted_by"] else ""
    cells = (row["severity"], row["check"], row["message"], accepted)
    return "| " + " | ".join(_in_cell(cell) for cell in cells) + " |"


def _in_cell(text: str) -> str:
    """Escape a text so that it stays plain text in a cell of a Markdown table."""
    plain = escape_controls(text)
    return "".join(f"\\{character}" if character in "\\`*_[]<>|#~" else character for character in plain)


def _checks(connection: Connection, month: Month) -> pl.DataFrame:
    return read(
        connection,
        f"""
        with newest as (
            select run_id
            from {quoted(connection, "runs")}
            where month = :month
            order by finished_at desc, run_id desc
            limit 1
        )
        select checks.*
        from {quoted(connection, "check_results")} as checks
        join newest on newest.run_id = checks.run_id
        order by checks.is_passed, checks.severity, checks."check"
        """,
        month=month.first_day,
    )
