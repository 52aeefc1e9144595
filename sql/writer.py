"""One writer and one sender per warehouse: each holds a lock, which is released if its process dies.

DuckDB's own lock is held only while the file is open, and a run opens it several times. So a file next to it is locked
during the whole run. On PostgreSQL the lock is an advisory lock of a session that does nothing else.

Who sends is not the writer: receivers may be slow, and whoever computes must not wait for them.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sql.dialects import Right, Writer, dialect_of
from sql.engine import WAIT_SECONDS, make_engine

__all__ = ["Right", "Writer", "holding"]


@contextmanager
def holding(
    right: Right, url: str, directory: Path, command: str, since: datetime, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[Writer]:
    """Hold a right to a warehouse as the only one; readers are not blocked, nor those who hold the other right.

    Args:
        right: The right.
        url: The warehouse's URL, as :func:`sql.engine.make_engine` takes it.
        directory: The project's folder.
        command: The holder in a word or two, for messages to other processes.
        since: When it started.
        wait_seconds: How long to wait for another holder of a DuckDB file; on PostgreSQL there is no wait.

    Raises:
        BusyError: If another process holds it; the sentence says who, and since when.
        WarehouseGoneError: If the server cannot be reached.
        RetierError: If the lock cannot be taken.
    """
    engine = make_engine(url, directory)
    # The time comes before the host's name, since PostgreSQL truncates long names.
    who = f"{command} since {since:%Y-%m-%d %H:%M:%S} UTC, process {os.getpid()} on {socket.gethostname()}"
    with dialect_of(engine).hold(engine, who, wait_seconds, right) as writer:
        yield writer
