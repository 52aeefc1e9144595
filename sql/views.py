"""The views: rendered from templates/views, replaced in place if their query changed, and commented."""

from __future__ import annotations

from functools import cache

import polars as pl
import sqlalchemy as sa
from jinja2 import Environment, PackageLoader, StrictUndefined

from sql.dialects import catalogue, dialect_of, exact_sum, execute, literal, quoted
from sql.tables import column_comment, sql_type
from transforms.contracts import PUBLISHED, VIEWS, Column
from transforms.contracts.columns.views import (
    CONTRACTED_TO_SHARE,
    EXPANDED_TO_SHARE,
    MONTHS_FOR_RETURN,
    OUTCOME_MONTHS,
    VIEW_COLUMNS,
)
from transforms.contracts.model import TIERS
from transforms.errors import RetierError

# If several tables have a column of one name, a view's column has the meaning of the first of these.
_FIRST_TABLES = ("account_tiers", "account_scores", "account_features")


def create_views(connection: sa.Connection, present: pl.DataFrame) -> None:
    """Create the views that are missing or whose query has changed, and their comments.

    Args:
        connection: An open connection to a database that has the tables.
        present: The rows of the catalogue that describe views.

    Raises:
        RetierError: If other views depend on a view whose columns change by more than additions at the end.
    """
    queries = {name: render(connection, name) for name in VIEWS}
    dialect = dialect_of(connection)
    kept = dialect.view_queries(connection)
    expected = dialect.normalised(connection, {name: query for name, query in queries.items() if name in kept})
    changed = {name: query for name, query in queries.items() if name not in kept or kept[name] != expected[name]}
    if changed:
        for name, query in changed.items():
            if name in kept:
                _make_replaceable(connection, name, query)
            execute(connection, f"create or replace view {quoted(connection, name)} as {query}")
        present = catalogue(connection).filter(pl.col("kind") == "view")
    for view in VIEWS:
        _comment(connection, view, present.filter(pl.col("table_name") == view))


def render(connection: sa.Connection, view: str) -> str:
    """Return the query of a view."""

    def value_of(document: str, table: str, column: str) -> str:
        dtype = PUBLISHED[table].schema[column]
        kind = str(sql_type(dtype).compile(connection.dialect))
        return dialect_of(connection).from_json(document, column, kind, is_list=isinstance(dtype, pl.List))

    return (
        _environment()
        .get_template(f"{view}.sql")
        .render(
            table=lambda name: quoted(connection, name),
            columns=lambda name, *layouts: _columns(connection, name, layouts),
            from_json=value_of,
            exact_sum=lambda value: exact_sum(connection, value),
            months_after=lambda month, months: f"cast({month} + interval '{months} months' as date)",
            comma=lambda loop: "" if loop.last else ",",
            tiers=TIERS,
            # What is equal on paper counts as equal, as in transforms/tiers/amounts.py.
            at_most=lambda amount, limit: f"{amount} - {limit} < 0.0000005",
            outcome_months=OUTCOME_MONTHS,
            months_for_return=MONTHS_FOR_RETURN,
            contracted_to_share=CONTRACTED_TO_SHARE,
            expanded_to_share=EXPANDED_TO_SHARE,
        )
    )


def view_column(view: str, name: str) -> Column:
    """Return the description of a view's column: its own, else that of the table that it comes from.

    Raises:
        KeyError: If no contract describes it.
    """
    for column in VIEW_COLUMNS.get(view, ()):
        if column.name == name:
            return column
    try:
        return _columns_of_tables()[name]
    except KeyError:
        raise KeyError(f"no contract describes column {name!r} of view {view}") from None


def _columns(connection: sa.Connection, table: str, layouts: tuple[int, ...]) -> list[str]:
    """Return a table's columns, or those that came with some layouts of the results.

    A view that has other columns after those of the table appends what came later, since the columns that a view has
    must keep their place: otherwise it could not be replaced while another view depends on it.
    """
    fields = PUBLISHED[table].fields
    return [quoted(connection, field.name) for field in fields if not layouts or field.column.came_with in layouts]


@cache
def _columns_of_tables() -> dict[str, Column]:
    first = [PUBLISHED[table] for table in _FIRST_TABLES]
    # What comes last counts.
    return {field.name: field.column for table in reversed((*first, *PUBLISHED.values())) for field in table.fields}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sql", "templates/views"),
        undefined=StrictUndefined,
        # The output is SQL, not HTML.
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _make_replaceable(connection: sa.Connection, view: str, query: str) -> None:
    """Drop a view that cannot get another query in place, unless others depend on it.

    None of retier's own views depends on another, so that each can be dropped by itself.
    """
    dialect = dialect_of(connection)
    if dialect.can_replace_view(connection, view, query):
        return
    dependents = dialect.dependents(connection, view)
    if dependents:
        raise RetierError(
            f"the view {view} cannot be replaced in place, since this version of retier changes its columns: drop what "
            f"depends on it ({', '.join(dependents)}), run this again, and create that again"
        )
    execute(connection, f"drop view {quoted(connection, view)}")


def _comment(connection: sa.Connection, view: str, present: pl.DataFrame) -> None:
    name = quoted(connection, view)
    script = []
    if present["table_comment"][0] != VIEWS[view]:
        script.append(f"comment on view {name} is {literal(VIEWS[view])}")
    for column, comment in present.select("column_name", "column_comment").iter_rows():
        text = column_comment(view_column(view, column), is_required=False)
        if comment != text:
            script.append(f"comment on column {name}.{quoted(connection, column)} is {literal(text)}")
    if script:
        execute(connection, ";\n".join(script))
