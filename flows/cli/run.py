"""`retier run`: one month, end to end."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.known_at import KnownAtOption
from flows.cli.options import JsonOption, MonthOption, ProjectOption

if TYPE_CHECKING:
    from flows.notify.send import Sending
    from flows.summary import RunSummary

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
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Compute a month's tiers, publish them in one transaction, and tell what changed."""
    from flows.acceptance import acceptance
    from flows.cli.output import console
    from flows.cli.sending import send_after_run
    from flows.clock import now
    from flows.cut_off import known_until, month_known
    from flows.progress import Bar
    from flows.run_month import run_month
    from flows.settings import load_project
    from flows.writing import writing

    started_at = now()
    let_pass = acceptance(accept or [], author, reason, os.environ)
    read = load_project(project, os.environ)
    until = known_until(known_at, started_at)
    when = month_known(month, known_at, until)
    with writing(read, "run") as _, Bar(console(stderr=True)) as progress:
        summary = run_month(
            read,
            when,
            known_until=until,
            progress=progress,
            command=command_line(),
            reason=reason,
            acceptance=let_pass,
        )
        sending = None if no_notify else send_after_run(read)
    _tell(summary, sending, as_json=as_json)


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
    """Give the line that started the process, as `runs` records it."""
    return shlex.join(["retier", *sys.argv[1:]])


def show_summary(summary: RunSummary) -> None:
    """Print what a run came to: accounts, tiers, changes, rows held back, warnings."""
    from flows.visible import visible
    from flows.words import CHANGES, TIERS, in_words, many

    state = "published" if summary.status == "published" else "unchanged, nothing to publish"
    typer.echo(f"{summary.month} {state}: revision {summary.revision}, {many(summary.accounts, 'account')} in scope")
    for tier, accounts in summary.tiers.items():
        share = accounts / summary.accounts if summary.accounts else 0.0
        typer.echo(f"  {in_words(tier, TIERS):<10} {accounts:>9,}  {share:6.1%}")
    moved = [many(number, in_words(kind, CHANGES)) for kind, number in summary.movements.items() if number]
    typer.echo(f"  changes: {', '.join(moved) or 'none'}")
    held = {source: rows for source, rows in summary.rows_quarantined.items() if rows}
    if held:
        typer.echo("  quarantined: " + ", ".join(f"{many(rows, 'row')} of {source}" for source, rows in held.items()))
    for warning in summary.warnings:
        typer.echo(f"  warning: {visible(warning)}")
    if summary.data_docs:
        typer.echo(f"  checks: {visible(summary.data_docs)}")
