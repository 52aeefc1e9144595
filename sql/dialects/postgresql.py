"""PostgreSQL: connections to a server, sentences for its errors, and reading and writing frames by COPY."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import sqlalchemy as sa
from psycopg.types.numeric import FloatDumper
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from sql.dialects.base import SCHEMA, Dialect, WarehouseGoneError, Writer, driver_connection, quoted
from sql.dialects.copy_in import rendered
from sql.dialects.copy_out import parsed
from sql.dialects.landed import LandedInPostgreSQL
from sql.dialects.session_lock import locked_session
from sql.tables import sql_type
from transforms.errors import BusyError, RetierError, WrongUseError

_TURN = 0x72_6574_6965_72FF
"""The advisory lock of transactions that write; not the one that :mod:`sql.writer` holds for a whole run."""

_SETTINGS = (
    "set timezone = 'UTC'",
    f"set search_path = {SCHEMA}",
    # Dates and numbers are read as text, which must be exact and in one form whatever the server's settings.
    "set datestyle = 'ISO, YMD'",
    "set extra_float_digits = 1",
    "set client_encoding = 'UTF8'",
)

_CATALOGUE = """
    select
        relations.relname as table_name,
        case relations.relkind when 'v' then 'view' else 'table' end as kind,
        obj_description(relations.oid, 'pg_class') as table_comment,
        columns.attname as column_name,
        cast(columns.attnum as integer) as column_index,
        format_type(columns.atttypid, columns.atttypmod) as data_type,
        not columns.attnotnull as is_nullable,
        col_description(relations.oid, columns.attnum) as column_comment
    from pg_catalog.pg_class as relations
    join pg_catalog.pg_namespace as schemas on schemas.oid = relations.relnamespace
    join pg_catalog.pg_attribute as columns
        on columns.attrelid = relations.oid and columns.attnum > 0 and not columns.attisdropped
    where schemas.nspname = :schema and relations.relkind in ('r', 'p', 'v')
    order by relations.relname collate "C", columns.attnum
"""

_COLUMN_NAMES = """
    select relations.relname, columns.attname
    from pg_catalog.pg_class as relations
    join pg_catalog.pg_namespace as schemas on schemas.oid = relations.relnamespace
    join pg_catalog.pg_attribute as columns
        on columns.attrelid = relations.oid and columns.attnum > 0 and not columns.attisdropped
    where schemas.nspname = :schema and relations.relkind in ('r', 'p')
"""

_VIEWS = """
    select relations.relname as view_name, pg_get_viewdef(relations.oid) as query
    from pg_catalog.pg_class as relations
    join pg_catalog.pg_namespace as schemas on schemas.oid = relations.relnamespace
    where schemas.nspname = :schema and relations.relkind = 'v'
"""

_VIEW_COLUMNS = """
    select attname, format_type(atttypid, atttypmod)
    from pg_catalog.pg_attribute
    where attrelid = cast(:view as regclass) and attnum > 0 and not attisdropped
    order by attnum
"""

_DEPENDENTS = """
    select distinct schemas.nspname || '.' || relations.relname as name
    from pg_catalog.pg_depend as dependencies
    join pg_catalog.pg_rewrite as rules
        on rules.oid = dependencies.objid and dependencies.classid = cast('pg_rewrite' as regclass)
    join pg_catalog.pg_class as relations on relations.oid = rules.ev_class
    join pg_catalog.pg_namespace as schemas on schemas.oid = relations.relnamespace
    where dependencies.refclassid = cast('pg_class' as regclass)
        and dependencies.refobjid = cast(:view as regclass)
        and relations.oid <> dependencies.refobjid
    order by name
"""

# Of this transaction alone; a limit of the server's, if there is a lower one, stays.
_TIME_LIMIT = """
    select set_config('statement_timeout', '{milliseconds}', true)
    from pg_catalog.pg_settings
    where name = 'statement_timeout' and cast(setting as bigint) not between 1 and {milliseconds}
"""

_PROBE = "_retier_probe"

_OPTIONS = {
    "application_name": "retier",
    "connect_timeout": "10",
    # A server that vanished is noticed after a minute instead of two hours.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
"""Options of libpq unless the URL says otherwise."""

# libpq has no error codes for a failed connection, only what the server or the system said.
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
    "2BP01": "views or other objects that are not retier's depend on a view of it; drop them, run this again and "
    "create them again",
    "3F000": "it has no schema retier yet; run a month first",
    "42501": "this user lacks a right, as the server says; run deploy/postgres/roles.sql, or grant it",
    "53100": "the disk of the server is full; make room and run this again",
    "53200": "the server is out of memory; free some, or lower work_mem",
    "57014": "a timeout of the server ended it; raise statement_timeout for this user",
}
_ENDED = ("57P01", "57P02", "57P03", "57P04", "57P05")
_CONNECTION_CLASS = "08"


class _TypedFloat(FloatDumper):
    """Writes a float into a query's text with its type; without it PostgreSQL would read a decimal."""

    def quote(self, obj: Any) -> bytes:
        return b"'%s'::float8" % self.dump(obj)


class PostgreSQL(Dialect):
    """A PostgreSQL server, reached by psycopg."""

    name = "postgresql"
    aliases = ("postgres",)
    driver = "postgresql+psycopg"
    landed = LandedInPostgreSQL()

    def reading(self, most_seconds: float) -> tuple[str, ...]:
        """Return the statements that make a transaction read-only, and end it in time where the server would not."""
        return ("set transaction read only", _TIME_LIMIT.format(milliseconds=round(most_seconds * 1000)))

    def is_guarded(self, url: sa.URL) -> bool:
        """Return whether it is psycopg, which declares a cursor for a query, and that takes one select."""
        return url.drivername == self.driver

    def make_engine(self, url: sa.URL, _directory: Path, wait_seconds: float, expected: str) -> sa.Engine:
        """Make the engine of a database; see :func:`sql.engine.make_engine`."""
        if not url.database:
            raise WrongUseError(f"the warehouse URL names no database: {expected}")
        query = {**_OPTIONS, **url.query}
        # The hstore type, which SQLAlchemy would look up in every new connection, is not used.
        engine = sa.create_engine(url.set(query=query), poolclass=NullPool, use_native_hstore=False)

        @event.listens_for(engine, "do_connect")
        def _connect(dialect: Any, _record: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
            try:
                return self._prepared(dialect.connect(*args, **options), wait_seconds)
            except psycopg.Error as error:
                raise _not_opened(error, engine.url) from error

        return engine

    def prepare(self, raw: psycopg.Connection[Any]) -> None:
        """Set up a connection: UTC, and the schema, which may not exist yet, as search path."""
        raw.adapters.register_dumper(float, _TypedFloat)
        for setting in _SETTINGS:
            raw.execute(setting.encode())
        raw.commit()

    def is_there(self, _url: sa.URL) -> bool:
        """Return True: connecting creates nothing, and fails by itself if there is no such database."""
        return True

    def read_consistently(self, engine: sa.Engine) -> sa.Engine:
        """Return an engine whose transactions read a snapshot."""
        return engine.execution_options(isolation_level="REPEATABLE READ")

    def translate_error(self, error: Exception, url: sa.URL) -> RetierError:
        """Describe in a sentence why a transaction failed."""
        cause = getattr(error, "orig", None) or error
        code = getattr(cause, "sqlstate", None) or ""
        name = _name(url)
        if _is_gone(error, cause, code):
            return WarehouseGoneError(
                f"the warehouse {name} went away while it was in use, so that it is as it was, unless it was lost "
                "while confirming: run this again when the server is back"
            )
        if code in _BUSY:
            return BusyError(
                f"the warehouse {name} was busy, so that this run left it as it was: {_BUSY[code]}; run this again"
            )
        said = _said(cause)
        why = f"{_FAILED[code]} ({said})" if code in _FAILED else said
        return RetierError(f"the warehouse {name} could not be used and is as it was: {why}")

    def hold(self, engine: sa.Engine, who: str, _wait_seconds: float) -> AbstractContextManager[Writer]:
        """Hold an advisory lock in a session that does nothing else, without waiting for another holder."""
        return locked_session(engine, who, self.translate_error)

    def read(self, connection: sa.Connection, query: str, parameters: Mapping[str, object]) -> pl.DataFrame:
        """Read a query's result; see :func:`sql.dialects.read`.

        The result is read by COPY over the connection itself: Arrow's driver would need another one, which could not
        see what the transaction has written.
        """
        compiled = sa.text(query).bindparams(**parameters).compile(dialect=connection.dialect)
        raw = driver_connection(connection)
        # COPY takes no parameters, so the driver writes them into the text as literals.
        written = psycopg.ClientCursor(raw).mogrify(str(compiled).encode(), compiled.params)
        with raw.cursor() as cursor:
            # COPY does not describe its columns either, so their types are asked for first.
            cursor.execute(f"select * from (\n{written}\n) as described limit 0".encode())
            columns = cursor.description or []
            with cursor.copy(f"copy (\n{written}\n) to stdout (format csv)".encode()) as copied:
                return parsed(copied, columns)

    def load(self, connection: sa.Connection, table: str, frame: pl.DataFrame) -> None:
        """Append a frame to a table; see :func:`sql.dialects.load`.

        The rows are written directly into the table. With a staging table they would be written twice, without being
        any safer: until the commit no other session sees them, and after a crash none ever will.
        """
        if frame.is_empty():
            return
        names = ", ".join(quoted(connection, name) for name in frame.columns)
        statement = f"copy {quoted(connection, table)} ({names}) from stdin (format csv)"
        with driver_connection(connection).cursor() as cursor, cursor.copy(statement.encode()) as copied:
            for piece in rendered(frame, table):
                copied.write(piece)

    @contextmanager
    def given(self, connection: sa.Connection, name: str, frame: pl.DataFrame) -> Iterator[None]:
        """Let queries read a frame under a name; see :func:`sql.dialects.given`."""
        columns = ", ".join(
            f"{quoted(connection, column)} {sql_type(dtype).compile(connection.dialect)}"
            for column, dtype in frame.schema.items()
        )
        connection.execute(sa.text(f"create temp table {quoted(connection, name)} ({columns}) on commit drop"))
        self.load(connection, name, frame)
        yield
        # After an error the table is removed by the rollback; until then the transaction accepts no statement.
        connection.execute(sa.text(f"drop table pg_temp.{quoted(connection, name)}"))

    def catalogue(self, connection: sa.Connection) -> pl.DataFrame:
        """List what the schema holds; see :func:`sql.dialects.catalogue`."""
        return self.read(connection, _CATALOGUE, {"schema": SCHEMA})

    def column_names(self, connection: sa.Connection) -> set[tuple[str, str]]:
        """List tables and views with their columns; see :func:`sql.dialects.column_names`."""
        found = connection.execute(sa.text(_COLUMN_NAMES), {"schema": SCHEMA})
        return {(table, column) for table, column in found}

    def index_names(self, connection: sa.Connection) -> set[str] | None:
        """Return the names of the schema's indexes; see :func:`sql.dialects.index_names`."""
        found = self.read(
            connection, "select indexname from pg_catalog.pg_indexes where schemaname = :schema", {"schema": SCHEMA}
        )
        return set(found["indexname"])

    def normalised(self, connection: sa.Connection, queries: Mapping[str, str]) -> dict[str, str]:
        """Return queries in the form in which PostgreSQL shows those of views; see :class:`Dialect`."""
        found = {}
        # Rolled back, so that nothing is left in the database's catalogue.
        with connection.begin_nested() as probe:
            for name, query in queries.items():
                connection.execute(sa.text(f"create or replace temp view {_PROBE} as {query}"))
                kept = self.read(connection, f"select pg_get_viewdef('pg_temp.{_PROBE}'::regclass) as query", {})
                connection.execute(sa.text(f"drop view {_PROBE}"))
                found[name] = str(kept["query"].item())
            probe.rollback()
        return found

    def view_queries(self, connection: sa.Connection) -> dict[str, str]:
        """Return the query of every view of the schema; see :func:`sql.dialects.view_queries`."""
        return dict(self.read(connection, _VIEWS, {"schema": SCHEMA}).iter_rows())

    def can_replace_view(self, connection: sa.Connection, view: str, query: str) -> bool:
        """Return whether the columns that there are keep their names, types and order: others may follow them."""
        kept = _columns_of(connection, f"{SCHEMA}.{quoted(connection, view)}")
        with _probe(connection, query):
            return _columns_of(connection, f"pg_temp.{_PROBE}")[: len(kept)] == kept

    def dependents(self, connection: sa.Connection, view: str) -> list[str]:
        """Name the views, materialised ones included, that read a view; see :meth:`Dialect.dependents`."""
        name = f"{SCHEMA}.{quoted(connection, view)}"
        return [str(found) for (found,) in connection.execute(sa.text(_DEPENDENTS), {"view": name})]

    def acquire_publish_lock(self, connection: sa.Connection) -> None:
        """Wait until no other transaction writes; see :func:`sql.dialects.acquire_publish_lock`."""
        connection.execute(sa.text("select pg_advisory_xact_lock(:turn)"), {"turn": _TURN})

    def make_schema(self, connection: sa.Connection) -> None:
        """Make the schema if it is missing; see :func:`sql.dialects.make_schema`."""
        # Checked first: the right to create schemas is needed even if "if not exists" finds one.
        found = self.read(
            connection, "select 1 as found from pg_catalog.pg_namespace where nspname = :schema", {"schema": SCHEMA}
        )
        if found.is_empty():
            connection.execute(sa.text(f"create schema {SCHEMA}"))

    def prepare_publishing(self, connection: sa.Connection) -> None:
        """Do nothing: the server's settings are those of its administrator."""

    def exact_sum(self, value: str) -> str:
        """Write a sum that does not depend on the order of rows; see :func:`sql.dialects.exact_sum`."""
        # Cast to text first, since PostgreSQL only keeps 15 digits when it casts a float to a decimal.
        return f"cast(sum(cast(cast({value} as varchar) as decimal(24, 4))) as double precision)"

    def from_json(self, document: str, key: str, sql_type: str, *, is_list: bool) -> str:
        """Write how a value is taken out of JSON; see :func:`sql.dialects.from_json`."""
        if not is_list:
            return f"cast({document} ->> '{key}' as {sql_type})"
        elements = f"json_array_elements_text({document} -> '{key}') with ordinality as elements (element, place)"
        array = f"cast(array(select element from {elements} order by place) as {sql_type})"
        return f"case json_typeof({document} -> '{key}') when 'array' then {array} end"

    def _prepared(self, raw: psycopg.Connection[Any], wait_seconds: float) -> psycopg.Connection[Any]:
        try:
            self.prepare(raw)
            # Zero would mean to wait forever.
            raw.execute(f"set lock_timeout = {max(round(wait_seconds * 1000), 1)}".encode())
            raw.commit()
        except psycopg.Error:
            raw.close()
            raise
        return raw


@contextmanager
def _probe(connection: sa.Connection, query: str) -> Iterator[None]:
    """Make a view of a query for the length of a block; rolled back, so that nothing is left in the catalogue."""
    with connection.begin_nested() as probe:
        connection.execute(sa.text(f"create temp view {_PROBE} as {query}"))
        yield
        probe.rollback()


def _columns_of(connection: sa.Connection, view: str) -> list[tuple[str, str]]:
    """Return names and types of a view's columns, in order."""
    return [(name, kind) for name, kind in connection.execute(sa.text(_VIEW_COLUMNS), {"view": view})]


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
    """Return the name and place of the database, without the user and the password."""
    host = url.host or url.query.get("host") or "this machine"
    place = ", ".join(host) if isinstance(host, tuple) else host
    return f"{url.database} on {place}" + (f":{url.port}" if url.port else "")
