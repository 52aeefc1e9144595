"""The right to write to a project's warehouse, held for the whole of a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flows.clock import now
from flows.settings import Project
from flows.transactions import again_if_gone
from sql.engine import WAIT_SECONDS
from sql.writer import Writer
from sql.writer import writing as writing_to


@contextmanager
def writing(project: Project, command: str, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[Writer]:
    """Be the only one who writes to a project's warehouse; a server that is just being restarted is waited for.

    Args:
        project: The project.
        command: The command, in a word or two, for whoever comes second.
        wait_seconds: How long another writer of a DuckDB file is waited for.

    Raises:
        BusyError: If another one writes to it.
        RetierError: If the warehouse cannot be reached.
    """
    url, folder, since = project.settings.warehouse, project.directory, now()
    with ExitStack() as stack:

        def take() -> Writer:
            return stack.enter_context(writing_to(url, folder, command, since, wait_seconds=wait_seconds))

        yield again_if_gone(take)
