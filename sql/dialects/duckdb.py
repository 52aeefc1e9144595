"""DuckDB: a file that is opened once no other process holds it; frames are read and written through Arrow."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from sql.dialects.attached import attached_file, reset_at_end
from sql.dialects.base import SCHEMA, Dialect, Right, Writer, driver_connection, quoted
from sql.dialects.file_lock import locked_file
from sql.dialects.landed import LandedInDuckDB
from transforms.errors import BusyError, RetierError, WrongUseError

_SHORTEST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 0.5
_PAUSE_SHARE = 0.1

_ONE_BY_ONE = threading.Lock()
"""If several threads opened a new file at the same time, each would make its schema, and all but one would fail."""

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

_ELSEWHERE = ("md:", "motherduck:")
"""Such a database is reached by an extension, which does not come with the driver and would be downloaded."""

_GIVEN = "_frame_to_load"

_CATALOGUE = """
    with
    relations as (
        select table_name, 'table' as kind, comment from duckdb_tables()
        where schema_name = :schema and database_name = current_database()
        union all
        select view_name as table_name, 'view' as kind, comment from duckdb_views()
        where schema_name = :schema and database_name = current_database()
    ),
    columns as (
        select table_name, column_name, column_index, data_type, is_nullable, comment from duckdb_columns()
        where schema_name = :schema and database_name = current_database()
    )
    select
        relations.table_name,
        relations.kind,
        relations.comment as table_comment,
        columns.column_name,
        columns.column_index,
        columns.data_type,
        columns.is_nullable,
        columns.comment as column_comment
    from relations
    join columns using (table_name)
    order by relations.table_name, columns.column_index
"""

_VIEWS = """
    select view_name, sql from duckdb_views()
    where schema_name = :schema and database_name = current_database()
"""

_LAYOUT = """
    select table_name, comment, sql from duckdb_tables()
    where schema_name = $schema and database_name = current_database()
    union all
    select view_name, comment, sql from duckdb_views()
    where schema_name = $schema and database_name = current_database()
"""

_TABLES = """
    select table_name from duckdb_tables()
    where schema_name = $schema and database_name = current_database()
"""

_SETTINGS = (
    "set timezone = 'UTC'",
    # A name in a query must mean a table, never a variable of the program that has the same name.
    "set python_enable_replacements = false",
    "set enable_progress_bar = false",
)


_PUBLISHING = {
    # Rows keep their order, so more threads would wait for the first one and use processor time meanwhile.
    "threads": "1",
    # Otherwise a checkpoint merges the row groups of months, and rewrites years of them for one month.
    "max_vacuum_tasks": "0",
    # The commit writes the tables at once, instead of a log that is copied into the tables when the file is closed.
    "checkpoint_threshold": "'1KB'",
}


class _ArrowStream:
    """A frame that only offers an Arrow stream: DuckDB uses pyarrow for everything it recognises as a Polars frame."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


class DuckDB(Dialect):
    """A DuckDB file: the process that has it open is its only writer."""

    name = "duckdb"
    is_file = True
    reads_files = True
    landed = LandedInDuckDB()

    def refuse_url(self, url: sa.URL, what: str) -> None:
        """Check that a URL names a file of this machine; see :meth:`sql.dialects.base.Database.refuse_url`."""
        super().refuse_url(url, what)
        if str(url.database).startswith(_ELSEWHERE):
            raise WrongUseError(
                f"{what} names a database of MotherDuck, which retier cannot use: name a file, as in "
                "duckdb:///retier.duckdb, or a PostgreSQL database"
            )

    def make_engine(self, url: sa.URL, directory: Path, wait_seconds: float, expected: str) -> sa.Engine:
        """Make the engine of a DuckDB file; see :func:`sql.engine.make_engine`.

        The file is open only while a connection is: nothing is pooled. The first connection creates it.
        """
        if url.database in {None, "", ":memory:"}:
            raise WrongUseError(f"the warehouse URL names no file, so that nothing would be kept: {expected}")
        path = directory.absolute() / str(url.database)
        engine = sa.create_engine(url.set(database=str(path)), poolclass=NullPool)

        @event.listens_for(engine, "do_connect")
        def _connect(dialect: Any, _record: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
            return _wait_for_connection(lambda: self._connected(dialect, path, args, options), path, wait_seconds)

        return engine

    def prepare(self, raw: Any) -> None:
        """Set up a connection of the driver: settings, and the schema as search path.

        Tables are never written as ``retier.account_tiers``: in a file called retier.duckdb that is ambiguous, since
        DuckDB names the database after the file. Unqualified, the tables of views are found under any name of the file.
        """
        for setting in _SETTINGS:
            raw.execute(setting)
        database = raw.execute("select current_database()").fetchall()[0][0].replace('"', '""')
        raw.execute(f'create schema if not exists "{database}".{SCHEMA}')
        raw.execute(f'use "{database}".{SCHEMA}')

    def is_there(self, url: sa.URL) -> bool:
        """Return whether the file exists, since opening it would create it."""
        return Path(str(url.database)).exists()

    def translate_error(self, error: Exception, url: sa.URL) -> RetierError:
        """Describe in a sentence why a transaction failed."""
        path = url.database
        cause = getattr(error, "orig", None) or error
        if "onflict" in str(cause) and isinstance(cause, duckdb.TransactionException):
            return BusyError(
                f"another run wrote to the warehouse {path} at the same time, so that this one left it as it was: "
                "run this again"
            )
        why = _reason(cause, _WRITING)
        return RetierError(f"the warehouse {path} could not be used and is as it was: {why}")

    def hold(self, engine: sa.Engine, who: str, wait_seconds: float, right: Right) -> AbstractContextManager[Writer]:
        """Hold the lock of a file next to the warehouse, which itself is not open all the time during a run."""
        return locked_file(Path(str(engine.url.database)), who, wait_seconds, right)

    def read(self, connection: sa.Connection, query: str, parameters: Mapping[str, object]) -> pl.DataFrame:
        """Read a query's result; see :func:`sql.dialects.read`."""
        sql, names = _compiled(query, connection.dialect)
        raw = driver_connection(connection)
        # A result that SQLAlchemy has not read to its end would block this query.
        raw.complete()
        # Scanned, since pl.DataFrame(...) of a relation makes DuckDB report leaks at the end of the process as soon as
        # pandas is installed.
        return pl.scan_arrow_c_stream(raw.sql(sql, params=[parameters[name] for name in names])).collect(
            engine="in-memory"
        )

    def load(self, connection: sa.Connection, table: str, frame: pl.DataFrame) -> None:
        """Append a frame to a table; see :func:`sql.dialects.load`."""
        with self.given(connection, _GIVEN, frame):
            # Without two lists of names: to parse them takes a sixth of the time that five thousand wide rows do.
            connection.exec_driver_sql(f"insert into {quoted(connection, table)} by name select * from {_GIVEN}")

    @contextmanager
    def given(self, connection: sa.Connection, name: str, frame: pl.DataFrame) -> Iterator[None]:
        """Let queries read a frame under a name; see :func:`sql.dialects.given`."""
        raw = driver_connection(connection)
        raw.register(name, _ArrowStream(frame))
        yield
        # After an error the name is removed by the rollback; until then the transaction accepts no statement.
        raw.unregister(name)

    def catalogue(self, connection: sa.Connection) -> pl.DataFrame:
        """List what the schema holds; see :func:`sql.dialects.catalogue`."""
        return self.read(connection, _CATALOGUE, {"schema": SCHEMA})

    def column_names(self, connection: sa.Connection) -> set[tuple[str, str]]:
        """List tables with their columns, table by table: ``duckdb_columns`` would resolve every view as well."""
        raw = driver_connection(connection)
        tables = [name for (name,) in raw.execute(_TABLES, {"schema": SCHEMA}).fetchall()]
        if not tables:
            return set()
        listed = " union all ".join(
            f"select {literal} as table_name, name as column_name from pragma_table_info({literal})"
            for literal in ("'" + name.replace("'", "''") + "'" for name in tables)
        )
        return set(raw.execute(listed).fetchall())

    def index_names(self, _connection: sa.Connection) -> set[str] | None:
        """Return None: no indexes are needed in DuckDB."""
        return None

    def normalised(self, connection: sa.Connection, queries: Mapping[str, str]) -> dict[str, str]:
        """Return queries in the form in which DuckDB stores those of views, all at once; see :class:`Dialect`."""
        probes = {f"_retier_probe_{number}": name for number, name in enumerate(queries)}
        for probe, name in probes.items():
            connection.execute(sa.text(f"create or replace temp view {probe} as {queries[name]}"))
        kept = self.read(connection, "select view_name, sql from duckdb_views() where temporary", {})
        found = {probes[probe]: _body(sql) for probe, sql in kept.iter_rows() if probe in probes}
        connection.exec_driver_sql(";".join(f"drop view {probe}" for probe in probes))
        return found

    def view_queries(self, connection: sa.Connection) -> dict[str, str]:
        """Return the query of every view of the schema; see :func:`sql.dialects.view_queries`."""
        views = self.read(connection, _VIEWS, {"schema": SCHEMA})
        return {name: _body(kept) for name, kept in views.iter_rows()}

    def can_replace_view(self, _connection: sa.Connection, _view: str, _query: str) -> bool:
        """Return True: a view that depends on another one is looked at again when it is read."""
        return True

    def dependents(self, _connection: sa.Connection, _relation: str, _column: str | None = None) -> list[str]:
        """Return nothing: any view may be dropped, and any column changed."""
        return []

    def layout(self, connection: sa.Connection) -> object:
        """Return the statements that would make the schema anew, without comments on columns.

        To list columns, DuckDB looks into every view: five times the time. Who changes a comment by hand sees it put
        right by the next process.
        """
        return sorted(driver_connection(connection).execute(_LAYOUT, {"schema": SCHEMA}).fetchall())

    def acquire_publish_lock(self, connection: sa.Connection) -> None:
        """Do nothing: the file has only one writer while it is open; see :func:`sql.dialects.acquire_publish_lock`."""

    @contextmanager
    def defining(self, connection: sa.Connection) -> Iterator[None]:
        """Neither optimise statements nor use threads meanwhile, a third of what a comment on a column costs."""
        raw = driver_connection(connection)
        raw.execute("set threads = 1")
        reset_at_end(raw, "threads")
        raw.execute("set enable_optimizer = false")
        yield
        # After an error the transaction accepts no statement; the setting ends with the connection.
        raw.execute("reset enable_optimizer")

    def make_schema(self, connection: sa.Connection) -> None:
        """Do nothing: opening the file makes the schema; see :func:`prepare`."""

    def prepare_publishing(self, connection: sa.Connection) -> None:
        """Write in one thread, directly into the tables, without rewriting the rows of other months."""
        raw = driver_connection(connection)
        for name, value in _PUBLISHING.items():
            raw.execute(f"set {name} = {value}")
            reset_at_end(raw, name)

    def exact_sum(self, value: str) -> str:
        """Write a sum that does not depend on the order of rows; see :func:`sql.dialects.exact_sum`."""
        return f"cast(sum(cast({value} as decimal(24, 4))) as double precision)"

    def from_json(self, document: str, key: str, sql_type: str, *, is_list: bool) -> str:
        """Write how a value is taken out of JSON; see :func:`sql.dialects.from_json`."""
        # A list is cast as JSON: as text, the quotes of its elements would become part of them.
        return f"cast({document} {'->' if is_list else '->>'} '{key}' as {sql_type})"

    def _connected(self, dialect: Any, path: Path, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        # Settings in the URL are those of a DuckDB of its own.
        if options.get("url_config"):
            connection = dialect.connect(*args, **options)
        else:
            connection = attached_file().connect(path, lambda: duckdb.connect(":memory:"))
        try:
            self.prepare(connection)
        except duckdb.Error:
            connection.close()
            raise
        return connection


@lru_cache(maxsize=256)
def _compiled(query: str, dialect: sa.Dialect) -> tuple[str, tuple[str, ...]]:
    """Return a query as the driver takes it, and the names of its parameters by position."""
    compiled = sa.text(query).compile(dialect=dialect)
    return str(compiled), tuple(getattr(compiled, "positiontup", None) or ())


def _wait_for_connection(connect: Callable[[], Any], path: Path, wait_seconds: float) -> Any:
    started = time.monotonic()
    while True:
        try:
            with _ONE_BY_ONE:
                return connect()
        except duckdb.Error as error:
            holder = _holder(error)
            if holder is None:
                raise _not_opened(error, path) from error
            waited = time.monotonic() - started
            if waited >= wait_seconds:
                raise BusyError(
                    f"the warehouse {path} is held by {holder}, and still was after {wait_seconds:zg} s: "
                    "wait for that program to end, or end it, and run this again"
                ) from error
            time.sleep(min(pause_seconds(waited), wait_seconds - waited))


def pause_seconds(waited: float) -> float:
    """Return the pause before the next attempt to open a file that another process holds.

    An attempt takes some 5 ms of processor time, and more in a process that has used much memory, since DuckDB creates
    a whole instance before it looks at the file. So pauses grow with the time that was waited.

    Args:
        waited: The seconds waited so far.
    """
    return min(max(_SHORTEST_PAUSE_SECONDS, waited * _PAUSE_SHARE), _LONGEST_PAUSE_SECONDS)


def _holder(error: duckdb.Error) -> str | None:
    """Return the holder of the file; None if the error is another one."""
    # While one thread closes the file, another one cannot open it for a moment.
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


def _body(create_view: str) -> str:
    return create_view.partition(" AS ")[2]
