"""Runs queries in the company's own database, through SQLAlchemy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from sql.dialects import database_of_url
from sql.render import Statement
from sql.sources import limits
from sql.sources.asked import Query, failed, refuse_duplicates
from sql.sources.limits import Limit
from sql.sources.one_select import refuse_others
from sql.sources.raw import Raw, spooled
from sql.sources.strict_readers import BATCH_ROWS, Batch
from transforms.errors import RetierError, WrongUseError


def from_server(url: sa.URL, statement: Statement, query: Query, scratch: Path) -> Raw:
    """Run a query once, in a transaction that can only read, and store its rows.

    Args:
        url: The database.
        statement: The query, rendered.
        query: What it is called.
        scratch: A folder for the rows.

    Raises:
        RetierError: If the database cannot be reached or refuses the query, or returns more rows than it may.
        WrongUseError: If it is not one select.
    """
    source, name, database = query.source, query.name, database_of_url(url)
    refuse_others(statement.for_duckdb(), name, is_guarded=database.is_guarded(url))
    limit = Limit(query, scratch)
    try:
        engine = sa.create_engine(database.for_reading(url), poolclass=NullPool)
        with engine.connect() as connection:
            # Keeps a query from changing the company's tables; in other databases nothing is committed.
            for begins in database.reading(limits.MOST_SECONDS):
                connection.exec_driver_sql(begins)
            streaming = connection.execution_options(stream_results=True, yield_per=BATCH_ROWS)
            result = streaming.execute(statement.for_sqlalchemy())
            if not result.returns_rows:
                raise WrongUseError(f"{name} returns no rows: make it a select")
            names = list(result.keys())
            refuse_duplicates(names, name)
            return spooled(name, "row", names, _batches(result, names, query, limit), scratch / "query")
    except (ImportError, NoSuchModuleError) as error:
        raise RetierError(
            f"{source}: {url.drivername} needs a Python package that is not installed ({error}): install it"
        ) from error
    except SQLAlchemyError as error:
        raise failed(query, getattr(error, "orig", None) or error) from error


def _batches(result: sa.CursorResult[Any], names: Sequence[str], query: Query, limit: Limit) -> Iterator[Batch]:
    source, name = query.source, query.name
    for rows in result.partitions():
        if not limit.allows(len(rows)):
            error = limit.error()
            assert error is not None
            raise error
        yield [
            [_text_of(value, column, source, name) for column, value in zip(names, row, strict=True)] for row in rows
        ]


def _text_of(value: object, column: str, source: str, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError as error:
            raise RetierError(
                f"{source}: column {column!r} of {name} holds bytes that are not text: cast it"
            ) from error
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
