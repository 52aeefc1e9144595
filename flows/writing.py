"""The rights to write to a project's warehouse and to send its messages, each held by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flows.clock import now
from flows.settings import Project
from flows.transactions import again_if_gone
from sql.engine import WAIT_SECONDS
from sql.writer import Right, Writer, holding


@contextmanager
def writing(project: Project, command: str, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[Writer]:
    """Hold the exclusive right to write to a project's warehouse; wait for a server that is being restarted.

    Args:
        project: The project.
        command: The command, in a word or two, shown to another process that wants to write.
        wait_seconds: How long to wait for another writer of a DuckDB file.

    Raises:
        BusyError: If another process holds the right.
        RetierError: If the warehouse cannot be reached.
    """
    with _holding(Right.write, project, command, wait_seconds) as writer:
        yield writer


@contextmanager
def sending(project: Project, command: str, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[Writer]:
    """Hold the exclusive right to send a project's messages, while others may write; otherwise as :func:`writing`."""
    with _holding(Right.send, project, command, wait_seconds) as sender:
        yield sender


@contextmanager
def _holding(right: Right, project: Project, command: str, wait_seconds: float) -> Iterator[Writer]:
    url, folder, since = project.settings.warehouse, project.directory, now()
    with ExitStack() as stack:

        def take() -> Writer:
            return stack.enter_context(holding(right, url, folder, command, since, wait_seconds=wait_seconds))

        yield again_if_gone(take)
