"""One writer per warehouse: whoever computes and publishes holds it, and a holder that dies lets go of it.

DuckDB's own lock is held only while the file is open, and a run opens it several times: so a file beside it is locked
for the whole of a run. On PostgreSQL it is an advisory lock of a session that does nothing else.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from sql.atomic import told_if_unwritable
from sql.dialects.postgresql_server import told
from sql.engine import WAIT_SECONDS, make_engine
from transforms.errors import BusyError, RetierError

_LOCK = 0x7265_7469_6572  # "retier"
_POLL_SECONDS = 0.1
_GRACE_SECONDS = 1.0
"""How long PostgreSQL may take to notice that a holder has died."""

_NAME_BYTES = 63
"""What PostgreSQL keeps of an application's name."""

_HOLDER = """
    select activity.application_name
    from pg_locks as locks
    join pg_stat_activity as activity on activity.pid = locks.pid
    where
        locks.locktype = 'advisory'
        and locks.granted
        and locks.database = (select oid from pg_database where datname = current_database())
        and locks.classid::bigint = :high
        and locks.objid::bigint = :low
        and locks.objsubid = 1
"""

_KEEPALIVE = ("tcp_keepalives_idle = 30", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3")
"""A machine that vanished says no goodbye: after a minute the server lets go for it."""


class Writer:
    """The right to write to a warehouse, held until the end of :func:`writing`."""

    def __init__(self, engine: sa.Engine, who: str) -> None:
        self._engine, self._who = engine, who
        self._session: sa.Connection | None = None

    def renew(self) -> None:
        """Make sure that the right is still held: a database that was restarted has forgotten it.

        Raises:
            BusyError: If another writer has it by now.
            WarehouseGoneError: If the server cannot be reached; the right may be renewed again later.
            RetierError: If the database cannot be used.
        """
        if self._engine.dialect.name == "postgresql" and not self._is_alive():
            self.let_go()
            self._session = _locked_session(self._engine, self._who)

    def let_go(self) -> None:
        """Return the right back; ending the session does it, whatever state that is in."""
        if self._session is not None:
            self._session.invalidate()
            self._session.close()
            self._session = None

    def _is_alive(self) -> bool:
        if self._session is None:
            return False
        try:
            self._session.execute(sa.text("select 1"))
        except SQLAlchemyError:
            return False
        return True


@contextmanager
def writing(
    url: str, directory: Path, command: str, since: datetime, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[Writer]:
    """Hold a warehouse as its only writer; readers are not kept out.

    Args:
        url: The warehouse's URL, as :func:`sql.engine.make_engine` takes it.
        directory: The project's folder.
        command: What holds it, in a word or two, for whoever comes second.
        since: When that began.
        wait_seconds: How long another holder of a DuckDB file is waited for; on PostgreSQL nobody waits.

    Raises:
        BusyError: If another writer holds it; the sentence says who, and since when.
        WarehouseGoneError: If the server cannot be reached.
        RetierError: If the lock cannot be taken.
    """
    engine = make_engine(url, directory)
    # The time comes before the host's name, since PostgreSQL cuts what is too long.
    who = f"{command} since {since:%Y-%m-%d %H:%M:%S} UTC, process {os.getpid()} on {socket.gethostname()}"
    if engine.dialect.name == "postgresql":
        writer = Writer(engine, who)
        writer.renew()
        try:
            yield writer
        finally:
            writer.let_go()
    else:
        with _locked_file(Path(str(engine.url.database)), who, wait_seconds):
            yield Writer(engine, who)


@contextmanager
def _locked_file(warehouse: Path, who: str, wait_seconds: float) -> Iterator[None]:
    """Lock the file beside a DuckDB file; it is left there, since removing it would let two in."""
    path = warehouse.with_name(f"{warehouse.name}.lock")
    with told_if_unwritable(path):
        if not warehouse.parent.is_dir():
            raise RetierError(
                f"the warehouse {warehouse} cannot be opened: its folder does not exist; make the folder, or fix the "
                "warehouse URL"
            )
        if path.is_dir():
            raise RetierError(f"{path} is a folder: move it away, since the file that locks the warehouse has its name")
        opened = path.open("a+b", buffering=0)
    with opened:
        _wait_for(opened, warehouse, wait_seconds)
        with told_if_unwritable(path):
            opened.truncate(0)
            opened.write(who.encode())
        try:
            yield
        finally:
            opened.truncate(0)


def _wait_for(opened: IO[bytes], warehouse: Path, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            # The kernel gives it back when the process ends, however that happens.
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _busy(
                    f"the warehouse {warehouse}", _read(opened), f", and still was after {wait_seconds:g} s"
                ) from None
        except OSError as error:
            raise RetierError(
                f"{opened.name} cannot be locked: the file system says {error.strerror!r}; put the warehouse on one "
                "that knows locks, such as a local disk"
            ) from error
        else:
            return
        time.sleep(min(_POLL_SECONDS, max(deadline - time.monotonic(), 0)))


def _read(opened: IO[bytes]) -> str:
    opened.seek(0)
    return opened.read().decode(errors="replace").strip()


def _locked_session(engine: sa.Engine, who: str) -> sa.Connection:
    """Open a session that holds the lock.

    Raises:
        BusyError: If another session holds it.
        WarehouseGoneError: If the server cannot be reached.
        RetierError: If the database cannot be used.
    """
    session = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        _take(session, engine, who)
    except BaseException as error:
        session.invalidate()
        session.close()
        if isinstance(error, SQLAlchemyError | psycopg.Error):
            raise told(error, engine.url) from error
        raise
    return session


def _take(session: sa.Connection, engine: sa.Engine, who: str) -> None:
    name = who.encode()[:_NAME_BYTES].decode(errors="ignore")
    session.execute(sa.text("select set_config('application_name', :name, false)"), {"name": name})
    for setting in _KEEPALIVE:
        session.execute(sa.text(f"set {setting}"))
    deadline = time.monotonic() + _GRACE_SECONDS
    while not session.execute(sa.text("select pg_try_advisory_lock(:key)"), {"key": _LOCK}).scalar_one():
        if time.monotonic() >= deadline:
            raise _busy(f"the warehouse {engine.url.database}", _holder(session))
        time.sleep(_POLL_SECONDS)


def _holder(session: sa.Connection) -> str:
    found = session.execute(sa.text(_HOLDER), {"high": _LOCK >> 32, "low": _LOCK & 0xFFFF_FFFF}).scalar()
    return str(found or "")


def _busy(warehouse: str, holder: str, waited: str = "") -> BusyError:
    return BusyError(
        f"{warehouse} is held by {holder or 'another run'}{waited}: wait for it to end, or end it, and run this again"
    )
