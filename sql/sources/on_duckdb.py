"""Runs queries on DuckDB, by a connection that can read the project, what is named, and nothing else.

It has no way to write, to load an extension, to reach another machine, or to change a setting: not by any SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from sql.atomic import is_out_of_space
from sql.render import Statement
from sql.sources import limits
from sql.sources.asked import Query, failed, refuse_duplicates
from sql.sources.given import Given, given_files
from sql.sources.limits import Limit
from sql.sources.looked_through import LookedThrough
from sql.sources.raw import ROW, Raw
from sql.sources.text import connect, identifier, literal, no_glob, streamed
from transforms.errors import RetierError
from transforms.passwords import without_password

# The types that Polars reads directly; every other type is read as text.
_PLAIN_TYPES = ("BOOLEAN", "DOUBLE", "FLOAT", "DATE", "VARCHAR", "BLOB", "UUID")
_PLAIN_FAMILIES = ("TIMESTAMP", "DECIMAL(")

_TOO_LONG = "Query exceeded maximum execution time"
_ATTACHED = "select database_name from duckdb_databases() where not internal and path is not null"
_DENIED = re.compile(r'Cannot access (?:file|directory) "(?P<path>.*)" - file system operations are disabled')


def from_duckdb(database: str | None, statement: Statement, query: Query, project: Path, scratch: Path) -> Raw:
    """Run a query once, and store its rows.

    Args:
        database: The path of a DuckDB file; None for none but the files.
        statement: The query, rendered.
        query: What it is called, and what it may read.
        project: The project's folder.
        scratch: A folder for the rows.

    Raises:
        RetierError: If DuckDB refuses it, it reads what it may not, or returns more rows than it may.
        WrongUseError: If it is not one select.
        duckdb.Error, polars.exceptions.PolarsError: If the scratch folder has no room for the rows.
    """
    name, spool, limit = query.name, scratch / "query.parquet", Limit(query, scratch)
    given = given_files(query.files, query.source, project)
    try:
        with _locked(database, project, scratch, given, query) as connection:
            reader = LookedThrough(connection, statement.parameters, name, project.resolve())
            relation = reader.relation(statement.for_duckdb())
            types = dict(zip(relation.columns, map(str, relation.types), strict=True))
            refuse_duplicates(relation.columns, name)
            plain = ", ".join(_as_read(column, dtype) for column, dtype in types.items())

            def count(rows: int) -> None:
                # An error here would leave DuckDB at work; once it is interrupted, it ends with one of its own.
                if not limit.allows(rows):
                    connection.interrupt()

            streamed(relation.project(plain), count).sink_parquet(spool, compression="lz4")
    except (duckdb.Error, pl.exceptions.PolarsError) as error:
        if _TOO_LONG in str(error):
            limit.end_for_time()
        exceeded = limit.error()
        if exceeded is not None:
            raise exceeded from error
        if is_out_of_space(error):
            raise
        raise _denied(query, error, project) or failed(query, error) from error
    schema = dict(pl.scan_parquet(spool, glob=False).collect_schema())
    del schema[ROW]
    return Raw(name, "row", schema, lambda: pl.scan_parquet(spool, glob=False))


@contextmanager
def _locked(
    database: str | None, project: Path, scratch: Path, given: Given, query: Query
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB in memory that can read and do nothing else; a file is attached to it, for reading."""
    with connect() as connection:
        if database is not None:
            connection.execute(f"attach {literal(database)} (read_only)")
            ((attached,),) = connection.execute(_ATTACHED).fetchall()
            connection.execute(f"use {identifier(attached)}")
        for system in given.systems:
            connection.register_filesystem(system)
        for variable, paths in given.variables.items():
            connection.execute(f"set variable {identifier(variable)} = $1", [paths])
        root = project.resolve()
        # A glob begins with the project's path in another form, if that holds brackets.
        folders = {str(root), no_glob(root), *given.folders}
        files = {*given.paths, *(form for path in query.also for form in _forms(path))}
        connection.execute(f"set temp_directory = {literal(str(scratch / 'spilled'))}")
        connection.execute(f"set allowed_directories = {_list(sorted(folders))}")
        connection.execute(f"set allowed_paths = {_list(sorted(files))}")
        connection.execute(f"set max_execution_time = {round(limits.MOST_SECONDS * 1000)}")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


def _forms(path: Path) -> tuple[str, str, str]:
    """Return a path as DuckDB compares it: without links, and in the forms of a glob that stands for this one file."""
    return str(path.resolve()), no_glob(path.resolve()), no_glob(path.absolute())


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(map(literal, texts)) + "]"


def _as_read(column: str, dtype: str) -> str:
    is_plain = dtype in _PLAIN_TYPES or dtype.startswith(_PLAIN_FAMILIES) or dtype.removeprefix("U").endswith("INT")
    is_plain |= dtype == "INTEGER" or dtype == "UINTEGER"
    quoted = identifier(column)
    return quoted if is_plain else f"cast({quoted} as varchar) as {quoted}"


def _denied(query: Query, error: BaseException, project: Path) -> RetierError | None:
    """Say which file a query may not read, and how it may; None if that is not the error."""
    found = _DENIED.search(str(error))
    if found is None:
        return None
    root = project.resolve()
    path = found["path"].replace(no_glob(root), str(root))
    is_within = Path(path).is_relative_to(root) and ".." not in Path(path).parts
    why = "leads out of the project" if is_within else "is neither in the project nor named under files"
    return RetierError(
        f"{query.source}: {query.name} reads {without_password(path)}, which {why}: name it, or its folder, under "
        f"files of sources.{query.source} in retier.yaml"
    )
