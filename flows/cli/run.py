"""`retier run`: one month, end to end."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.known_at import KnownAtOption
from flows.cli.options import JsonOption, MonthOption, ProjectOption
from flows.cli.tracking import PrefectOption

if TYPE_CHECKING:
    from datetime import datetime

    from expectations.finding import Waiver
    from flows.notify.send import Sending
    from flows.progress import Progress
    from flows.settings import Project
    from flows.summary import RunSummary
    from transforms.month import Month

EXAMPLE = 'retier run --month 2026-10 --accept fleet_shift --reason "new login page since the 3rd"'

AcceptOption = Annotated[
    list[str] | None,
    typer.Option(
        "--accept", metavar="CHECK", help="Let a broken check pass, in this run only; may stand several times."
    ),
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", help="Why the run is made, or the checks let pass.", show_default=False)
]
NoNotifyOption = Annotated[
    bool, typer.Option("--no-notify", help="Leave what is to be told in the outbox: retier notify sends it.")
]
AuthorOption = Annotated[
    str | None,
    typer.Option("--author", help="Who lets the checks pass; without it the user who runs it.", show_default=False),
]


def command(
    month: MonthOption = None,
    accept: AcceptOption = None,
    reason: ReasonOption = None,
    author: AuthorOption = None,
    known_at: KnownAtOption = None,
    no_notify: NoNotifyOption = False,
    prefect: PrefectOption = None,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Compute a month's tiers, publish them in one transaction, and tell what changed."""
    from flows.cli.output import console
    from flows.cli.tracking import is_tracked
    from flows.clock import now
    from flows.progress import Bar
    from flows.request.cutoff import known_until, month_known
    from flows.request.waivers import acceptance
    from flows.settings import load_project

    started_at = now()
    waive = acceptance(accept or [], author, reason, os.environ)
    read = load_project(project, os.environ)
    until = known_until(known_at, started_at)
    asked = _Asked(month_known(month, known_at, until), known_at, until, reason, waive, not no_notify)
    with Bar(console(stderr=True)) as progress:
        run = _run_tracked if is_tracked(prefect, os.environ) else _run
        summary, sending = run(read, asked, progress)
    _tell(summary, sending, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, checked."""

    month: Month
    known_at: str | None
    known_until: datetime
    reason: str | None
    acceptance: Waiver
    is_sending: bool


def _run(project: Project, asked: _Asked, progress: Progress) -> tuple[RunSummary, Sending | None]:
    from flows.cli.sending import send_after_run
    from flows.run_month import run_month
    from flows.writing import writing

    with writing(project, "run"):
        summary = run_month(
            project,
            asked.month,
            known_until=asked.known_until,
            progress=progress,
            command=command_line(),
            reason=asked.reason,
            acceptance=asked.acceptance,
        )
        return summary, send_after_run(project) if asked.is_sending else None


def _run_tracked(project: Project, asked: _Asked, progress: Progress) -> tuple[RunSummary, Sending | None]:
    from flows.cli.tracking import tracked

    with tracked(progress, command_line()):
        from flows.orchestration import retier

        return retier(
            month=str(asked.month),
            project=str(project.directory),
            accept=list(asked.acceptance.checks) or None,
            author=asked.acceptance.author or None,
            reason=asked.reason,
            known_at=asked.known_at,
            is_sending=asked.is_sending,
            is_reporting=False,
        )


def _tell(summary: RunSummary, sending: Sending | None, *, as_json: bool) -> None:
    from flows.cli.output import print_json
    from flows.cli.sending import counts, show_sending

    if as_json:
        print_json(replace(summary, notifications=counts(sending)))
        return
    show_summary(summary)
    show_sending(sending)
    typer.echo(f"Next: retier explain ACCOUNT --month {summary.month}, or retier status")


def command_line() -> str:
    """Return the line that started the process, as `runs` records it."""
    return shlex.join(["retier", *sys.argv[1:]])


def show_summary(summary: RunSummary) -> None:
    """Print what a run came to: accounts, tiers, changes, rows held back, warnings."""
    from flows.escaping import escape_controls
    from flows.words import CHANGES, TIERS, in_words
    from transforms.plurals import pluralize

    state = "published" if summary.status == "published" else "unchanged, nothing to publish"
    typer.echo(
        f"{summary.month} {state}: revision {summary.revision}, {pluralize(summary.accounts, 'account')} in scope"
    )
    for tier, accounts in summary.tiers.items():
        share = accounts / summary.accounts if summary.accounts else 0.0
        typer.echo(f"  {in_words(tier, TIERS):<10} {accounts:>9,}  {share:6.1%}")
    moved = [pluralize(number, in_words(kind, CHANGES)) for kind, number in summary.movements.items() if number]
    typer.echo(f"  changes: {', '.join(moved) or 'none'}")
    held = {source: rows for source, rows in summary.rows_quarantined.items() if rows}
    if held:
        typer.echo(
            "  quarantined: " + ", ".join(f"{pluralize(rows, 'row')} of {source}" for source, rows in held.items())
        )
    for warning in summary.warnings:
        typer.echo(f"  warning: {escape_controls(warning)}")
    if summary.data_docs:
        typer.echo(f"  checks: {escape_controls(summary.data_docs)}")
