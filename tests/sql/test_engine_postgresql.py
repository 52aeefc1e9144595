"""The engine on PostgreSQL: how it is reached, what others do meanwhile, and what is said when it cannot be used."""

import secrets
from datetime import UTC, date, datetime

import polars as pl
import pytest

from sql.ddl import create_all
from sql.dialects import acquire_publish_lock, execute, read
from sql.engine import WarehouseGoneError, make_engine, transaction
from transforms.errors import BusyError, RetierError


def open_once(url):
    with transaction(make_engine(url, wait_seconds=0)) as connection:
        return read(connection, "select 1 as a")["a"].item()


@pytest.fixture
def role(postgresql):
    """A user without any right, whose settings a test may change; his name."""
    name = f"user_{secrets.token_hex(4)}"
    postgresql.execute(f"create role {name} login")
    yield name
    postgresql.execute(f"drop role {name}")


@pytest.mark.parametrize("begins", ["postgresql", "postgres", "postgresql+psycopg"])
def test_an_url_may_begin_in_any_of_the_usual_ways(postgresql_url, begins):
    assert open_once(postgresql_url.replace("postgresql", begins, 1)) == 1


def test_nothing_is_made_by_connecting(postgresql_url, postgresql):
    open_once(postgresql_url)
    with transaction(make_engine(postgresql_url)) as connection:
        assert read(connection, "select 1 as a from pg_namespace where nspname = 'retier'").is_empty()


@pytest.mark.parametrize(
    ("url", "error", "sentence"),
    [
        pytest.param("postgresql://me:s3cret@127.0.0.1:1/db", WarehouseGoneError, "nothing listens there", id="port"),
        pytest.param("postgresql://me:s3cret@/db?host=/nowhere", WarehouseGoneError, "no socket in", id="socket"),
        pytest.param("postgresql://me:s3cret@no.invalid/db", RetierError, "its host is not known", id="host"),
        pytest.param("postgresql://me:s3cret@127.0.0.1:1/db?warp=9", RetierError, "libpq does not know", id="option"),
        pytest.param("postgresql://me:s3cret@127.0.0.1:1/db?sslmode=x", RetierError, "invalid sslmode", id="value"),
    ],
)
def test_a_server_that_cannot_be_reached_is_reported_without_the_password(url, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        open_once(url)
    assert type(caught.value) is error
    assert "the warehouse db on " in str(caught.value)
    assert "s3cret" not in str(caught.value) + str(caught.value.__cause__)
    assert "\n" not in str(caught.value)


def test_a_missing_database_is_reported(postgresql):
    with pytest.raises(RetierError, match=r"the warehouse nosuch on .* the database or the user does not exist"):
        open_once(postgresql.url("nosuch"))


def test_a_missing_user_is_reported(postgresql):
    with pytest.raises(RetierError, match="the database or the user does not exist"):
        open_once(postgresql.url(user="nosuch"))


@pytest.mark.parametrize(
    ("password", "sentence"), [(":s3cret", "refuses the user or the password"), ("", "wants a password")]
)
def test_a_wrong_password_is_reported_and_not_repeated(postgresql, role, password, sentence):
    postgresql.execute(f"alter role {role} password 'another'")
    with postgresql.asking_for_passwords(role), pytest.raises(RetierError, match=sentence) as caught:
        open_once(postgresql.url(user=role).replace("@", f"{password}@"))
    assert "s3cret" not in str(caught.value) + str(caught.value.__cause__)


def test_a_server_without_a_free_connection_is_busy(postgresql, role):
    postgresql.execute(f"alter role {role} connection limit 0")
    with pytest.raises(BusyError, match="no connection left"):
        open_once(postgresql.url(user=role))


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        pytest.param("default_transaction_read_only = on", "it takes no writes", id="read-only"),
        pytest.param("statement_timeout = 1", "a timeout of the server ended it", id="timeout"),
    ],
)
def test_settings_that_keep_from_writing_are_reported(postgresql_url, setting, sentence):
    with transaction(make_engine(postgresql_url)) as connection:
        execute(connection, f"alter database {make_engine(postgresql_url).url.database} set {setting}")

    def make_all_slowly():
        with transaction(make_engine(postgresql_url)) as connection:
            execute(connection, "select pg_sleep(0.1)")
            create_all(connection)

    with pytest.raises(RetierError, match=sentence):
        make_all_slowly()


def test_a_missing_right_is_reported(postgresql_url, role):
    with (
        pytest.raises(
            RetierError, match=r"lacks a right.*roles\.sql.*\('permission denied for database|PostgreSQL says"
        ),
        transaction(make_engine(postgresql_url.replace("postgres@", f"{role}@"))) as connection,
    ):
        create_all(connection)


def test_odd_settings_of_the_server_change_nothing(postgresql_url, postgresql):
    name = make_engine(postgresql_url).url.database
    for setting in (
        "timezone to 'America/New_York'",
        "datestyle to 'SQL, DMY'",
        "extra_float_digits to -5",
        "client_encoding to 'LATIN1'",
        "bytea_output to 'escape'",
    ):
        postgresql.execute(f"alter database {name} set {setting}")
    with transaction(make_engine(postgresql_url)) as connection:
        query = "select date '2025-02-01' as d, timestamptz '2025-02-01' as t, 0.1::float8 + 0.2 as f, '\u20ac' as s"
        found = read(connection, query)
    assert found.rows() == [(date(2025, 2, 1), datetime(2025, 2, 1, tzinfo=UTC), 0.1 + 0.2, "\u20ac")]


def test_a_connection_that_is_lost_is_told_apart_and_all_is_as_it_was(engine, postgresql):
    def end(connection):
        pid = read(connection, "select pg_backend_pid() as pid")["pid"].item()
        postgresql.execute(f"select pg_terminate_backend({pid}, 5000)")

    def write_and_end(then):
        with transaction(engine) as connection:
            execute(connection, "delete from runs")
            execute(connection, "create table half (a int)")
            end(connection)
            then(connection)

    for then in (
        lambda connection: execute(connection, "select 1"),
        lambda connection: read(connection, "select 1 as a"),
        lambda connection: None,
    ):
        with pytest.raises(WarehouseGoneError, match=r"went away while it was in use.* run this again"):
            write_and_end(then)
    with pytest.raises(RetierError, match="half"), transaction(engine) as connection:
        read(connection, "select * from half")


def test_a_turn_is_waited_for_no_longer_than_was_said_and_ends_with_its_transaction(engine):
    with transaction(engine) as first:
        acquire_publish_lock(first)
        acquire_publish_lock(first)
        with (
            pytest.raises(BusyError, match=r"another transaction holds it, .* run this again"),
            transaction(engine) as second,
        ):
            acquire_publish_lock(second)
    with transaction(engine) as third:
        acquire_publish_lock(third)


def test_what_is_of_one_moment_does_not_see_what_comes_later(engine):
    seen = {}
    with transaction(engine) as connection:
        execute(connection, "create table counters (a int)")
    for is_of_one_moment in (True, False):
        with transaction(engine, is_of_one_moment=is_of_one_moment) as reader:
            before = read(reader, "select count(*) as n from counters")
            with transaction(engine) as writer:
                execute(writer, "insert into counters values (1)")
            seen[is_of_one_moment] = read(reader, "select count(*) as n from counters").equals(before)
    assert seen == {True: True, False: False}


def test_rows_that_another_one_changed_meanwhile_are_busy(engine):
    def change_both():
        with transaction(engine, is_of_one_moment=True) as first:
            read(first, "select a from counters")
            with transaction(engine) as second:
                execute(second, "update counters set a = 1")
            execute(first, "update counters set a = 2")

    with transaction(engine) as connection:
        execute(connection, "create table counters as select 0 as a")
    with pytest.raises(BusyError, match="another run wrote the same rows at the same time; run this again"):
        change_both()
    with transaction(engine) as connection:
        assert read(connection, "select a from counters").equals(pl.DataFrame({"a": [1]}, schema={"a": pl.Int32}))


@pytest.fixture
def database():
    return "postgresql"
