"""Sends the messages that a run put into the outbox; a message that fails does not fail the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from flows.notify.send import Sending
    from flows.settings import Project


def send_after_run(project: Project, command: str) -> Sending | None:
    """Send what is due, where the project has channels; the caller must no longer hold the right to write.

    Args:
        project: The project.
        command: The command, shown to another process that wants to send.

    Returns:
        The outcome; None where there is no channel, or where sending stopped: a warning is printed, and the messages
        that were not sent wait.
    """
    if not project.settings.channels:
        return None
    from flows.escaping import escape_controls
    from flows.notify.send import send_waiting
    from transforms.errors import RetierError

    try:
        return send_waiting(project, command=command)
    except (RetierError, OSError) as error:
        typer.echo(f"retier: warning: messages wait in the outbox: {escape_controls(str(error))}", err=True)
        return None


def counts(sending: Sending | None) -> Mapping[str, int]:
    """Count messages by status, for JSON output."""
    if sending is None:
        return {}
    ends = {status: sending.count(status) for status in ("sent", "failed", "waiting", "dead")}
    return ends | {"held": sending.held}


def show_sending(sending: Sending | None) -> None:
    """Print the outcome of messages, and why some were not sent; print nothing where there were none."""
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
            "retier notify --dry-run shows them, --release sends them"
        )
