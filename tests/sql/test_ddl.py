"""The tables in the database are what the contracts say, and stay it."""

from dataclasses import replace

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

import sql.ddl
import sql.tables
from sql.ddl import create_all
from sql.dialect import catalogue, execute, literal, load, prepare, read
from sql.engine import make_engine, transaction
from tests.factories import rows
from tests.sql.months import JANUARY
from transforms.contracts import PUBLISHED, VIEWS
from transforms.contracts.columns.kinds import count, text
from transforms.contracts.model import Field
from transforms.errors import RetierError

SQL_TYPES = {
    pl.String(): "VARCHAR",
    pl.Date(): "DATE",
    pl.Datetime("us", "UTC"): "TIMESTAMP WITH TIME ZONE",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOLEAN",
    pl.List(pl.Float64()): "DOUBLE[]",
    pl.List(pl.String()): "VARCHAR[]",
}


@pytest.mark.parametrize("table", PUBLISHED.values(), ids=PUBLISHED.keys())
def test_a_table_is_as_its_contract_says(query, table):
    found = query(
        "select column_name, data_type, is_nullable, column_comment as comment from information_schema.columns "
        "where table_schema = 'retier' and table_name = :name order by ordinal_position",
        name=table.name,
    ).to_dicts()
    assert [column["column_name"] for column in found] == list(table.columns)
    for column, field in zip(found, table.fields, strict=True):
        assert column["data_type"] == SQL_TYPES[field.column.dtype]
        assert column["is_nullable"] == ("NO" if field.is_required else "YES")
        assert column["comment"].startswith(field.column.meaning)
        for said in (field.column.unit or "", *field.column.allowed):
            assert said in column["comment"]
    comment = query("select comment from duckdb_tables() where table_name = :name", name=table.name)["comment"].item()
    assert comment.startswith(table.grain)
    assert comment.endswith(table.caveats)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_and_all_its_columns_have_comments(query, view):
    comment = query("select comment from duckdb_views() where view_name = :name", name=view)["comment"].item()
    assert comment == VIEWS[view]
    columns = query("select column_name, comment from duckdb_columns() where table_name = :name", name=view)
    assert columns.height > 2
    assert columns.filter(pl.col("comment").is_null())["column_name"].to_list() == []


def test_there_is_nothing_else_in_the_schema(query):
    names = query(
        "select table_name from duckdb_tables() where not internal "
        "union all select view_name from duckdb_views() where not internal"
    )
    assert set(names["table_name"]) == {*PUBLISHED, *VIEWS}


def test_making_all_again_does_not_touch_the_file(engine, path):
    before = path.read_bytes()
    with transaction(engine) as connection:
        create_all(connection)
    assert path.read_bytes() == before


def test_a_failure_makes_nothing(path):
    engine = make_engine(f"duckdb:///{path}")

    def make_all_and_fail():
        with transaction(engine) as connection:
            create_all(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        make_all_and_fail()
    with transaction(engine) as connection:
        assert catalogue(connection).is_empty()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("drop view tiers_current", id="view-gone"),
        pytest.param("create or replace view tiers_current as select 1 as month", id="view-is-another"),
        pytest.param("comment on view tiers_current is null", id="view-without-comment"),
        pytest.param("comment on column tiers_current.arr is 'false'", id="view-column-with-another-comment"),
        pytest.param("comment on table account_tiers is null", id="table-without-comment"),
        pytest.param("comment on column account_tiers.arr is 'false'", id="column-with-another-comment"),
        pytest.param("drop table team_load", id="table-gone"),
        pytest.param("alter table team_load drop column pool", id="column-gone"),
    ],
)
def test_damage_is_mended(engine, damage):
    def described(connection):
        return catalogue(connection).drop("column_index").sort("table_name", "column_name")

    with transaction(engine) as connection:
        before = described(connection)
        execute(connection, damage)
    with transaction(engine) as connection:
        assert not described(connection).equals(before)
        create_all(connection)
        after = described(connection)
    # A column that is added to rows cannot be required of them.
    is_free = (pl.col("table_name") == "team_load") & (pl.col("column_name") == "pool")
    is_nullable = pl.when(is_free).then(None).otherwise("is_nullable").alias("is_nullable")
    assert after.with_columns(is_nullable).equals(before.with_columns(is_nullable))


@pytest.fixture
def changed_contract(monkeypatch):
    """Change the contract of account_tiers as a later version of retier may."""

    def change(fields):
        tables = PUBLISHED | {"account_tiers": replace(PUBLISHED["account_tiers"], fields=fields)}
        for module in (sql.tables, sql.ddl):
            monkeypatch.setattr(module, "PUBLISHED", tables)

    return change


@pytest.mark.parametrize("is_required", [True, False], ids=["required", "optional"])
def test_a_column_that_a_contract_gains_is_added_to_what_is_there(
    engine, publish_month, query, changed_contract, is_required
):
    publish_month(JANUARY, {"a": {}})
    mood = Field(text("mood", "How the account feels.", "good", "bad"), is_required)
    changed_contract((*PUBLISHED["account_tiers"].fields, mood))
    with transaction(engine) as connection:
        create_all(connection)
    assert query("select account_id, mood from account_tiers").rows() == [("a", None)]
    assert query("select account_id from tiers_current").rows() == [("a",)]
    comment = query("select comment from duckdb_columns() where column_name = 'mood'")["comment"].item()
    assert comment.startswith("How the account feels. One of good, bad.")


def test_a_column_that_a_contract_loses_stays_and_may_be_empty(engine, query, changed_contract):
    changed_contract(tuple(field for field in PUBLISHED["account_tiers"].fields if field.name != "decided_by"))
    with transaction(engine) as connection:
        create_all(connection)
    found = query(
        "select is_nullable from duckdb_columns() where table_name = 'account_tiers' and column_name = 'decided_by'"
    )
    assert found["is_nullable"].to_list() == [True]


def test_a_column_of_another_type_is_refused(engine, changed_contract):
    fields = tuple(
        Field(count("tier", "Its rank."), is_required=True) if field.name == "tier" else field
        for field in PUBLISHED["account_tiers"].fields
    )
    changed_contract(fields)
    with (
        pytest.raises(RetierError, match="column tier of account_tiers holds String, expected Int64"),
        transaction(engine) as connection,
    ):
        create_all(connection)


def test_views_work_whatever_the_file_is_called(tmp_path, engine, path, publish_month):
    publish_month(JANUARY, {"a": {"tier": "mid_touch"}})
    moved = path.rename(tmp_path / "a copy.duckdb")
    with transaction(make_engine(f"duckdb:///{moved}")) as connection:
        assert read(connection, "select tier from tiers_current")["tier"].to_list() == ["mid_touch"]
        assert read(connection, "select tier from retier.tiers_current")["tier"].to_list() == ["mid_touch"]


@pytest.fixture(scope="module")
def in_memory():
    with sa.create_engine("duckdb:///:memory:").connect() as connection:
        prepare(connection.connection.driver_connection)
        yield connection


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_a_literal_is_the_text(in_memory, text):
    execute(in_memory, f"create or replace temp table said as select {literal(text)} as text")
    assert read(in_memory, "select text from said")["text"].item() == text


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_a_parameter_is_the_value(in_memory, text):
    found = read(in_memory, "select :text as text, :text = cast(:other as varchar) as is_same", text=text, other=text)
    assert found.rows() == [(text, True)]


def test_a_frame_of_the_contract_comes_back_as_it_was(engine):
    for name, table in PUBLISHED.items():
        lists = {field.name: [None] for field in table.fields if isinstance(field.column.dtype, pl.List)}
        frame = rows(table, [lists])
        with transaction(engine) as connection:
            load(connection, name, frame)
            assert read(connection, f"select * from {name}").equals(frame)
