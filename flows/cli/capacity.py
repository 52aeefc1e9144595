"""`retier capacity`: hours needed and hours available, and what one person more or less would change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flows.cli.options import JsonOption, ProjectOption, PublishedMonthOption

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from flows.capacity import Capacity

EXAMPLE = "retier capacity --month 2026-10"


def command(month: PublishedMonthOption = None, as_json: JsonOption = False, project: ProjectOption = None) -> None:
    """Compare the hours needed with the hours available, and show what one person more or less would change."""
    from flows.capacity import read_capacity
    from flows.cli.output import console, print_json
    from flows.settings import load_project
    from transforms.month import Month

    capacity = read_capacity(load_project(project, os.environ), Month.parse(month) if month is not None else None)
    if as_json:
        print_json(capacity)
    else:
        _show(console(), capacity)


def _show(console: Console, capacity: Capacity) -> None:
    console.print(f"{capacity.month}, in hours a month:")
    console.print(_tiers(capacity))
    if not capacity.has_team:
        console.print(
            "The team's hours are not known: map the source team in retier.yaml. Until then owners come from the CRM.",
            soft_wrap=True,
        )
        return
    console.print(_pools(capacity))
    console.print(_owners(capacity))
    console.print("One person more or less, with the pool's median hours and every account assigned again:")
    console.print(_heads(capacity))


def _tiers(capacity: Capacity) -> Table:
    from flows.words import TIERS, in_words

    table = _table("tier", "pool", "accounts", "needed", "unassigned", "missing", words=2)
    for row in capacity.tiers:
        table.add_row(
            in_words(row["tier"], TIERS),
            row["pool"],
            f"{row['accounts']:,}",
            _hours(row["required_hours"]),
            f"{row['unassigned_accounts']:,}",
            _missing(row["missing_hours"]),
        )
    return table


def _pools(capacity: Capacity) -> Table:
    table = _table("pool", "people", "available", "needed", "missing", "unassigned", "handed over", words=1)
    for row in capacity.pools:
        table.add_row(
            row["pool"],
            f"{row['people']:,}",
            _hours(row["available_hours"]),
            _hours(row["required_hours"]),
            _missing(row["missing_hours"]),
            f"{row['unassigned_accounts']:,}",
            f"{row['handed_over_accounts']:,}",
        )
    return table


def _owners(capacity: Capacity) -> Table:
    from flows.escaping import escape_controls

    table = _table("owner", "pool", "available", "needed", "load", "high/mid/low", "came", words=2)
    # A truncated name may be that of another person.
    table.columns[0].overflow = "fold"
    for row in capacity.owners:
        available, needed = row["available_hours"], row["required_hours"]
        table.add_row(
            escape_controls(row["owner"]),
            row["pool"],
            _hours(available),
            _hours(needed),
            f"{needed / available:z.0%}" if available else "away",
            "/".join(f"{row[f'{rank}_touch_accounts']:,}" for rank in ("high", "mid", "low")),
            f"{row['handed_over_accounts']:,}",
        )
    return table


def _heads(capacity: Capacity) -> Table:
    before = {row["pool"]: row for row in capacity.pools}
    table = _table("pool", "change", "hours", "missing", "unassigned", "handed over", words=2)
    for change in capacity.heads:
        now = before[change.pool]
        table.add_row(
            change.pool,
            "one more" if change.heads > 0 else "one less",
            _hours(change.hours),
            f"{_hours(now['missing_hours'])} to {_hours(change.missing_hours)}",
            f"{now['unassigned_accounts']:,} to {change.unassigned_accounts:,}",
            f"{change.handed_over_accounts:,}",
        )
    return table


def _table(*headers: str, words: int) -> Table:
    """Make a table whose first columns hold words and whose others hold numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(*headers, box=SIMPLE_HEAD)
    for column in table.columns[words:]:
        column.justify = "right"
    return table


def _hours(hours: float) -> str:
    return f"{hours:z,.1f}"


def _missing(hours: float) -> str:
    return _hours(hours) if hours else "-"
