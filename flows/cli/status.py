"""`retier status`: published months, stale months, pending messages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flows.cli.options import JsonOption, ProjectOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from flows.status import Status

EXAMPLE = "retier status --json"


def command(as_json: JsonOption = False, project: ProjectOption = None) -> None:
    """Show months, revisions, policy, stale months, the last run and pending notifications."""
    from flows.cli.output import console, print_json
    from flows.clock import last_complete_month, now
    from flows.settings import load_project
    from flows.status import read_status

    status = read_status(load_project(project, os.environ), last_complete_month(now()))
    if as_json:
        print_json(status)
    else:
        _show(console(), status)


def _show(console: Console, status: Status) -> None:
    from flows.escaping import escape_controls
    from flows.words import span
    from transforms.plurals import pluralize

    console.print(
        f"Project {escape_controls(status.project)}, warehouse {escape_controls(status.warehouse)}", soft_wrap=True
    )
    console.print(f"Policy in force: {escape_controls(status.policy_version or 'none')}", soft_wrap=True)
    if status.months:
        _show_months(console, status)
    else:
        console.print("No month is published yet: retier run publishes the last complete one.")
    if status.stale_months:
        console.print(
            f"Stale: {span(status.stale_months)}: an earlier month has changed since. Carry the change forward: "
            f'retier backfill --from {status.stale_months[0]} --to {status.stale_months[-1]} --reason "..."',
            soft_wrap=True,
        )
    if status.last_run is not None:
        run = status.last_run
        console.print(f"Last run: {run['month']:%Y-%m} {run['status']} at {run['finished_at']:%Y-%m-%d %H:%M} UTC")
        if run["error"]:
            console.print(f"  {escape_controls(run['error'])}", soft_wrap=True)
    if status.data_docs is not None:
        console.print(f"  its checks: {escape_controls(status.data_docs)}", soft_wrap=True)
    if status.quarantined:
        newest, rows = max(status.quarantined.items())
        total, months = sum(status.quarantined.values()), len(status.quarantined)
        console.print(
            f"Quarantined: {pluralize(total, 'row')} in {pluralize(months, 'month')}, {rows:,} of them of {newest}: "
            f"retier quarantine --month {newest}",
            soft_wrap=True,
        )
    _show_notifications(console, status.notifications)


def _show_notifications(console: Console, messages: Mapping[str, int]) -> None:
    from transforms.plurals import pluralize

    others = [f"{messages[state]:,} {state}" for state in ("held", "dead", "drafts") if messages.get(state)]
    nexts = [
        command
        for state, command in (("pending", ""), ("held", " --release"), ("dead", " --retry"))
        if messages.get(state)
    ]
    pending = ", ".join([f"Pending: {pluralize(messages.get('pending', 0), 'notification')}", *others])
    console.print(pending + (f": retier notify{nexts[-1]}" if nexts else ""), soft_wrap=True)


def _show_months(console: Console, status: Status) -> None:
    from rich.table import Table
    from rich.text import Text

    from flows.escaping import escape_controls
    from transforms.plurals import pluralize

    table = Table("month", "revision", "accounts", "policy", "computed at (UTC)", "state")
    for column in table.columns[1:3]:
        column.justify = "right"
    for month in status.months:
        table.add_row(
            str(month.month),
            str(month.revision),
            f"{month.accounts:,}",
            escape_controls(month.policy_version),
            f"{month.computed_at:%Y-%m-%d %H:%M}",
            Text("stale", style="yellow") if month.is_stale else Text("current"),
        )
    console.print(table)
    others = [month.month for month in status.months if month.policy_version != month.policy_now]
    if others:
        console.print(
            f"Published under a policy that is no longer in force: {pluralize(len(others), 'month')}", soft_wrap=True
        )
    first, last = status.months[0].month, status.months[-1].month
    console.print(
        "Current means that no earlier month has changed. To see whether sources or code have: "
        f"retier backfill --from {first} --to {last} --dry-run",
        soft_wrap=True,
    )
