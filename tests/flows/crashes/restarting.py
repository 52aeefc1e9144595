"""A PostgreSQL server of one's own, which can be stopped and started while it is in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.postgres import Postmaster, Server, postmaster


class OwnServer(Server):
    """A server that nobody else uses."""

    def __init__(self, process: Postmaster) -> None:
        super().__init__(process.folder, process.programs)
        self.start, self.stop = process.start, process.stop


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Run a server; where its package is missing, the test is skipped."""
    with postmaster() as process:
        server = OwnServer(process)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
