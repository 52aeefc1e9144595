"""Runs queries: on DuckDB over the project's files, or in the company's own database."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from sql.dialects import database_of_url
from sql.render import Statement
from sql.sources.asked import Query
from sql.sources.on_duckdb import from_duckdb
from sql.sources.on_server import from_server
from sql.sources.raw import Raw
from sql.urls import database_url
from transforms.errors import RetierError, WrongUseError


def run_query(statement: Statement, query: Query, project: Path, scratch: Path) -> Raw:
    """Run a query once and store its rows on disk, so that they can be read again unchanged.

    Args:
        statement: The query, rendered.
        query: What it is called, and where it runs.
        project: The project's folder.
        scratch: A folder for the rows.

    Raises:
        RetierError: If the database cannot be reached, or refuses the query; or if it reads what it may not.
        WrongUseError: If the URL of the database cannot be read, or the query is not one select.
        duckdb.Error, polars.exceptions.PolarsError: If the scratch folder has no room for the rows.
    """
    if query.database is None:
        return from_duckdb(None, statement, query, project, scratch)
    url = url_of(query.database, query.source, project)
    if database_of_url(url).reads_files:
        file = None if url.database in {None, "", ":memory:"} else url.database
        return from_duckdb(file, statement, query, project, scratch)
    if query.files:
        raise WrongUseError(
            f"sources.{query.source}: files goes with sql that DuckDB runs, and this database "
            "reads no files of the project"
        )
    return from_server(url, statement, query, scratch)


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
