"""`retier run`: compute and publish one month, and notify owners."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.known_at import KnownAtOption
from flows.cli.options import JsonOption, MonthOption, ProjectOption
from flows.cli.tracking import PrefectOption

if TYPE_CHECKING:
    from flows.notify.send import Sending
    from flows.progress import Progress
    from flows.request.options import RunOptions
    from flows.settings import Project
    from flows.summary import RunSummary

EXAMPLE = 'retier run --month 2026-10 --accept fleet_shift --reason "new login page since the 3rd"'

AcceptOption = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="CHECK", help="Waive a failed check, in this run only; may be repeated."),
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", help="Why the run is made, or the checks are waived.", show_default=False)
]
NoNotifyOption = Annotated[
    bool, typer.Option("--no-notify", help="Leave the notifications in the outbox; retier notify sends them.")
]
AdoptOption = Annotated[
    bool,
    typer.Option(
        "--adopt-state",
        help="Start from the month before as a former version published it, where it cannot be backfilled.",
    ),
]
AuthorOption = Annotated[
    str | None,
    typer.Option("--author", help="Who waives the checks; without it the current user.", show_default=False),
]


def command(
    month: MonthOption = None,
    accept: AcceptOption = None,
    reason: ReasonOption = None,
    author: AuthorOption = None,
    known_at: KnownAtOption = None,
    no_notify: NoNotifyOption = False,
    adopt_state: AdoptOption = False,
    prefect: PrefectOption = None,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Compute a month's tiers, publish them in one transaction, and notify owners of what changed."""
    from flows.cli.output import console
    from flows.cli.tracking import is_tracked
    from flows.clock import now
    from flows.progress import Bar
    from flows.request.cutoff import known_until, month_known
    from flows.request.options import RunOptions
    from flows.request.waivers import waiver_of
    from flows.settings import load_project

    until = known_until(known_at, now())
    waiver = waiver_of(accept or [], author, reason, os.environ)
    read = load_project(project, os.environ)
    when = month_known(month, known_at, until)
    options = RunOptions(
        first=when,
        last=when,
        known_until=until,
        known_at=known_at,
        command=command_line(),
        reason=reason,
        waiver=waiver,
        is_notifying=True,
        is_sending=not no_notify,
        is_adopting=adopt_state,
    )
    with Bar(console(stderr=True)) as progress:
        run = _run_tracked if is_tracked(prefect, os.environ) else _run
        summary, sending = run(read, options, progress)
    _show(summary, sending, as_json=as_json)


def _run(project: Project, options: RunOptions, progress: Progress) -> tuple[RunSummary, Sending | None]:
    from flows.cli.sending import send_after_run
    from flows.run_month import run_month
    from flows.writing import writing

    with writing(project, "run"):
        summary = run_month(project, options, progress)
    return summary, send_after_run(project, "run") if options.is_sending else None


def _run_tracked(project: Project, options: RunOptions, progress: Progress) -> tuple[RunSummary, Sending | None]:
    from flows.cli.tracking import tracked

    with tracked(progress, options.command):
        from flows.orchestration import retier

        return retier(
            month=str(options.last),
            project=str(project.directory),
            accept=list(options.waiver.checks) or None,
            author=options.waiver.author or None,
            reason=options.reason,
            known_at=options.known_at,
            is_sending=options.is_sending,
            is_reporting=options.is_reporting,
            is_adopting=options.is_adopting,
        )


def _show(summary: RunSummary, sending: Sending | None, *, as_json: bool) -> None:
    from flows.cli.output import print_json
    from flows.cli.sending import counts, show_sending

    if as_json:
        print_json(replace(summary, notifications=counts(sending)))
        return
    show_summary(summary)
    show_sending(sending)
    typer.echo(f"Next: retier explain ACCOUNT --month {summary.month}, or retier status")


def command_line() -> str:
    """Return the command line that started the process, as `runs` records it."""
    return shlex.join(["retier", *sys.argv[1:]])


def show_summary(summary: RunSummary) -> None:
    """Print the outcome of a run: accounts, tiers, changes, quarantined rows, warnings."""
    from flows.escaping import escape_controls
    from flows.words import CHANGES, TIERS, in_words
    from transforms.plurals import pluralize

    state = "published" if summary.status == "published" else "unchanged, nothing to publish"
    typer.echo(
        f"{summary.month} {state}: revision {summary.revision}, {pluralize(summary.accounts, 'account')} in scope"
    )
    for tier, accounts in summary.tiers.items():
        share = accounts / summary.accounts if summary.accounts else 0.0
        typer.echo(f"  {in_words(tier, TIERS):<10} {accounts:>9,}  {share:z6.1%}")
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
