"""One DuckDB for this process, to which a warehouse's file is attached for as long as somebody uses it.

Making a DuckDB takes 15 ms of processor time, attaching a file 2 ms, and a month opens its warehouse several times.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper

_RESERVED = frozenset({"memory", "system", "temp"})
"""Names of DuckDB's own databases; a file takes its name as the name of its database."""


class AttachedFile:
    """The DuckDB that serves one file at a time; the file is open, and locked, only while a connection uses it."""

    def __init__(self) -> None:
        """Begin without a DuckDB: the first connection makes it."""
        # Closing a connection that could not be set up happens while it is being opened.
        self._lock = threading.RLock()
        self._root: Any = None
        self._path: Path | None = None
        self._name = ""
        self._users = 0
        self._changed: set[str] = set()
        self._alone: Counter[Path] = Counter()

    def connect(self, path: Path, make: Callable[[], Any]) -> Any:
        """Open a connection to a file, which has a DuckDB of its own while this one serves another.

        Args:
            path: The file; it comes into being if it is missing.
            make: Makes a connection to a new DuckDB that holds nothing.

        Raises:
            duckdb.Error: If the file cannot be opened.
        """
        with self._lock:
            # A file that has its own DuckDB cannot be attached before that lets go of it.
            if path.stem.lower() in _RESERVED or self._alone[path] or (self._users and self._path != path):
                return self._connect_alone(path)
            if self._path != path:
                self.close()
                self._root, self._path = make(), path
                spilled = str(path) + ".tmp"
                self._root.execute(f"set temp_directory = {_text(spilled)}")
            if not self._users:
                self._attach(path)
            connection = _Connection(self._root.cursor(), self._release, self._changed)
            self._users += 1
            try:
                connection.execute(f"use {self._name}")
            except BaseException:
                connection.close()
                raise
            return connection

    def close(self) -> None:
        """Close the DuckDB; the next connection makes another one."""
        with self._lock:
            if self._root is not None:
                self._root.close()
            self._root, self._path = None, None
            self._changed.clear()

    def _attach(self, path: Path) -> None:
        self._root.execute(f"attach {_text(str(path))}")
        found = self._root.execute(
            "select database_name from duckdb_databases() where not internal and path is not null"
        )
        self._name = '"' + found.fetchall()[0][0].replace('"', '""') + '"'

    def _connect_alone(self, path: Path) -> Any:
        def release() -> None:
            with self._lock:
                self._alone[path] -= 1

        connection = _Connection(duckdb.connect(str(path)), release, set())
        self._alone[path] += 1
        return connection

    def _release(self) -> None:
        with self._lock:
            self._users -= 1
            # At the end of the process the DuckDB may be closed before the last connection is.
            if self._users or self._root is None:
                return
            try:
                self._root.execute(f"detach {self._name}")
                while self._changed:
                    self._root.execute(f"reset {self._changed.pop()}")
            except duckdb.Error:
                # After an error that DuckDB does not survive, such as a full disk, the next connection makes a new one.
                self.close()


class _Connection(ConnectionWrapper):
    """A connection that hands its file back when it is closed."""

    def __init__(self, cursor: Any, release: Callable[[], None], changed: set[str]) -> None:
        super().__init__(cursor)
        self._release = release
        self.changed = changed

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        try:
            super().close()
        finally:
            self._release()


def reset_at_end(connection: Any, setting: str) -> None:
    """Reset a setting, which is one of all connections of this process, once nobody uses the file any more."""
    if isinstance(connection, _Connection):
        connection.changed.add(setting)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


_by_process: dict[int, AttachedFile] = {}


def attached_file() -> AttachedFile:
    """Return the one of this process; a process that was forked has none of the threads of its parent's DuckDB."""
    return _by_process.setdefault(os.getpid(), AttachedFile())


@atexit.register
def _close() -> None:
    attached_file().close()
