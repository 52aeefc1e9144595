"""An upgrade replaces views where they stand: columns keep their places, and what others built on them stays."""

import json
from pathlib import Path

import pytest

from sql.ddl import create_all
from sql.dialects import catalogue, execute
from sql.engine import transaction
from tests.sql.databases import only_postgresql
from transforms.contracts import PUBLISHED
from transforms.errors import RetierError

EARLIER = json.loads(Path(__file__).with_name("earlier_views.json").read_text(encoding="utf-8"))
"""Names and types, in PostgreSQL's words, of the columns that views had before any were added."""


def columns_by_view(connection):
    views = catalogue(connection).filter(kind="view").sort("column_index")
    return {str(name[0]): columns["column_name"].to_list() for name, columns in views.group_by("table_name")}


def stand_ins(columns):
    return "select " + ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())


@pytest.mark.parametrize("view", EARLIER)
def test_columns_that_a_view_had_keep_their_places(engine, view):
    with transaction(engine) as connection:
        found = columns_by_view(connection)[view]
    assert found[: len(EARLIER[view])] == list(EARLIER[view])


def test_views_that_others_built_on_earlier_views_outlive_an_upgrade(engine):
    with transaction(engine) as connection:
        now = columns_by_view(connection)
        execute(connection, "create schema marketing")
        for view, columns in EARLIER.items():
            execute(connection, f"drop view {view}")
            execute(connection, f"create view {view} as {stand_ins(columns)}")
            execute(connection, f"create view marketing.our_{view} as select * from {view}")
    with transaction(engine) as connection:
        create_all(connection)
    with transaction(engine) as connection:
        assert columns_by_view(connection) == now
        for view in EARLIER:
            execute(connection, f"select * from marketing.our_{view}")


@only_postgresql
def test_a_view_with_other_columns_is_refused_by_the_names_of_what_depends_on_it(engine):
    with transaction(engine) as connection:
        execute(connection, "create schema marketing")
        execute(connection, "drop view tiers_current")
        execute(connection, "create view tiers_current as select 'high' as tier")
        execute(connection, "create view marketing.tiers as select tier from retier.tiers_current")
        execute(connection, "create materialized view marketing.best as select tier from retier.tiers_current")
        execute(connection, "drop view tier_movements")
    with (
        pytest.raises(RetierError, match=r"tiers_current .* \(marketing\.best, marketing\.tiers\)"),
        transaction(engine) as connection,
    ):
        create_all(connection)
    with transaction(engine) as connection:
        found = columns_by_view(connection)
    assert found["tiers_current"] == ["tier"]
    assert "tier_movements" not in found


@pytest.mark.parametrize("view", ["tiers_current", "tiers_as_known", "tiers_as_published"])
def test_views_of_tiers_have_every_column_of_the_table(engine, view):
    with transaction(engine) as connection:
        assert set(PUBLISHED["account_tiers"].columns) <= set(columns_by_view(connection)[view])
