"""Opening a project's warehouse for reading makes nothing, on either database."""

import pytest

from flows.settings import load_project
from flows.warehouse import reading, warehouse_engine
from sql.ddl import create_all
from sql.dialects import dialect_of, execute, read
from sql.engine import transaction


@pytest.fixture(params=["duckdb", "postgresql"])
def opened(project, request):
    """A project whose warehouse is empty."""
    environ = {}
    if request.param == "postgresql":
        environ["RETIER_WAREHOUSE"] = request.getfixturevalue("postgresql_url")
    return load_project(project, environ)


def test_where_nothing_has_run_there_is_nothing_to_read_and_nothing_is_made(opened, project):
    for _ in range(2):
        with reading(opened) as connection:
            assert connection is None
    assert not (project / "retier.duckdb").exists()
    if opened.settings.warehouse.startswith("postgresql"):
        with transaction(warehouse_engine(opened)) as connection:
            assert read(connection, "select 1 as a from pg_namespace where nspname = 'retier'").is_empty()


def test_a_schema_without_tables_has_nothing_to_read(opened):
    with transaction(warehouse_engine(opened)) as connection:
        dialect_of(connection).make_schema(connection)
    with reading(opened) as connection:
        assert connection is None


def test_all_that_is_read_is_of_one_moment(opened):
    with transaction(warehouse_engine(opened)) as connection:
        create_all(connection)
    with reading(opened) as connection:
        before = read(connection, "select count(*) as n from policies")
        if connection.dialect.name == "postgresql":
            with transaction(warehouse_engine(opened)) as writer:
                execute(writer, "insert into policies values ('1', '2025-01-01', '', '')")
        assert read(connection, "select count(*) as n from policies").equals(before)


def test_a_warehouse_of_an_earlier_version_is_brought_up_to_date_before_it_is_read(opened):
    with transaction(warehouse_engine(opened)) as connection:
        create_all(connection)
        execute(connection, "alter table notifications drop column message_id")
        execute(connection, "drop table team_load")

    with reading(opened) as connection:
        assert read(connection, "select message_id from notifications").is_empty()
        assert read(connection, "select required_hours from team_load").is_empty()
