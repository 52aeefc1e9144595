"""What `retier notify` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.escaping import escape_controls
from transforms.plurals import pluralize

if TYPE_CHECKING:
    from flows.notify.preview import Preview
    from flows.notify.send import Sending

_SHOWN = 30
_STYLES = {"sent": "green", "failed": "yellow", "waiting": "yellow", "dead": "red"}
_WIDTH = 80


def show_outcomes(console: Console, sending: Sending) -> None:
    """Print a row for each message, unsent ones first, and the errors."""
    table = _table("month", "channel", "message", "to", "changes", "state")
    worst_first = sorted(sending.outcomes, key=lambda outcome: outcome.status == "sent")
    for outcome in worst_first[:_SHOWN]:
        state = Text(outcome.status, style=_STYLES[outcome.status])
        table.add_row(
            str(outcome.month),
            outcome.channel,
            outcome.kind,
            escape_controls(outcome.recipient or "-"),
            f"{outcome.changes:,}",
            state,
        )
    console.print(table)
    _show_rest(console, len(worst_first))
    reasons = {(outcome.channel, outcome.error) for outcome in sending.outcomes if outcome.error}
    for channel, error in sorted(reasons):
        console.print(f"{channel}: {escape_controls(error)}", soft_wrap=True)


def summed_up(sending: Sending) -> str:
    """Return the outcome of sending in one line."""
    parts = [f"Sent: {pluralize(sending.count('sent'), 'message')}"]
    for status, words in (("failed", "to be retried"), ("waiting", "not tried yet"), ("dead", "given up")):
        if number := sending.count(status):
            parts.append(f"{number:,} {words}")
    if sending.superseded:
        parts.append(f"{sending.superseded:,} left out as outdated")
    return ", ".join(parts)


def show_previews(console: Console, previews: Sequence[Preview]) -> None:
    """Print a row for each waiting message, and where its text was written."""
    if not previews:
        console.print("Nothing is pending or held.")
        return
    table = _table("month", "channel", "message", "to", "changes", "state")
    for preview in previews[:_SHOWN]:
        table.add_row(
            str(preview.month),
            preview.channel,
            preview.kind,
            escape_controls(preview.recipient or "-"),
            f"{preview.changes:,}",
            preview.status,
        )
    console.print(table)
    _show_rest(console, len(previews))
    folders = sorted({str(preview.file.parent) for preview in previews})
    held = sum(preview.status == "held" for preview in previews)
    counted = f"Pending: {pluralize(len(previews) - held, 'message')}" + (f", held: {held:,}" if held else "")
    console.print(f"{counted}; nothing was sent. Their texts:")
    for folder in folders:
        console.print(f"  {escape_controls(folder)}", soft_wrap=True)


def _table(*columns: str) -> Table:
    table = Table(*columns, box=SIMPLE_HEAD, width=_WIDTH)
    for column in table.columns:
        column.overflow = "fold" if column.header == "to" else "ellipsis"
        column.no_wrap = column.header != "to"
    table.columns[4].justify = "right"
    return table


def _show_rest(console: Console, number: int) -> None:
    if number > _SHOWN:
        console.print(f"Not shown: {number - _SHOWN:,} more; --json shows all.")
