"""The data dictionary: every source, published table and view on one page, written from the contracts.

``python -m sql.dictionary docs/data_dictionary.md`` writes the page; a test holds that it is up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from sql.ddl import create_all
from sql.dialects import SCHEMA, catalogue, dialect_of
from sql.tables import sql_type, value_notes
from sql.views import view_column
from transforms.contracts import PUBLISHED, SOURCES, VIEWS, Column, Table

_INTRODUCTION = f"""\
# Data dictionary

Written from `transforms/contracts/` by `make dictionary`: change it there.

All published tables and views lie in the schema `{SCHEMA}` of the warehouse, with these words as comments. DuckDB calls
a database by its file's name, so in a file called `{SCHEMA}.duckdb` say `use {SCHEMA}.{SCHEMA};` first, and then
`from tiers_current`; in any other file `from {SCHEMA}.tiers_current` will do.

A month is stored as the date of its first day. Tiers rise from `low_touch` over `mid_touch` to `high_touch`. A null
means that something is not known or does not apply, never zero.
"""

_SOURCES = """
## Sources

What a company maps its own data onto. Every source may also have the columns `known_at` and `is_deleted`. Without an
optional column whatever rests on it is *not configured* and counts nowhere.
"""

_TABLES = """
## Published tables
"""

_VIEWS = """
## Views

Computed when they are read. A column that is called as in a published table means the same.
"""


def dictionary() -> str:
    """Write the data dictionary as Markdown."""
    engine = sa.create_engine("duckdb:///:memory:", poolclass=NullPool)
    with engine.begin() as connection:
        dialect_of(connection).prepare(connection.connection.driver_connection)
        create_all(connection)
        present = catalogue(connection)
        lines = [
            _INTRODUCTION,
            _SOURCES,
            *(line for table in SOURCES.values() for line in _source(connection.dialect, table)),
            _TABLES,
            *(line for table in PUBLISHED.values() for line in _table(connection.dialect, table)),
            _VIEWS,
            *(line for view in VIEWS for line in _view(connection.dialect, view, present)),
        ]
    return "\n".join(lines).rstrip() + "\n"


def _source(dialect: sa.Dialect, table: Table) -> Iterator[str]:
    need = "Every project has it." if table.is_required else "A project may do without it."
    yield f"\n### {table.name}\n\n{table.grain}. Key: {_key(table)}. {need} {table.caveats}".rstrip() + "\n"
    yield from _fields(dialect, table)


def _table(dialect: sa.Dialect, table: Table) -> Iterator[str]:
    yield f"\n### {table.name}\n\n{table.grain}. Key: {_key(table)}. {table.caveats}".rstrip() + "\n"
    yield from _fields(dialect, table)


def _view(dialect: sa.Dialect, view: str, present: pl.DataFrame) -> Iterator[str]:
    yield f"\n### {view}\n\n{VIEWS[view]}\n"
    yield "| column | type | unit | meaning |\n| --- | --- | --- | --- |"
    for name in present.filter(pl.col("table_name") == view).sort("column_index")["column_name"]:
        column = view_column(view, name)
        yield _row(f"`{name}`", _type(dialect, column), column.unit or "", _meaning(column))


def _fields(dialect: sa.Dialect, table: Table) -> Iterator[str]:
    yield "| column | type | unit | null | meaning |\n| --- | --- | --- | --- | --- |"
    for field in table.fields:
        column, may_be_null = field.column, "never" if field.is_required else ""
        may_be_null += ", but may be absent" if field.may_be_absent else ""
        yield _row(f"`{column.name}`", _type(dialect, column), column.unit or "", may_be_null, _meaning(column))


def _key(table: Table) -> str:
    return ", ".join(f"`{name}`" for name in table.key)


def _type(dialect: sa.Dialect, column: Column) -> str:
    return str(sql_type(column.dtype).compile(dialect)).lower()


def _meaning(column: Column) -> str:
    hindsight = f"Read as null where `{column.nulled_by}` lies after the month's end." if column.nulled_by else ""
    return " ".join(filter(None, [column.meaning, *value_notes(column), hindsight]))


def _row(*cells: str) -> str:
    return " | ".join(["", *(cell.replace("|", "\\|") for cell in cells), ""]).strip()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(dictionary(), encoding="utf-8")
