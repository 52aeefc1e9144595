"""What a person decides about the outbox: hold it, let it go, have it tried again."""

from __future__ import annotations

from functools import partial

from flows.settings import Project
from flows.transactions import write_in_transaction
from sql import outbox
from transforms.month import Month


def hold_pending(project: Project, month: Month | None = None) -> int:
    """Hold what is pending, of one month or of all, and give how many messages that are."""
    return write_in_transaction(project, partial(outbox.hold, month=month))


def release_held(
    project: Project, month: Month | None = None, author: str | None = None, reason: str | None = None
) -> int:
    """Let what is held be sent, drafts for customers not, and give how many messages that are.

    Args:
        project: The project.
        month: Only of this month; None means of all.
        author: Who lets it be sent; kept with each message.
        reason: Why; kept likewise.
    """
    return write_in_transaction(project, partial(outbox.release, month=month, author=author, reason=reason))


def retry_failed(project: Project, month: Month | None = None) -> int:
    """Let be tried again at once what is dead or waits after a failure, and give how many messages that are."""
    return write_in_transaction(project, partial(outbox.retry, month=month))
