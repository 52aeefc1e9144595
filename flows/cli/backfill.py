"""`retier backfill`: compute a range of months, again or for the first time."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.known_at import KnownAtOption
from flows.cli.options import JsonOption, ProjectOption
from flows.cli.run import AcceptOption, AuthorOption

if TYPE_CHECKING:
    from flows.request.options import RunOptions
    from flows.settings import Project
    from flows.summary import RunSummary

EXAMPLE = 'retier backfill --from 2025-01 --to 2026-10 --reason "late usage files of March" --dry-run'

FromOption = Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="The first month.")]
ToOption = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="YYYY-MM", help="The last month; without it the last complete one.", show_default=False
    ),
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", help="Why; kept with every month that is computed.", show_default=False)
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Print the plan and do nothing.")]
DiffOption = Annotated[
    bool, typer.Option("--diff", help="Compute, show which tiers would change, and publish nothing.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Also compute months that are up to date.")]
CascadeOption = Annotated[
    bool,
    typer.Option(
        "--cascade/--no-cascade", help="Also compute the later months that become stale, or leave them stale."
    ),
]
NotifyOption = Annotated[
    bool, typer.Option("--notify", help="Notify owners of what changed, as a run does; without it nobody is notified.")
]
LimitOption = Annotated[int, typer.Option("--limit", min=0, help="How many changed accounts --diff shows.")]


def command(
    first: FromOption,
    last: ToOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    force: ForceOption = False,
    cascade: CascadeOption = True,
    known_at: KnownAtOption = None,
    accept: AcceptOption = None,
    author: AuthorOption = None,
    notify: NotifyOption = False,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Compute a range of months, oldest first, and the later months that follow from them."""
    from flows.cli.run import command_line
    from flows.clock import now
    from flows.request.cutoff import known_until, month_known
    from flows.request.options import RunOptions
    from flows.request.waivers import waiver_of
    from flows.settings import load_project

    until = known_until(known_at, now())
    options = RunOptions(
        first=month_known(first, known_at, until),
        last=month_known(last, known_at, until),
        known_until=until,
        known_at=known_at,
        command=command_line(),
        started_as="backfill",
        reason=reason,
        waiver=waiver_of(accept or [], author, reason, os.environ),
        is_notifying=notify,
        is_sending=notify,
        is_forced=force,
        is_cascading=cascade,
    )
    _refuse_wrong_use(options, dry_run=dry_run, diff=diff)
    read = load_project(project, os.environ)
    if dry_run:
        _plan(read, options, as_json=as_json)
    elif diff:
        _diff(read, options, limit, as_json=as_json)
    else:
        _backfill(read, options, as_json=as_json)


def _refuse_wrong_use(options: RunOptions, *, dry_run: bool, diff: bool) -> None:
    from transforms.errors import WrongUseError

    if options.first > options.last:
        raise WrongUseError(f"--from {options.first} lies after --to {options.last}: name the earlier month first")
    if dry_run and diff:
        raise WrongUseError("--dry-run computes nothing and --diff computes everything: name one of them")
    if not (dry_run or diff or (options.reason or "").strip()):
        raise WrongUseError('a backfill needs a reason, which is kept with every month: add --reason "..."')


def _plan(project: Project, options: RunOptions, *, as_json: bool) -> None:
    from flows.backfill.backfill import plan_backfill
    from flows.cli.backfill_output import plan_record, show_plan
    from flows.cli.output import console, print_json

    plan, pieces = plan_backfill(project, options)
    if as_json:
        print_json(plan_record(plan, pieces))
    else:
        show_plan(console(), plan, pieces)


def _diff(project: Project, options: RunOptions, limit: int, *, as_json: bool) -> None:
    from flows.backfill.difference import backfill_difference
    from flows.cli.backfill_output import difference_record, show_difference
    from flows.cli.output import console, print_json
    from flows.progress import Bar

    with Bar(console(stderr=True)) as progress:
        difference = backfill_difference(project, options, progress)
    if as_json:
        print_json(difference_record(difference))
    else:
        show_difference(console(), difference, limit)


def _backfill(project: Project, options: RunOptions, *, as_json: bool) -> None:
    from flows.backfill.backfill import backfill
    from flows.cli.backfill_output import show_backfill, show_stopped
    from flows.cli.output import console, print_json
    from flows.cli.sending import counts, send_after_run, show_sending
    from flows.progress import Bar
    from flows.writing import writing

    done: list[RunSummary] = []
    try:
        with writing(project, "backfill") as writer, Bar(console(stderr=True)) as progress:
            summary = backfill(project, options, progress, writer, done.append)
        sending = send_after_run(project, "backfill") if options.is_sending else None
    except BaseException:
        # What was done before it stopped is shown before the error.
        show_stopped(console(stderr=True), done)
        raise
    if as_json:
        print_json(replace(summary, notifications=counts(sending)))
    else:
        show_backfill(console(), summary)
        show_sending(sending)
