"""What differs between databases: how they are opened, locked and read, and their own SQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import sqlalchemy as sa

from sql.dialects.landed import LandedColumns
from transforms.errors import BusyError, RetierError, WrongUseError

SCHEMA = "retier"
"""The schema of all tables and views. Their names are not qualified, since it is every connection's search path."""


class WarehouseGoneError(RetierError):
    """The server cannot be reached, or the connection was lost: the transaction may be tried again.

    It is unknown whether a commit that was in progress succeeded. Publishing the same run again is safe: see
    :func:`sql.publish.publish`.
    """


class Right(Enum):
    """What one process at a time may do with a warehouse, as errors name what it holds."""

    write = "the warehouse"
    send = "the outbox of the warehouse"


class Writer(ABC):
    """A right to a warehouse, held until the end of :func:`sql.writer.holding`."""

    @abstractmethod
    def renew(self) -> None:
        """Make sure that the right is still held, since a database that was restarted has forgotten it.

        Raises:
            BusyError: If another process has taken it meanwhile.
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
        read_only: The statement that makes a transaction read-only; null if there is none, and nothing is committed.
        landed: The SQL by which vendor kits read its tables; null if they cannot.
    """

    name: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    driver: ClassVar[str | None] = None
    is_file: ClassVar[bool] = False
    reads_files: ClassVar[bool] = False
    read_only: ClassVar[str | None] = None
    landed: ClassVar[LandedColumns | None] = None

    def refuse_url(self, url: sa.URL, what: str) -> None:
        """Check that a URL names such a database.

        Args:
            url: The URL.
            what: Its name for error messages, which never repeat what it says.

        Raises:
            WrongUseError: If it cannot.
        """
        if self.is_file and (url.host or url.username or url.password):
            raise WrongUseError(
                f"{what} names a host or a user, but a database of {self.name} is a file: write three slashes and its "
                f"path, as in {self.name}:///retier.{self.name}"
            )


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
    def hold(self, engine: sa.Engine, who: str, wait_seconds: float, right: Right) -> AbstractContextManager[Writer]:
        """Hold a right to a warehouse as the only one; see :func:`sql.writer.holding`."""

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
    def dependents(self, connection: sa.Connection, relation: str, column: str | None = None) -> list[str]:
        """Name the views that would stop a view from being dropped, or a column of a table from getting another type.

        Args:
            connection: An open connection.
            relation: The view or table.
            column: The column; None for all of it.

        Returns:
            Their names as ``schema.name``, sorted.
        """

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


def busy(right: Right, warehouse: object, holder: str, waited: str = "") -> BusyError:
    """Describe that another process holds a right to a warehouse, and what to do about it."""
    return BusyError(
        f"{right.value} {warehouse} is held by {holder or 'another run'}{waited}: wait for it to end, or end it, and "
        "run this again"
    )
