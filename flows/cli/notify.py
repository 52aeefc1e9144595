"""`retier notify`: send, hold, release or preview the messages in the outbox."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import JsonOption, ProjectOption

if TYPE_CHECKING:
    from flows.settings import Project
    from transforms.month import Month

EXAMPLE = "retier notify --dry-run"

NotifyMonthOption = Annotated[
    str | None,
    typer.Option("--month", metavar="YYYY-MM", help="Only messages about this month.", show_default=False),
]
DryRunOption = Annotated[
    bool,
    typer.Option("--dry-run", help="Write waiting and held messages into files under out/messages; send nothing."),
]
RetryOption = Annotated[bool, typer.Option("--retry", help="Retry dead and failed messages now.")]
HoldOption = Annotated[bool, typer.Option("--hold", help="Hold pending messages, and send nothing.")]
ReleaseOption = Annotated[bool, typer.Option("--release", help="Also send held messages; drafts for customers stay.")]
AuthorOption = Annotated[
    str | None,
    typer.Option("--author", help="With --release: who decides; without it the current user.", show_default=False),
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", help="With --release: why; kept with each message.", show_default=False)
]
DraftsOption = Annotated[
    bool,
    typer.Option(
        "--customer-drafts",
        help="Write letters to customers whose service level changed, for approval; nothing is sent.",
    ),
]


def command(
    dry_run: DryRunOption = False,
    retry: RetryOption = False,
    hold: HoldOption = False,
    release: ReleaseOption = False,
    customer_drafts: DraftsOption = False,
    author: AuthorOption = None,
    reason: ReasonOption = None,
    month: NotifyMonthOption = None,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> int:
    """Send the messages that wait in the outbox: each one once, with retries after failures."""
    from flows.request.waivers import author_of
    from flows.settings import load_project
    from transforms.errors import WrongUseError
    from transforms.month import Month

    asked = {
        "--dry-run": dry_run,
        "--retry": retry,
        "--hold": hold,
        "--release": release,
        "--customer-drafts": customer_drafts,
    }
    named = [name for name, is_asked in asked.items() if is_asked]
    if len(named) > 1:
        raise WrongUseError(f"{' and '.join(named)} do different things: name one of them")
    if not release and (author or reason):
        raise WrongUseError("--author and --reason say who releases messages, and why: add --release")
    when = Month.parse(month) if month is not None else None
    read = load_project(project, os.environ)
    if dry_run:
        return _preview(read, when, as_json=as_json)
    if customer_drafts:
        return _draft(read, when, as_json=as_json)
    if hold:
        return _hold(read, when, as_json=as_json)
    released_by = (author_of(author, os.environ), reason) if release else None
    return _send(read, when, is_retrying=retry, released_by=released_by, as_json=as_json)


def _send(
    project: Project,
    month: Month | None,
    *,
    is_retrying: bool,
    released_by: tuple[str, str | None] | None,
    as_json: bool,
) -> int:
    from flows.cli.notify_output import show_outcomes, summed_up
    from flows.cli.output import console, print_json
    from flows.notify.outbox import release_held, retry_failed
    from flows.notify.send import send_waiting
    from flows.writing import writing
    from transforms.plurals import pluralize

    if is_retrying or released_by is not None:
        with writing(project, "notify"):
            if is_retrying:
                retry_failed(project, month)
            if released_by is not None:
                release_held(project, month, *released_by)
    sending = send_waiting(project, month)
    if as_json:
        print_json(sending)
    else:
        if sending.outcomes:
            show_outcomes(console(), sending)
        typer.echo(summed_up(sending))
        if sending.held:
            typer.echo(f"Held: {pluralize(sending.held, 'message')}. Release them: retier notify --release")
    if not sending.count("failed", "dead", "waiting"):
        return 0
    if not as_json:
        typer.echo("Next: fix the channel, then retier notify --retry")
    return 1


def _hold(project: Project, month: Month | None, *, as_json: bool) -> int:
    from flows.cli.output import print_json
    from flows.notify.outbox import hold_pending
    from flows.writing import writing
    from transforms.plurals import pluralize

    with writing(project, "notify"):
        held = hold_pending(project, month)
    if as_json:
        print_json({"held": held})
    else:
        typer.echo(f"Held: {pluralize(held, 'message')}. Release them: retier notify --release")
    return 0


def _preview(project: Project, month: Month | None, *, as_json: bool) -> int:
    from flows.cli.notify_output import show_previews
    from flows.cli.output import console, print_json
    from flows.notify.preview import preview_waiting

    previews = preview_waiting(project, month)
    if as_json:
        print_json(previews)
    else:
        show_previews(console(), previews)
    return 0


def _draft(project: Project, month: Month | None, *, as_json: bool) -> int:
    from flows.cli.output import print_json
    from flows.clock import last_complete_month, now
    from flows.escaping import escape_controls
    from flows.notify.drafts import write_drafts
    from flows.writing import writing
    from transforms.plurals import pluralize

    with writing(project, "notify"):
        drafts = write_drafts(project, month or last_complete_month(now()))
    if as_json:
        print_json(drafts)
    elif drafts:
        typer.echo(
            f"Written for approval: {pluralize(len(drafts), 'draft')} in {escape_controls(drafts[0].file.parent)}"
        )
    else:
        typer.echo("No customer's service level changed.")
    return 0
