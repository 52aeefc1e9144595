"""An advisory lock of a PostgreSQL session that does nothing else: the right to write to a database, or to send."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from sql.dialects.base import Right, Writer, busy
from transforms.errors import RetierError

_LOCKS = {Right.write: 0x7265_7469_6572, Right.send: 0x7365_6E64_6572}  # "retier", "sender"
_POLL_SECONDS = 0.1
_GRACE_SECONDS = 1.0
"""How long it may take PostgreSQL to notice that a holder has died."""

_NAME_BYTES = 63
"""How many bytes PostgreSQL keeps of an application's name."""

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
"""A machine that crashes does not close its connection: after a minute the server releases the lock."""

TranslateError = Callable[[Exception, sa.URL], RetierError]


class SessionWriter(Writer):
    """A right, as long as its session lives."""

    def __init__(
        self, engine: sa.Engine, who: str, translate_error: TranslateError, right: Right = Right.write
    ) -> None:
        self._engine, self._who, self._translate_error, self._right = engine, who, translate_error, right
        self._session: sa.Connection | None = None

    def renew(self) -> None:
        """Take the lock in a new session if the former one has ended; see :meth:`Writer.renew`."""
        if not self._is_alive():
            self.let_go()
            self._session = self._locked_session()

    def let_go(self) -> None:
        """Release the lock by ending the session, whatever its state."""
        if self._session is not None:
            _end(self._session)
            self._session = None

    def _is_alive(self) -> bool:
        if self._session is None:
            return False
        try:
            self._session.execute(sa.text("select 1"))
        except SQLAlchemyError:
            return False
        return True

    def _locked_session(self) -> sa.Connection:
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            _take(session, self._engine, self._who, self._right)
        except BaseException as error:
            _end(session)
            if isinstance(error, SQLAlchemyError | psycopg.Error):
                raise self._translate_error(error, self._engine.url) from error
            raise
        return session


@contextmanager
def locked_session(engine: sa.Engine, who: str, translate_error: TranslateError, right: Right) -> Iterator[Writer]:
    """Hold the lock of a right in a session of its own.

    Args:
        engine: The engine of the warehouse.
        who: A description of the holder, for messages to other processes.
        translate_error: Describes the driver's errors.
        right: The right; each has a lock of its own.

    Raises:
        BusyError: If another session holds it.
        WarehouseGoneError: If the server cannot be reached.
        RetierError: If the database cannot be used.
    """
    writer = SessionWriter(engine, who, translate_error, right)
    writer.renew()
    try:
        yield writer
    finally:
        writer.let_go()


def _end(session: sa.Connection) -> None:
    session.invalidate()
    session.close()


def _take(session: sa.Connection, engine: sa.Engine, who: str, right: Right) -> None:
    lock = _LOCKS[right]
    name = who.encode()[:_NAME_BYTES].decode(errors="ignore")
    session.execute(sa.text("select set_config('application_name', :name, false)"), {"name": name})
    for setting in _KEEPALIVE:
        session.execute(sa.text(f"set {setting}"))
    deadline = time.monotonic() + _GRACE_SECONDS
    while not session.execute(sa.text("select pg_try_advisory_lock(:key)"), {"key": lock}).scalar_one():
        if time.monotonic() >= deadline:
            raise busy(right, engine.url.database, _holder(session, lock))
        time.sleep(_POLL_SECONDS)


def _holder(session: sa.Connection, lock: int) -> str:
    found = session.execute(sa.text(_HOLDER), {"high": lock >> 32, "low": lock & 0xFFFF_FFFF}).scalar()
    return str(found or "")
