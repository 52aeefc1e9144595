"""The warehouse in a PostgreSQL server: how it is reached, and what is said when it cannot be used."""

from __future__ import annotations

from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from sql.dialects.errors import WarehouseGoneError
from sql.dialects.postgresql import prepare
from transforms.errors import BusyError, RetierError, WrongUseError

DRIVER = "postgresql+psycopg"
"""How a warehouse URL begins once it is read."""

_OPTIONS = {
    "application_name": "retier",
    "connect_timeout": "10",
    # A server that vanished is noticed after a minute instead of two hours.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
"""What libpq is told unless the URL says otherwise."""

# libpq gives no code of why it could not connect, only what the server or the system said.
_CONNECTING = (
    ("certificate", "a certificate for SSL is missing or wrong; fix ?sslrootcert= or ?sslcert= in the warehouse URL"),
    ("password authentication failed", "it refuses the user or the password; fix the warehouse URL"),
    ("no password supplied", "it wants a password; put one into the warehouse URL, or into ~/.pgpass"),
    ("no pg_hba.conf entry", "it does not let this user in from this machine; have pg_hba.conf allow it"),
    ("does not exist", "the database or the user does not exist; make it, or fix the warehouse URL"),
    ("permission denied for database", "this user may not connect to the database; grant connect on it"),
    ("invalid connection option", "the warehouse URL holds an option that libpq does not know; fix it"),
    ("failed to resolve host", "its host is not known; fix the warehouse URL"),
    ("could not translate host name", "its host is not known; fix the warehouse URL"),
    ("SSL", "it cannot be reached by SSL as the warehouse URL wants it; fix ?sslmode= or the certificates"),
)
_UNREACHABLE = (
    ("Connection refused", "nothing listens there"),
    ("No such file or directory", "there is no socket in that folder"),
    ("timeout", "it does not answer"),
    ("starting up", "it is starting up"),
    ("shutting down", "it is shutting down"),
    ("not yet accepting connections", "it is starting up"),
    ("closed the connection unexpectedly", "it closed the connection"),
    ("unreachable", "there is no way to that host"),
    ("Connection reset", "it closed the connection"),
)
_FULL = ("too many clients", "remaining connection slots", "too many connections")

_BUSY = {
    "40001": "another run wrote the same rows at the same time",
    "40P01": "another transaction waited for this one while this one waited for it",
    "55P03": "another transaction holds it, and still did after the time to wait",
}
_FAILED = {
    "25006": "it takes no writes, as a standby does not; name the primary server in the warehouse URL",
    "2BP01": "views or other objects that are not retier's rest on a view of it; drop them, run this again and make "
    "them anew",
    "3F000": "it has no schema retier yet; run a month first",
    "42501": "this user lacks a right, as the server says; run deploy/postgres/roles.sql, or grant it",
    "53100": "the disk of the server is full; make room and run this again",
    "53200": "the server is out of memory; free some, or lower work_mem",
    "57014": "a timeout of the server ended it; raise statement_timeout for this user",
}
_ENDED = ("57P01", "57P02", "57P03", "57P04", "57P05")
_CONNECTION_CLASS = "08"


def make_engine(url: sa.URL, wait_seconds: float, expected: str) -> sa.Engine:
    """Make the engine of a database; see :func:`sql.engine.make_engine`."""
    if not url.database:
        raise WrongUseError(f"the warehouse URL names no database: {expected}")
    query = {**_OPTIONS, **url.query}
    # The hstore type, which SQLAlchemy would look up in every new connection, is not used.
    engine = sa.create_engine(url.set(query=query), poolclass=NullPool, use_native_hstore=False)

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, _record: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        try:
            return _prepared(dialect.connect(*args, **options), wait_seconds)
        except psycopg.Error as error:
            raise _not_opened(error, engine.url) from error

    return engine


def told(error: Exception, url: sa.URL) -> RetierError:
    """Say in a sentence why a transaction failed."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlstate", None) or ""
    name = _name(url)
    if _is_gone(error, cause, code):
        return WarehouseGoneError(
            f"the warehouse {name} went away while it was in use, so that it is as it was, unless it was lost while "
            "confirming: run this again when the server is back"
        )
    if code in _BUSY:
        return BusyError(
            f"the warehouse {name} was busy, so that this run left it as it was: {_BUSY[code]}; run this again"
        )
    said = _said(cause)
    why = f"{_FAILED[code]} ({said})" if code in _FAILED else said
    return RetierError(f"the warehouse {name} could not be used and is as it was: {why}")


def _prepared(raw: psycopg.Connection[Any], wait_seconds: float) -> psycopg.Connection[Any]:
    try:
        prepare(raw)
        # Zero would mean to wait for ever.
        raw.execute(f"set lock_timeout = {max(round(wait_seconds * 1000), 1)}".encode())
        raw.commit()
    except psycopg.Error:
        raw.close()
        raise
    return raw


def _not_opened(error: psycopg.Error, url: sa.URL) -> RetierError:
    name, text = _name(url), str(error)
    if any(sign in text for sign in _FULL):
        return BusyError(f"the warehouse {name} has no connection left: run this again when others have ended")
    for sign, why in _UNREACHABLE:
        if sign in text:
            return WarehouseGoneError(
                f"the warehouse {name} cannot be reached: {why}; start the server, or fix the warehouse URL"
            )
    why = next((sentence for sign, sentence in _CONNECTING if sign in text), _said(error))
    return RetierError(f"the warehouse {name} cannot be opened: {why}")


def _is_gone(error: Exception, cause: object, code: str) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if code in _ENDED or code.startswith(_CONNECTION_CLASS):
        return True
    # libpq itself found the connection dead: there is no code where no server answered.
    return not code and isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)


def _said(error: object) -> str:
    first_line = str(error).strip().partition("\n")[0] or type(error).__name__
    return f"PostgreSQL says {first_line!r}"


def _name(url: sa.URL) -> str:
    """Name the database and where it is, and never who asks for it with which password."""
    host = url.host or url.query.get("host") or "this machine"
    place = ", ".join(host) if isinstance(host, tuple) else host
    return f"{url.database} on {place}" + (f":{url.port}" if url.port else "")
