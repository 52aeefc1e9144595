"""The tables in the database are what the contracts say, and stay it."""

import threading
from dataclasses import replace

import polars as pl
import pytest

import sql.ddl
import sql.tables
from sql.ddl import create_all, is_known_good
from sql.dialects import catalogue, dialect_of, execute, read
from sql.engine import make_engine, transaction
from sql.tables import index_columns
from tests.sql.databases import only_duckdb, only_postgresql
from tests.sql.months import JANUARY
from transforms.contracts import PUBLISHED, VIEWS
from transforms.contracts.columns.kinds import count, text
from transforms.contracts.model import Field
from transforms.errors import RetierError

SQL_TYPES = {
    "duckdb": {
        pl.String(): "VARCHAR",
        pl.Date(): "DATE",
        pl.Datetime("us", "UTC"): "TIMESTAMP WITH TIME ZONE",
        pl.Int64(): "BIGINT",
        pl.Float64(): "DOUBLE",
        pl.Boolean(): "BOOLEAN",
        pl.List(pl.Float64()): "DOUBLE[]",
        pl.List(pl.String()): "VARCHAR[]",
    },
    "postgresql": {
        pl.String(): "character varying",
        pl.Date(): "date",
        pl.Datetime("us", "UTC"): "timestamp with time zone",
        pl.Int64(): "bigint",
        pl.Float64(): "double precision",
        pl.Boolean(): "boolean",
        pl.List(pl.Float64()): "double precision[]",
        pl.List(pl.String()): "character varying[]",
    },
}


def described(engine):
    with transaction(engine) as connection:
        return catalogue(connection).drop("column_index").sort("table_name", "column_name")


def make_all(engine):
    with transaction(engine) as connection:
        create_all(connection)


def test_tables_are_as_their_contracts_say(engine, database):
    with transaction(engine) as connection:
        present = catalogue(connection)
    for table in PUBLISHED.values():
        found = present.filter(table_name=table.name).to_dicts()
        assert [column["column_name"] for column in found] == list(table.columns)
        for column, field in zip(found, table.fields, strict=True):
            assert column["data_type"] == SQL_TYPES[database][field.column.dtype]
            assert column["is_nullable"] == (not field.is_required)
            assert column["column_comment"].startswith(field.column.meaning)
            for said in (field.column.unit or "", *field.column.allowed):
                assert said in column["column_comment"]
        assert found[0]["table_comment"].startswith(table.grain)
        assert found[0]["table_comment"].endswith(table.caveats)


def test_views_and_all_their_columns_have_comments(engine):
    with transaction(engine) as connection:
        present = catalogue(connection)
    for view, meaning in VIEWS.items():
        columns = present.filter(table_name=view)
        assert columns["table_comment"].unique().to_list() == [meaning]
        assert columns.height > 2
        assert columns.filter(pl.col("column_comment").is_null())["column_name"].to_list() == []


def test_there_is_nothing_else_in_the_schema(engine, query):
    with transaction(engine) as connection:
        kinds = dict(catalogue(connection).select("table_name", "kind").iter_rows())
    assert kinds == dict.fromkeys(PUBLISHED, "table") | dict.fromkeys(VIEWS, "view")
    others = query(
        "select table_name from information_schema.tables "
        "where table_schema not in ('retier', 'information_schema', 'pg_catalog')"
    )
    assert others.is_empty()


@only_postgresql
def test_tables_that_grow_with_the_accounts_have_an_index_by_month_and_account(engine):
    with transaction(engine) as connection:
        present = dialect_of(connection).index_names(connection)
    assert "account_tiers_by_month_and_account_id" in present
    assert len(present) == sum(bool(index_columns(table)) for table in PUBLISHED.values())


@only_postgresql
def test_a_lost_index_is_made_again(engine):
    with transaction(engine) as connection:
        before = dialect_of(connection).index_names(connection)
        execute(connection, "drop index account_tiers_by_month_and_account_id")
        create_all(connection)
        assert dialect_of(connection).index_names(connection) == before


@only_duckdb
def test_making_all_again_does_not_touch_the_file(engine, path, monkeypatch):
    monkeypatch.setattr(sql.ddl, "_KNOWN_GOOD", {})
    before = path.read_bytes()
    for _ in ("looked at", "known"):
        make_all(engine)
        assert path.read_bytes() == before


@only_postgresql
def test_making_all_again_changes_nothing_and_keeps_no_reader_waiting(engine, monkeypatch):
    monkeypatch.setattr(sql.ddl, "_KNOWN_GOOD", {})
    versions = "select oid, xmin from pg_class where relnamespace = 'retier'::regnamespace order by oid"
    locks = "select distinct mode from pg_locks join pg_class on pg_class.oid = relation where relnamespace = :schema"
    with transaction(engine) as connection:
        before = read(connection, versions)
        schema = read(connection, "select 'retier'::regnamespace::oid as schema")["schema"].item()
        create_all(connection)
        assert read(connection, locks, schema=schema)["mode"].to_list() in ([], ["AccessShareLock"])
        assert read(connection, versions).equals(before)
    with transaction(engine) as connection:
        create_all(connection)
        assert read(connection, "select pg_current_xact_id_if_assigned() as written")["written"].to_list() == [None]


def test_a_failure_makes_nothing(url_of_nothing):
    engine = make_engine(url_of_nothing)

    def make_all_and_fail():
        with transaction(engine) as connection:
            create_all(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        make_all_and_fail()
    assert described(engine).is_empty()


@only_postgresql
def test_many_may_make_all_at_once(url_of_nothing):
    failed = []

    def make():
        try:
            make_all(make_engine(url_of_nothing, wait_seconds=60))
        except RetierError as error:
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert set(described(make_engine(url_of_nothing))["table_name"]) == {*PUBLISHED, *VIEWS}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("drop view tiers_current", id="view-gone"),
        pytest.param("drop view tiers_current; create view tiers_current as select 1 as month", id="view-is-another"),
        pytest.param("comment on view tiers_current is null", id="view-without-comment"),
        pytest.param("comment on table account_tiers is null", id="table-without-comment"),
        pytest.param("drop table team_load", id="table-gone"),
        pytest.param("alter table team_load drop column pool", id="column-gone"),
    ],
)
def test_damage_is_repaired(engine, damage):
    before = described(engine)
    make_all(engine)
    with transaction(engine) as connection:
        for statement in damage.split("; "):
            execute(connection, statement)
    assert not described(engine).equals(before)
    make_all(engine)
    # A column that is added to rows cannot be required of them.
    is_free = (pl.col("table_name") == "team_load") & (pl.col("column_name") == "pool")
    is_nullable = pl.when(is_free).then(None).otherwise("is_nullable").alias("is_nullable")
    assert described(engine).with_columns(is_nullable).equals(before.with_columns(is_nullable))


@pytest.mark.parametrize("table", ["account_tiers", "tiers_current"], ids=["table", "view"])
def test_another_process_puts_comments_on_columns_right(engine, monkeypatch, table):
    before = described(engine)
    with transaction(engine) as connection:
        execute(connection, f"comment on column {table}.arr is 'false'")
    assert not described(engine).equals(before)
    monkeypatch.setattr(sql.ddl, "_KNOWN_GOOD", {})
    make_all(engine)
    assert described(engine).equals(before)


def test_a_schema_that_was_just_made_is_not_looked_at_again(url_of_nothing, monkeypatch):
    monkeypatch.setattr(sql.ddl, "_KNOWN_GOOD", {})
    engine = make_engine(url_of_nothing)
    make_all(engine)
    with transaction(engine) as connection:
        assert is_known_good(connection)
        execute(connection, "drop view tiers_current")
        assert not is_known_good(connection)


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
    make_all(engine)
    publish_month(JANUARY, {"a": {}})
    mood = Field(text("mood", "How the account feels.", "good", "bad"), is_required)
    changed_contract((*PUBLISHED["account_tiers"].fields, mood))
    make_all(engine)
    assert query("select account_id, mood from account_tiers").rows() == [("a", None)]
    assert query("select account_id from tiers_current").rows() == [("a",)]
    comment = described(engine).filter(table_name="account_tiers", column_name="mood")["column_comment"].item()
    assert comment.startswith("How the account feels. One of good, bad.")


def test_a_column_that_a_contract_loses_stays_and_may_be_empty(engine, changed_contract):
    changed_contract(tuple(field for field in PUBLISHED["account_tiers"].fields if field.name != "decided_by"))
    make_all(engine)
    found = described(engine).filter(table_name="account_tiers", column_name="decided_by")
    assert found["is_nullable"].to_list() == [True]


def test_whole_numbers_become_fractional_ones_and_keep_their_values(engine, publish_month, query, monkeypatch):
    make_all(engine)
    publish_month(JANUARY, {"a": {}})
    before = described(engine)
    with transaction(engine) as connection:
        execute(connection, "update account_features set escalations = 3")
        execute(connection, "alter table account_features alter column escalations type bigint")
    monkeypatch.setattr(sql.ddl, "_KNOWN_GOOD", {})
    make_all(engine)
    assert described(engine).equals(before)
    assert query("select account_id, escalations from account_features").rows() == [("a", 3.0)]


@only_postgresql
def test_a_column_that_others_read_is_not_widened_and_they_are_named(engine, monkeypatch):
    make_all(engine)
    with transaction(engine) as connection:
        execute(connection, "alter table account_features alter column escalations type bigint")
        execute(connection, "create schema marketing")
        execute(connection, "create view marketing.names as select name from retier.account_features")
        execute(connection, "create view marketing.loud as select escalations from retier.account_features")
    before = described(engine)
    monkeypatch.setattr(sql.ddl, "_KNOWN_GOOD", {})
    with pytest.raises(RetierError, match=r"views that are not retier's read it: drop them \(marketing\.loud\), run"):
        make_all(engine)
    assert described(engine).equals(before)
    with transaction(engine) as connection:
        execute(connection, "drop view marketing.loud")
    make_all(engine)
    assert described(engine).filter(column_name="escalations", data_type="double precision").height == 1


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


@only_duckdb
def test_views_work_whatever_the_file_is_called(tmp_path, engine, path, publish_month):
    publish_month(JANUARY, {"a": {"tier": "mid_touch"}})
    moved = path.rename(tmp_path / "a copy.duckdb")
    with transaction(make_engine(f"duckdb:///{moved}")) as connection:
        assert read(connection, "select tier from tiers_current")["tier"].to_list() == ["mid_touch"]
        assert read(connection, "select tier from retier.tiers_current")["tier"].to_list() == ["mid_touch"]
