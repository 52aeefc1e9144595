"""What differs between databases: how they are opened, locked and read, and their own SQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import sqlalchemy as sa

from sql.dialects.landed import LandedColumns
from transforms.errors import BusyError, RetierError

SCHEMA = "retier"
"""The schema of all tables and views. Their names are not qualified, since it is every connection's search path."""


class WarehouseGoneError(RetierError):
    """The server cannot be reached, or the connection was lost: the transaction may be tried again.

    It is unknown whether a commit that was in progress succeeded. Publishing the same run again is safe: see
    :func:`sql.publish.publish`.
    """


class Writer(ABC):
    """The right to write to a warehouse, held until the end of :func:`sql.writer.writing`."""

    @abstractmethod
    def renew(self) -> None:
        """Make sure that the right is still held, since a database that was restarted has forgotten it.

        Raises:
            BusyError: If another writer has taken it meanwhile.
            WarehouseGoneError: If the server cannot be reached; the right may be renewed again later.
            RetierError: If the database cannot be used.
        """


class Database:
    """One kind of database that sources can be read from; this class is used for databases without their own.

    Attributes:
        name: The database's name in SQLAlchemy's backends and in URLs.
        aliases: Other names that URLs may start with.
        driver: The driver that comes with retier, as URLs name it; null means whichever SQLAlchemy finds.
        is_file: Whether a URL names a file.
        reads_files: Whether it runs in this process, so that its queries may read the project's files.
        landed: The SQL by which vendor kits read its tables; null if they cannot.
    """

    name: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    driver: ClassVar[str | None] = None
    is_file: ClassVar[bool] = False
    reads_files: ClassVar[bool] = False
    landed: ClassVar[LandedColumns | None] = None

    def is_guarded(self, _url: sa.URL) -> bool:
        """Return whether the driver of a URL refuses a second statement in a text."""
        return False

    def reading(self, _most_seconds: float) -> tuple[str, ...]:
        """Return the statements with which a transaction begins that can only read, and not for ever.

        Where there are none, nothing is committed all the same.

        Args:
            _most_seconds: How long the database may work on a result, or on a further part of it.
        """
        return ()

    def for_reading(self, url: sa.URL) -> sa.URL:
        """Return the URL by which a source's database is opened, so that opening changes nothing."""
        return url


class Dialect(Database, ABC):
    """One kind of database that can be a warehouse."""

    # Opening

    @abstractmethod
    def make_engine(self, url: sa.URL, directory: Path, wait_seconds: float, expected: str) -> sa.Engine:
        """Make the engine of a warehouse; see :func:`sql.engine.make_engine`.

        Args:
            url: Its URL.
            directory: The project's folder.
            wait_seconds: How long to wait for another process that holds it.
            expected: What a URL looks like, for error messages.

        Raises:
            WrongUseError: If the URL names no warehouse.
        """

    @abstractmethod
    def prepare(self, raw: Any) -> None:
        """Set up a connection of the driver: UTC, and the schema as search path."""

    @abstractmethod
    def is_there(self, url: sa.URL) -> bool:
        """Return whether the database exists, or connecting does not create it."""

    def read_consistently(self, engine: sa.Engine) -> sa.Engine:
        """Return an engine in whose transactions all reads see the same snapshot."""
        return engine

    @abstractmethod
    def translate_error(self, error: Exception, url: sa.URL) -> RetierError:
        """Describe in a sentence why a transaction failed."""

    @abstractmethod
    def hold(self, engine: sa.Engine, who: str, wait_seconds: float) -> AbstractContextManager[Writer]:
        """Hold a warehouse as its only writer; see :func:`sql.writer.writing`."""

    # Frames in and out

    @abstractmethod
    def read(self, connection: sa.Connection, query: str, parameters: Mapping[str, object]) -> pl.DataFrame:
        """Read a query's result; see :func:`sql.dialects.read`."""

    @abstractmethod
    def load(self, connection: sa.Connection, table: str, frame: pl.DataFrame) -> None:
        """Append a frame to a table; see :func:`sql.dialects.load`."""

    @abstractmethod
    def given(self, connection: sa.Connection, name: str, frame: pl.DataFrame) -> AbstractContextManager[None]:
        """Let queries read a frame under a name; see :func:`sql.dialects.given`."""

    # The catalogue

    @abstractmethod
    def catalogue(self, connection: sa.Connection) -> pl.DataFrame:
        """List the columns of tables and views; see :func:`sql.dialects.catalogue`."""

    @abstractmethod
    def column_names(self, connection: sa.Connection) -> set[tuple[str, str]]:
        """List tables with their columns, as pairs of names; faster than the whole catalogue."""

    @abstractmethod
    def index_names(self, connection: sa.Connection) -> set[str] | None:
        """Return the names of the schema's indexes; None if none are needed in this database."""

    @abstractmethod
    def normalised(self, connection: sa.Connection, queries: Mapping[str, str]) -> dict[str, str]:
        """Return queries in the form in which the database stores those of views, so that they can be compared.

        Args:
            connection: An open connection.
            queries: By the name of a view, or any other.
        """

    @abstractmethod
    def view_queries(self, connection: sa.Connection) -> dict[str, str]:
        """Return the query of every view of the schema, in the form of :meth:`normalised`."""

    @abstractmethod
    def can_replace_view(self, connection: sa.Connection, view: str, query: str) -> bool:
        """Return whether a view that exists can get another query without being dropped."""

    @abstractmethod
    def dependents(self, connection: sa.Connection, view: str) -> list[str]:
        """Name the views that would stop a view from being dropped, as ``schema.name``, sorted."""

    def layout(self, connection: sa.Connection) -> object:
        """Return a fingerprint of the schema's layout: tables, columns, views, comments and indexes."""
        return (
            self.catalogue(connection).rows(),
            sorted(self.view_queries(connection).items()),
            sorted(self.index_names(connection) or ()),
        )

    def defining(self, _connection: sa.Connection) -> AbstractContextManager[None]:
        """Set up a connection for the hundreds of small statements that define the schema, or look at it."""
        return nullcontext()

    @abstractmethod
    def make_schema(self, connection: sa.Connection) -> None:
        """Make the schema if it is missing; the caller holds the publish lock."""

    @abstractmethod
    def acquire_publish_lock(self, connection: sa.Connection) -> None:
        """Wait until no other transaction publishes; see :func:`sql.dialects.acquire_publish_lock`."""

    @abstractmethod
    def prepare_publishing(self, connection: sa.Connection) -> None:
        """Set up a transaction that is about to replace the rows of a month, until the connection is closed."""

    # SQL that differs

    @abstractmethod
    def exact_sum(self, value: str) -> str:
        """Return SQL that sums numbers; see :func:`sql.dialects.exact_sum`."""

    @abstractmethod
    def from_json(self, document: str, key: str, sql_type: str, *, is_list: bool) -> str:
        """Return SQL that takes the value of a key out of a JSON document.

        Args:
            document: An SQL expression of type json.
            key: The key, a column of a contract.
            sql_type: The type of the result.
            is_list: Whether that is a list type.
        """


def execute(connection: sa.Connection, statement: str | sa.Executable, **parameters: object) -> None:
    """Run a statement for its effect; parameters are written ``:name`` in it."""
    connection.execute(sa.text(statement) if isinstance(statement, str) else statement, parameters)


def quoted(connection: sa.Connection, name: str) -> str:
    """Return a name as an SQL identifier, quoted if it is a reserved word."""
    return str(connection.dialect.identifier_preparer.quote(name))


def literal(text: str) -> str:
    """Return a text as an SQL literal for a statement of :func:`execute`, where parameters are not allowed."""
    escaped = text.replace("'", "''").replace(":", "\\:")
    return f"'{escaped}'"


def driver_connection(connection: sa.Connection) -> Any:
    """Return the driver's own connection, which SQLAlchemy's wraps."""
    return connection.connection.driver_connection


def busy(warehouse: str, holder: str, waited: str = "") -> BusyError:
    """Describe that another writer holds a warehouse, and what to do about it."""
    return BusyError(
        f"{warehouse} is held by {holder or 'another run'}{waited}: wait for it to end, or end it, and run this again"
    )
