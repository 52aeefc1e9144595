"""Finds the tables of a vendor in a database."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from sql.dialects import database_of_url
from sql.sources.text import connect, identifier
from transforms.errors import RetierError

Found = tuple[str, Mapping[str, str]]
"""The qualified name of a table in SQL, and the type of each of its columns in the database's words."""


class DatabaseTables:
    """The tables of a database: each schema is looked at once."""

    def __init__(self, url: sa.URL, vendor: str, wanted: Collection[str]) -> None:
        """Prepare to look at a database.

        Args:
            url: Its URL; that of a file is absolute.
            vendor: The vendor whose tables are looked for.
            wanted: The names that these may have.
        """
        self._url, self._vendor = url, vendor
        self._wanted = sorted({name.rpartition(".")[2] for name in wanted})
        self._schemas: dict[str | None, dict[str, Found]] = {}

    def find(self, schema: str | None, table: str) -> Found | None:
        """Find a table or view; None if there is none of this name.

        Args:
            schema: Its schema; None means the default one.
            table: Its name.

        Raises:
            RetierError: If the database cannot be reached.
        """
        if schema not in self._schemas:
            is_file = database_of_url(self._url).reads_files
            self._schemas[schema] = self._in_file(schema) if is_file else self._in_server(schema)
        return self._schemas[schema].get(table)

    def _in_file(self, schema: str | None) -> dict[str, Found]:
        # SQLAlchemy would keep the file open, and nobody else could write to it.
        with connect(str(self._url.database), read_only=True) as connection:
            rows = connection.execute(
                "select table_schema, table_name, column_name, data_type from information_schema.columns "
                "where table_catalog = current_database() and table_schema = coalesce($schema, current_schema()) "
                "order by table_name, ordinal_position",
                {"schema": schema},
            ).fetchall()
        tables: dict[str, dict[str, str]] = {}
        for _, table, column, dtype in rows:
            tables.setdefault(table, {})[column] = dtype
        place = rows[0][0] if rows else schema
        return {table: (f"{identifier(str(place))}.{identifier(table)}", types) for table, types in tables.items()}

    def _in_server(self, schema: str | None) -> dict[str, Found]:
        try:
            with sa.create_engine(self._url, poolclass=NullPool).connect() as connection:
                inspector = sa.inspect(connection)
                place = schema or inspector.default_schema_name
                found = inspector.get_multi_columns(schema=place, filter_names=self._wanted, kind=ObjectKind.ANY)
                return {
                    table: (
                        f"{identifier(str(place))}.{identifier(table)}",
                        {column["name"]: _type(connection, column["type"]) for column in columns},
                    )
                    for (_, table), columns in found.items()
                }
        except (ImportError, NoSuchModuleError) as error:
            raise RetierError(
                f"vendors.{self._vendor}: {self._url.drivername} needs a Python package that is not installed "
                f"({error}): install it"
            ) from error
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            raise RetierError(
                f"vendors.{self._vendor}: the database cannot be read: it says {reason!r}: fix database in retier.yaml"
            ) from error


def _type(connection: sa.Connection, dtype: sa.types.TypeEngine[object]) -> str:
    """Return a type in the database's words; of one that SQLAlchemy does not know, values are cast to text."""
    if isinstance(dtype, sa.types.NullType):
        return "unknown"
    return str(dtype.compile(dialect=connection.dialect))
