"""`retier diff`: two revisions of a month side by side."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import JsonOption, ProjectOption, PublishedMonthOption

if TYPE_CHECKING:
    from rich.console import Console

    from flows.diff import Diff, Revision

EXAMPLE = "retier diff --month 2026-10 --revision 1 2"

RevisionOption = Annotated[
    tuple[int, int] | None,
    typer.Option(
        "--revision", metavar="A B", help="Two revisions; without it the two newest ones.", show_default=False
    ),
]
LimitOption = Annotated[int, typer.Option("--limit", min=0, help="How many changed accounts are shown.")]


def command(
    month: PublishedMonthOption = None,
    revision: RevisionOption = None,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Show two revisions of a month side by side: which runs made them, and which accounts moved."""
    from flows.cli.comparison import records_of
    from flows.cli.output import console, print_json
    from flows.diff import read_diff
    from flows.settings import load_project
    from transforms.month import Month

    diff = read_diff(load_project(project, os.environ), Month.parse(month) if month is not None else None, revision)
    if as_json:
        head = {"month": diff.month, "former": diff.former, "present": diff.present}
        print_json(head | records_of(diff.comparison))
    else:
        _show(console(), diff, limit)


def _show(console: Console, diff: Diff, limit: int) -> None:
    from flows.cli.comparison import show_comparison

    console.print(f"{diff.month}, revision {diff.former.revision} and revision {diff.present.revision}")
    for revision in (diff.former, diff.present):
        _show_revision(console, revision)
    console.print()
    show_comparison(console, diff.comparison, limit)


def _show_revision(console: Console, revision: Revision) -> None:
    from flows.escaping import escape_controls
    from transforms.plurals import pluralize

    line = (
        f"  revision {revision.revision}: published {revision.published_at:%Y-%m-%d %H:%M} UTC by "
        f"{escape_controls(revision.command)}, policy {escape_controls(revision.policy_version)}, known until "
        f"{revision.known_until:%Y-%m-%d %H:%M} UTC, {pluralize(revision.accounts, 'account')}, amounts in "
        f"{escape_controls(revision.currency)}"
    )
    console.print(line, soft_wrap=True)
    if revision.reason is not None:
        console.print(f"    because: {escape_controls(revision.reason)}", soft_wrap=True)
    console.print(f"    run {escape_controls(revision.run_id)}", soft_wrap=True, style="dim")
