"""Runs queries: on DuckDB over the project's files, or in the company's own database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import sqlalchemy as sa
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from sql.atomic import is_out_of_space
from sql.dialects import database_of_url
from sql.render import Statement
from sql.sources.casts import EXACT_FLOAT
from sql.sources.raw import ROW, Raw, spooled
from sql.sources.strict_readers import BATCH_ROWS, Batch
from sql.sources.text import connect, identifier, literal, streamed
from sql.urls import database_url
from transforms.errors import RetierError, WrongUseError, first_few
from transforms.month import Month

# The types that Polars reads directly; every other type is read as text.
_PLAIN_TYPES = ("BOOLEAN", "DOUBLE", "FLOAT", "DATE", "VARCHAR", "BLOB", "UUID")
_PLAIN_FAMILIES = ("TIMESTAMP", "DECIMAL(")


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a source.

    Attributes:
        source: The source.
        name: The query's name in messages.
        database: The URL of the database that runs it; None means DuckDB in memory, with paths relative to the project.
        remedy: What to do where the database refuses it.
    """

    source: str
    name: str
    database: str | None = None
    remedy: str = "fix the query"

    def for_month(self, month: Month) -> Query:
        """Return the same query with the name that it has when it is run for a month."""
        return replace(self, name=f"{self.name} for {month}")


def run_query(statement: Statement, query: Query, project: Path, scratch: Path) -> Raw:
    """Run a query once and store its rows on disk, so that they can be read again unchanged.

    Args:
        statement: The query, rendered.
        query: What it is called, and where it runs.
        project: The project's folder.
        scratch: A folder for the rows.

    Raises:
        RetierError: If the database cannot be reached, or refuses the query.
        WrongUseError: If the URL of the database cannot be read, or the query does not end with a select.
        duckdb.Error, polars.exceptions.PolarsError: If the scratch folder has no room for the rows.
    """
    if query.database is None:
        return _from_duckdb(":memory:", statement, query, project, scratch)
    url = url_of(query.database, query.source, project)
    if database_of_url(url).reads_files:
        return _from_duckdb(url.database or ":memory:", statement, query, project, scratch)
    return _from_sqlalchemy(url, statement, query, scratch)


def url_of(database: str, source: str, project: Path) -> sa.URL:
    """Parse the URL of a source's database; a file's path is made absolute.

    Raises:
        RetierError: If it names a file that is not there.
        WrongUseError: If it cannot be read.
    """
    url = database_url(database, f"{source}: the database's URL", "expected dialect://user@host/database")
    if database_of_url(url).is_file and url.database and url.database != ":memory:":
        path = project / url.database
        if not path.is_file():
            raise RetierError(f"{source}: there is no database {path}: put it there, or fix database in retier.yaml")
        url = url.set(database=str(path))
    return url


def _from_duckdb(database: str, statement: Statement, query: Query, project: Path, scratch: Path) -> Raw:
    name, spool = query.name, scratch / "query.parquet"
    try:
        with connect(database, read_only=database != ":memory:") as connection:
            connection.execute(f"set file_search_path = {literal(str(project.absolute()))}")
            connection.execute(f"set temp_directory = {literal(str(scratch / 'spilled'))}")
            relation = _last_relation(connection, statement, name)
            types = dict(zip(relation.columns, map(str, relation.types), strict=True))
            _refuse_duplicates(relation.columns, name)
            plain = ", ".join(_as_read(column, dtype) for column, dtype in types.items())
            streamed(relation.project(plain)).sink_parquet(spool, compression="lz4")
    except (duckdb.Error, pl.exceptions.PolarsError) as error:
        if is_out_of_space(error):
            raise
        raise _failed(query, error) from error
    schema = dict(pl.scan_parquet(spool, glob=False).collect_schema())
    del schema[ROW]
    return Raw(name, "row", schema, lambda: pl.scan_parquet(spool, glob=False))


def _last_relation(connection: duckdb.DuckDBPyConnection, statement: Statement, name: str) -> duckdb.DuckDBPyRelation:
    """Run all statements but the last, and return the relation of the last one."""
    relation = None
    for each in connection.extract_statements(statement.for_duckdb()):
        given = {key: value for key, value in statement.parameters.items() if key in each.named_parameters}
        found = connection.sql(each.query, params=given) if given else connection.sql(each.query)
        relation = found if each.type == duckdb.StatementType.SELECT else None
    if relation is None:
        raise WrongUseError(f"{name} returns no rows: end it with a select")
    return relation


def _as_read(column: str, dtype: str) -> str:
    is_plain = dtype in _PLAIN_TYPES or dtype.startswith(_PLAIN_FAMILIES) or dtype.removeprefix("U").endswith("INT")
    is_plain |= dtype == "INTEGER" or dtype == "UINTEGER"
    quoted = identifier(column)
    return quoted if is_plain else f"cast({quoted} as varchar) as {quoted}"


def _from_sqlalchemy(url: sa.URL, statement: Statement, query: Query, scratch: Path) -> Raw:
    source, name = query.source, query.name
    try:
        engine = sa.create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            # Keeps a query from changing the company's tables; in other databases nothing is committed.
            read_only = database_of_url(url).read_only
            if read_only is not None:
                connection.exec_driver_sql(read_only)
            streaming = connection.execution_options(stream_results=True, yield_per=BATCH_ROWS)
            result = streaming.execute(statement.for_sqlalchemy())
            if not result.returns_rows:
                raise WrongUseError(f"{name} returns no rows: make it a select")
            names = list(result.keys())
            _refuse_duplicates(names, name)
            return spooled(name, "row", names, _batches(result, names, source, name), scratch / "query")
    except (ImportError, NoSuchModuleError) as error:
        raise RetierError(
            f"{source}: {url.drivername} needs a Python package that is not installed ({error}): install it"
        ) from error
    except SQLAlchemyError as error:
        raise _failed(query, getattr(error, "orig", None) or error) from error


def _batches(result: sa.CursorResult[Any], names: Sequence[str], source: str, name: str) -> Iterator[Batch]:
    for rows in result.partitions():
        yield [
            [_text_of(value, column, source, name) for column, value in zip(names, row, strict=True)] for row in rows
        ]


def _text_of(value: object, column: str, source: str, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # As everywhere: integral numbers without .0, since they are mostly ids in a column that has nulls.
        return str(int(value)) if value.is_integer() and abs(value) < EXACT_FLOAT else str(value)
    if isinstance(value, int | Decimal):
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


def _refuse_duplicates(names: Sequence[str], name: str) -> None:
    twice = [column for column, times in Counter(names).items() if times > 1]
    if twice:
        raise WrongUseError(f"{name} returns {first_few(twice)} more than once: rename with 'as'")


def _failed(query: Query, error: BaseException) -> RetierError:
    reason = str(error).strip().partition("\n")[0] or type(error).__name__
    return RetierError(f"{query.source}: {query.name} failed: the database says {reason!r}: {query.remedy}")
