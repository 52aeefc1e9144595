"""The small company whose months are run in production."""

from __future__ import annotations

import re
from pathlib import Path

from tests.flows.notify.receivers import WebServer
from tests.flows.projects import MARCH, Row, Tables, healthy_tables, write_csv, write_project
from transforms.month import Month

MONTH = Month.parse("2026-10")
"""The month of the document."""

_ACCOUNTS = 60
_SHIFT = len(Month.range(MARCH, MONTH)) - 1
_DAY = re.compile(r"\b(\d{4}-\d{2})(?:-(\d{2}))?\b")


def tables() -> Tables:
    """Return the rows of all sources, up to the document's month."""
    return _shifted(healthy_tables(_ACCOUNTS))


def write_usage(project: Path, rows: list[Row]) -> None:
    """Write the company's usage anew."""
    write_csv(project / "data" / "usage.csv", rows)


def make_project(folder: Path, web: WebServer) -> None:
    """Make its project, with a channel for the summary."""
    folder.mkdir()
    write_project(folder, tables())
    channel = f"channels:\n  room: {{url: 'json://{web.url}/', format: text, messages: [summary]}}\n"
    with (folder / "retier.yaml").open("a", encoding="utf-8") as settings:
        settings.write(channel)


def _shifted(tables: Tables) -> Tables:
    """Move all days by the same number of months, so that the last month is the document's."""

    def moved(found: re.Match[str]) -> str:
        month = Month.parse(found[1]) + _SHIFT
        return f"{month}-{min(int(found[2]), month.last_day.day):02}" if found[2] else str(month)

    return {
        source: [
            {name: _DAY.sub(moved, value) if isinstance(value, str) else value for name, value in row.items()}
            for row in rows
        ]
        for source, rows in tables.items()
    }
