"""Writes the report of a month into the project."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection

from flows.checks.data_docs import docs_of
from flows.report.numbers import month_name
from flows.report.page import report_page
from flows.report.reading.facts import Facts, read_facts
from flows.report.reading.month import NOTHING_PUBLISHED
from flows.report.sections.report import report
from flows.settings import Project
from flows.transactions import read_in_transaction
from sql.atomic import new_file
from transforms.errors import WrongUseError
from transforms.month import Month


def report_path(project: Project, month: Month) -> Path:
    """Return the report of a month, whether it exists or not."""
    return project.output / f"report-{month}.html"


def write_report(project: Project, month: Month | None) -> Path:
    """Write the report of a published month; it replaces the former one when it is complete.

    The file is the same for the same warehouse.

    Args:
        project: The project.
        month: The month; None means the newest published one.

    Returns:
        The file: ``report-YYYY-MM.html`` in the project's folder for output.

    Raises:
        WrongUseError: If the month is not published.
        BusyError: If another process holds the warehouse for too long.
        RetierError: If the warehouse cannot be read or the file cannot be written.
    """

    def work(connection: Connection) -> Facts:
        return read_facts(connection, month, project.policies)

    facts = read_in_transaction(project, work)
    if facts is None:
        raise WrongUseError(NOTHING_PUBLISHED)
    page = _page(facts, _data_docs(project, str(facts.origin.run["run_id"])))
    target = report_path(project, facts.origin.month)
    with new_file(target, is_durable=False) as path:
        path.write_text(page, encoding="utf-8", newline="\n")
    return target


def _page(facts: Facts, data_docs: str | None) -> str:
    origin = facts.origin
    return report_page(
        f"Customer tiers, {month_name(origin.month)}",
        f"Policy {origin.run['policy_version']}, revision {origin.run['revision']}, amounts in {origin.currency}",
        report(facts, data_docs),
    )


def _data_docs(project: Project, run_id: str) -> str | None:
    """Return the address of the checks' page relative to the report; None if it is gone."""
    page = docs_of(project, run_id)
    return Path(os.path.relpath(page, project.output)).as_posix() if page.exists() else None
