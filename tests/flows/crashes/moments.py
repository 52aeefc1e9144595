"""The moments of a process at which it touches what must not be lost: SQL, commits, files.

Messages are handed over by a process of its own, between the SQL that counts an attempt and the one that records it.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

_OF_FILES = frozenset({"os.mkdir", "os.remove", "os.rename", "os.rmdir"})
_OF_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Moments:
    """Notes every moment, in order; at one of them the process may send itself a signal.

    Args:
        at: The moment, by its number from 1 on, or the first one that matches a regular expression; None means never.
        signal_number: The signal: to be killed as if the power had failed, or to stand still.

    Attributes:
        noted: What happened at each moment, in words.
    """

    def __init__(self, at: int | str | None, signal_number: int) -> None:
        self._at, self._signal_number = at, signal_number
        self._lock = threading.Lock()
        self.noted: list[str] = []

    def watch(self) -> None:
        """Begin to note; there is no way back, so only a process that does nothing else may."""
        event.listen(Engine, "before_cursor_execute", lambda *about: self._note(f"begin {_short(about[2])}"))
        event.listen(Engine, "after_cursor_execute", lambda *about: self._note(f"end {_short(about[2])}"))
        event.listen(Engine, "commit", lambda *_: self._note("begin commit"))
        # Connections are not pooled: they are closed as soon as they have committed.
        event.listen(Pool, "close", lambda *_: self._note("connection closed"))
        psycopg.Copy.write = self._noting_copies(psycopg.Copy.write)  # type: ignore[method-assign]
        sys.addaudithook(self._audit)

    def _noting_copies(self, write: Callable[..., None]) -> Callable[..., None]:
        def written(copy: Any, piece: Any) -> None:
            write(copy, piece)
            self._note("rows copied")

        return written

    def _audit(self, name: str, about: tuple[Any, ...]) -> None:
        if name in _OF_FILES or (name == "open" and isinstance(about[2], int) and about[2] & _OF_WRITING):
            self._note(f"{name} {about[0]}")

    def _note(self, what: str) -> None:
        with self._lock:
            self.noted.append(what)
            is_it = len(self.noted) == self._at if isinstance(self._at, int) else re.search(self._at or "$.", what)
            if is_it:
                self._at = None
                os.kill(os.getpid(), self._signal_number)


def _short(statement: str) -> str:
    return " ".join(statement.split())[:60]
