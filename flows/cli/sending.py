"""Sends what a run has put into the outbox, and says what came of it: a message that fails fails no run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from flows.notify.send import Sending
    from flows.settings import Project


def send_after_run(project: Project) -> Sending | None:
    """Send what is due, where the project has channels; the caller is the only writer of the warehouse.

    Returns:
        What sending came to; None where there is no channel, or where it stopped, which is told as a warning: what was
        not sent waits.
    """
    if not project.settings.channels:
        return None
    from flows.escaping import escape_controls
    from flows.notify.send import send_waiting
    from transforms.errors import RetierError

    try:
        return send_waiting(project)
    except RetierError as error:
        typer.echo(f"retier: warning: messages wait in the outbox: {escape_controls(str(error))}", err=True)
        return None


def counts(sending: Sending | None) -> Mapping[str, int]:
    """Count what became of messages by status, for a program to read."""
    if sending is None:
        return {}
    ends = {status: sending.count(status) for status in ("sent", "failed", "waiting", "dead")}
    return ends | {"held": sending.held}


def show_sending(sending: Sending | None) -> None:
    """Print what became of messages, and why some could not be sent; nothing where there were none."""
    from flows.cli.notify_output import show_outcomes, summed_up
    from flows.cli.output import console
    from flows.escaping import escape_controls
    from transforms.plurals import pluralize

    if sending is None:
        return
    if sending.count("failed", "waiting", "dead"):
        show_outcomes(console(), sending)
    if sending.outcomes or sending.superseded:
        typer.echo(f"  {summed_up(sending)}")
    if sending.held:
        because = f": {escape_controls(sending.held_because)}" if sending.held_because else ""
        typer.echo(
            f"  held: {pluralize(sending.held, 'message')}{because}; "
            "retier notify --dry-run shows, --release sends them"
        )
