"""PostgreSQL: frames in and out by COPY, its catalogue, and the SQL that only it understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import polars as pl
import psycopg
import sqlalchemy as sa
from psycopg.types.numeric import FloatDumper

from sql.dialects.copy_in import rendered
from sql.dialects.copy_out import parsed
from sql.dialects.names import SCHEMA, quoted
from sql.tables import sql_type

_TURN = 0x72_6574_6965_72FF
"""The advisory lock of transactions that write; another one than :mod:`sql.writer` holds for a whole run."""

_SETTINGS = (
    "set timezone = 'UTC'",
    f"set search_path = {SCHEMA}",
    # Dates and numbers come as text, which has to be exact and of one form whatever the server is set to.
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
    where schemas.nspname = :schema and relations.relkind in ('r', 'p', 'v')
"""

_VIEWS = """
    select relations.relname as view_name, pg_get_viewdef(relations.oid) as query
    from pg_catalog.pg_class as relations
    join pg_catalog.pg_namespace as schemas on schemas.oid = relations.relnamespace
    where schemas.nspname = :schema and relations.relkind = 'v'
"""


class _TypedFloat(FloatDumper):
    """Writes a float into a query's text as one; without its type PostgreSQL would take it for a decimal."""

    def quote(self, obj: Any) -> bytes:
        return b"'%s'::float8" % self.dump(obj)


def prepare(raw: psycopg.Connection[Any]) -> None:
    """Set up a connection: UTC, and the schema as the place where names are looked up, whether there is one or not."""
    raw.adapters.register_dumper(float, _TypedFloat)
    for setting in _SETTINGS:
        raw.execute(setting.encode())
    raw.commit()


def read(connection: sa.Connection, query: str, parameters: Mapping[str, object]) -> pl.DataFrame:
    """Read a query's result; see :func:`sql.dialect.read`.

    The result comes by COPY over the connection itself: another one, as Arrow's driver would need, could not see what
    the transaction has written.
    """
    compiled = sa.text(query).bindparams(**parameters).compile(dialect=connection.dialect)
    raw = _raw(connection)
    # COPY takes no parameters, so the driver writes them into the text, as literals.
    written = psycopg.ClientCursor(raw).mogrify(str(compiled).encode(), compiled.params)
    with raw.cursor() as cursor:
        # COPY does not tell the types of its columns either, so they are asked for first.
        cursor.execute(f"select * from (\n{written}\n) as described limit 0".encode())
        columns = cursor.description or []
        with cursor.copy(f"copy (\n{written}\n) to stdout (format csv)".encode()) as copied:
            return parsed(copied, columns)


def load(connection: sa.Connection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table; see :func:`sql.dialect.load`.

    The rows go straight into the table. Through a staging table they would be written twice, and no safer: until the
    commit nobody else sees them, and after a crash nobody ever does.
    """
    if frame.is_empty():
        return
    names = ", ".join(quoted(connection, name) for name in frame.columns)
    statement = f"copy {quoted(connection, table)} ({names}) from stdin (format csv)"
    with _raw(connection).cursor() as cursor, cursor.copy(statement.encode()) as copied:
        for piece in rendered(frame, table):
            copied.write(piece)


@contextmanager
def given(connection: sa.Connection, name: str, frame: pl.DataFrame) -> Iterator[None]:
    """Let queries read a frame under a name; see :func:`sql.dialect.given`."""
    columns = ", ".join(
        f"{quoted(connection, column)} {sql_type(dtype).compile(connection.dialect)}"
        for column, dtype in frame.schema.items()
    )
    connection.execute(sa.text(f"create temp table {quoted(connection, name)} ({columns}) on commit drop"))
    load(connection, name, frame)
    yield
    # After a failure the transaction is rolled back, which takes the table with it; until then nothing else works.
    connection.execute(sa.text(f"drop table pg_temp.{quoted(connection, name)}"))


def catalogue(connection: sa.Connection) -> pl.DataFrame:
    """List what the schema holds; see :func:`sql.dialect.catalogue`."""
    return read(connection, _CATALOGUE, {"schema": SCHEMA})


def column_names(connection: sa.Connection) -> set[tuple[str, str]]:
    """List tables and views with their columns; see :func:`sql.dialect.column_names`."""
    found = connection.execute(sa.text(_COLUMN_NAMES), {"schema": SCHEMA})
    return {(table, column) for table, column in found}


def index_names(connection: sa.Connection) -> set[str] | None:
    """Return the names of the schema's indexes; see :func:`sql.dialect.index_names`."""
    found = read(
        connection, "select indexname from pg_catalog.pg_indexes where schemaname = :schema", {"schema": SCHEMA}
    )
    return set(found["indexname"])


def normalised(connection: sa.Connection, query: str) -> str:
    """Return a query in the form in which PostgreSQL tells that of a view; see :func:`sql.dialect.normalised`."""
    # Undone, so that nothing is left in the database's catalogue.
    with connection.begin_nested() as probe:
        connection.execute(sa.text(f"create temp view _retier_probe as {query}"))
        kept = read(connection, "select pg_get_viewdef('pg_temp._retier_probe'::regclass) as query", {})
        probe.rollback()
    return str(kept["query"].item())


def view_queries(connection: sa.Connection) -> dict[str, str]:
    """Return the query of every view of the schema; see :func:`sql.dialect.view_queries`."""
    return dict(read(connection, _VIEWS, {"schema": SCHEMA}).iter_rows())


def acquire_publish_lock(connection: sa.Connection) -> None:
    """Wait until no other transaction writes; see :func:`sql.dialect.acquire_publish_lock`."""
    connection.execute(sa.text("select pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


def make_schema(connection: sa.Connection) -> None:
    """Make the schema if it is missing; see :func:`sql.dialect.make_schema`."""
    # Asked for first: the right to make schemas is needed even where "if not exists" finds one.
    found = read(
        connection, "select 1 as found from pg_catalog.pg_namespace where nspname = :schema", {"schema": SCHEMA}
    )
    if found.is_empty():
        connection.execute(sa.text(f"create schema {SCHEMA}"))


def exact_sum(value: str) -> str:
    """Write a sum that does not depend on the order of rows; see :func:`sql.dialect.exact_sum`."""
    # Cast by way of text, since PostgreSQL keeps but 15 digits of a float that it makes a decimal of.
    return f"cast(sum(cast(cast({value} as varchar) as decimal(24, 4))) as double precision)"


def from_json(document: str, key: str, sql_type: str, *, is_list: bool) -> str:
    """Write how a value is taken out of JSON; see :func:`sql.dialect.from_json`."""
    if not is_list:
        return f"cast({document} ->> '{key}' as {sql_type})"
    elements = f"json_array_elements_text({document} -> '{key}') with ordinality as elements (element, place)"
    array = f"cast(array(select element from {elements} order by place) as {sql_type})"
    return f"case json_typeof({document} -> '{key}') when 'array' then {array} end"


def _raw(connection: sa.Connection) -> psycopg.Connection[Any]:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw
