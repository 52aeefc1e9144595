"""The warehouse as a DuckDB file: opened when its turn has come, and what is said when it cannot be used."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from sql.dialects.duckdb import prepare
from transforms.errors import BusyError, RetierError, WrongUseError

_SHORTEST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 0.5
_PAUSE_SHARE = 0.1

_ONE_BY_ONE = threading.Lock()
"""Threads that opened a new file at once would each make its schema, and all but one would fail."""

_HOLDER = re.compile(r"lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")

_OPENING = (
    ("not a valid DuckDB database file", "it is not a DuckDB file or is damaged; put a copy back, or move it away"),
    ("newer version", "a newer version of DuckDB wrote it; install that version"),
    ("No such file or directory", "its folder does not exist; make the folder, or fix the warehouse URL"),
    ("Is a directory", "it is a folder; name a file in the warehouse URL"),
    ("Permission denied", "this user may not read and write it; grant that, or name another file"),
    ("Read-only file system", "the file system is read-only; name a file elsewhere"),
)
_WRITING = (
    ("No space left on device", "the disk is full; make room and run this again"),
    ("File too large", "the file may not grow any further; raise the limit on file sizes"),
    (
        "failed to offload data block",
        "its folder for temporary data, beside the file, is full; make room on that disk, or name a folder elsewhere "
        "by ?temp_directory= in the warehouse URL",
    ),
    ("Out of Memory", "there is too little memory; free some, or set ?memory_limit= in the warehouse URL"),
)


def make_engine(url: sa.URL, directory: Path, wait_seconds: float, expected: str) -> sa.Engine:
    """Make the engine of a DuckDB file; see :func:`sql.engine.make_engine`.

    The file is open only while a connection is: nothing is pooled. It comes into being with the first connection.
    """
    if url.database in {None, "", ":memory:"}:
        raise WrongUseError(f"the warehouse URL names no file, so that nothing would be kept: {expected}")
    path = directory.absolute() / str(url.database)
    engine = sa.create_engine(url.set(database=str(path)), poolclass=NullPool)

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, _record: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        return _wait_for_connection(dialect, args, options, path, wait_seconds)

    return engine


def told(error: Exception, url: sa.URL) -> RetierError:
    """Say in a sentence why a transaction failed."""
    path = url.database
    cause = getattr(error, "orig", None) or error
    if "onflict" in str(cause) and isinstance(cause, duckdb.TransactionException):
        return BusyError(
            f"another run wrote to the warehouse {path} at the same time, so that this one left it as it was: "
            "run this again"
        )
    why = _reason(cause, _WRITING)
    return RetierError(f"the warehouse {path} could not be used and is as it was: {why}")


def _wait_for_connection(
    dialect: Any, args: tuple[Any, ...], options: dict[str, Any], path: Path, wait_seconds: float
) -> Any:
    started = time.monotonic()
    while True:
        try:
            with _ONE_BY_ONE:
                return _prepared(dialect.connect(*args, **options))
        except duckdb.Error as error:
            holder = _holder(error)
            if holder is None:
                raise _not_opened(error, path) from error
            waited = time.monotonic() - started
            if waited >= wait_seconds:
                raise BusyError(
                    f"the warehouse {path} is held by {holder}, and still was after {wait_seconds:g} s: "
                    "wait for that program to end, or end it, and run this again"
                ) from error
            time.sleep(min(pause_seconds(waited), wait_seconds - waited))


def pause_seconds(waited: float) -> float:
    """Say how long to pause before the next attempt at opening a file that another process holds.

    An attempt costs some 5 ms of processor, and more in a process that has used much memory, since DuckDB makes a whole
    instance before it looks at the file: so pauses grow with the time that was waited.

    Args:
        waited: For how many seconds the file was waited for.
    """
    return min(max(_SHORTEST_PAUSE_SECONDS, waited * _PAUSE_SHARE), _LONGEST_PAUSE_SECONDS)


def _prepared(connection: Any) -> Any:
    try:
        prepare(connection)
    except duckdb.Error:
        connection.close()
        raise
    return connection


def _holder(error: duckdb.Error) -> str | None:
    """Name who holds the file; None where the error is another one."""
    # While one thread closes the file, another one that opens it is refused for a moment.
    if "Unique file handle conflict" in str(error):
        return "another thread of this program"
    if "Could not set lock" not in str(error):
        return None
    found = _HOLDER.search(str(error))
    return f"process {found['pid']} ({Path(found['program']).name})" if found else "another process"


def _not_opened(error: duckdb.Error, path: Path) -> RetierError:
    why = _reason(error, (*_OPENING, *_WRITING))
    return RetierError(f"the warehouse {path} cannot be opened: {why}")


def _reason(error: BaseException, known: tuple[tuple[str, str], ...]) -> str:
    said = str(error)
    for sign, sentence in known:
        if sign in said:
            return sentence
    first_line = said.strip().partition("\n")[0] or type(error).__name__
    return f"DuckDB says {first_line!r}"
