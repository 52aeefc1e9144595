"""The warehouse's engine: waits for other writers, works in transactions, reports errors in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from sql.dialects import WarehouseGoneError, dialect_of, dialect_of_url
from sql.urls import database_url
from transforms.errors import WrongUseError

__all__ = ["EXPECTED_URL", "WAIT_SECONDS", "WarehouseGoneError", "make_engine", "transaction"]

EXPECTED_URL = "expected one such as duckdb:///retier.duckdb or postgresql://user@host/database"
WAIT_SECONDS = 60.0
"""How long to wait for another writer; a promise of the product, not a number of the policy."""


def make_engine(url: str, directory: Path | None = None, *, wait_seconds: float = WAIT_SECONDS) -> sa.Engine:
    """Make the engine of a warehouse.

    Nothing is pooled. Use connections through :func:`transaction`.

    Args:
        url: ``duckdb:///`` and a path, absolute or relative to the directory; DuckDB settings may follow as a
            query, for example ``?memory_limit=4GB``. Or ``postgresql://user:password@host:port/database``, which may be
            followed by options of libpq, for example ``?sslmode=verify-full``.
        directory: The project's folder; None means the current one.
        wait_seconds: How long to wait for another process that holds the file, or on PostgreSQL a lock.

    Raises:
        WrongUseError: If the URL names no warehouse that retier can use.
    """
    parsed = database_url(url, "the warehouse URL", EXPECTED_URL)
    dialect = dialect_of_url(parsed)
    if dialect is None:
        raise WrongUseError(f"the warehouse URL begins with {parsed.drivername!r}: {EXPECTED_URL}")
    return dialect.make_engine(parsed, directory or Path(), wait_seconds, EXPECTED_URL)


@contextmanager
def transaction(engine: sa.Engine, *, is_of_one_moment: bool = False) -> Iterator[sa.Connection]:
    """Open the warehouse for one transaction, and close the connection afterwards.

    Args:
        engine: The engine of the warehouse.
        is_of_one_moment: Whether all reads must see the same snapshot, as they always do in DuckDB. On PostgreSQL a
            transaction that publishes must not use one: it has to see what others committed before it got the lock.

    Raises:
        BusyError: If another process holds the warehouse for too long, or changed the same rows meanwhile.
        WarehouseGoneError: If the server cannot be reached, or the connection is lost.
        RetierError: If the warehouse cannot be opened, read or written; it is unchanged then.
    """
    dialect = dialect_of(engine)
    if is_of_one_moment:
        engine = dialect.read_consistently(engine)
    try:
        with engine.begin() as connection:
            yield connection
    except (SQLAlchemyError, duckdb.Error, psycopg.Error) as error:
        raise dialect.translate_error(error, engine.url) from error
