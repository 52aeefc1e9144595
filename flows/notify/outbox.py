"""A person's decisions about the outbox: hold, release, retry."""

from __future__ import annotations

from functools import partial

from flows.settings import Project
from flows.transactions import write_in_transaction
from sql import outbox
from transforms.month import Month


def hold_pending(project: Project, month: Month | None = None) -> int:
    """Hold pending messages, of one month or all; return how many."""
    return write_in_transaction(project, partial(outbox.hold, month=month))


def release_held(
    project: Project, month: Month | None = None, author: str | None = None, reason: str | None = None
) -> int:
    """Release held messages, except drafts for customers; return how many.

    Args:
        project: The project.
        month: Only this month; None means all.
        author: Who releases them; kept with each message.
        reason: Why; kept as well.
    """
    return write_in_transaction(project, partial(outbox.release, month=month, author=author, reason=reason))


def retry_failed(project: Project, month: Month | None = None) -> int:
    """Make dead and failed messages due at once; return how many."""
    return write_in_transaction(project, partial(outbox.retry, month=month))
