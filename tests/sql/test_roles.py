"""The roles of deploy/postgres: the writer can run everything, the analyst can read everything, others nothing."""

from pathlib import Path

import psycopg
import pytest

from sql.ddl import create_all
from sql.engine import make_engine, transaction
from sql.publish import publish
from sql.runs import record_run
from sql.state import last_run_by_month, tiers_of
from tests.sql.months import JANUARY, month_frames, run_of
from transforms.contracts import PUBLISHED, VIEWS
from transforms.errors import RetierError

SCRIPT = (Path(__file__).parents[2] / "deploy" / "postgres" / "roles.sql").read_text(encoding="utf-8")


class Warehouse:
    """A database with the roles, and statements in it as one of them."""

    def __init__(self, server, name):
        self.server, self.name = server, name

    def engine(self, user):
        return make_engine(self.server.url(self.name, user))

    def make_roles(self):
        self.server.execute(SCRIPT, self.name)

    def execute(self, user, statement):
        with psycopg.connect(self.server.url(self.name, user), autocommit=True) as connection:
            connection.execute(statement)

    def publish(self, user, tier, hour):
        run = run_of(JANUARY, hour=hour)
        with transaction(self.engine(user)) as connection:
            create_all(connection)
            publish(connection, run, month_frames(run, {"a": {"tier": tier}}, revision=hour))


@pytest.fixture
def warehouse(postgresql):
    name = postgresql.new_database()
    made = Warehouse(postgresql, name)
    made.make_roles()
    postgresql.execute("create role anna login in role retier_analyst")
    postgresql.execute("create role stranger login")
    yield made
    postgresql.drop(name)
    for role in ("anna", "stranger", "retier_analyst", "retier_writer"):
        postgresql.execute(f"drop role {role}")


def test_the_writer_makes_publishes_and_restates(warehouse):
    warehouse.publish("retier_writer", "low_touch", 1)
    warehouse.publish("retier_writer", "mid_touch", 2)
    with transaction(warehouse.engine("retier_writer")) as connection:
        record_run(connection, run_of(JANUARY, hour=3), "failed", error="no")
        assert tiers_of(connection, JANUARY)["tier"].to_list() == ["mid_touch"]


def test_the_analyst_reads_all_tables_and_views_that_came_later(warehouse):
    warehouse.publish("retier_writer", "low_touch", 1)
    for name in (*PUBLISHED, *VIEWS):
        warehouse.execute("anna", f"select * from retier.{name}")
    with transaction(warehouse.engine("anna"), is_of_one_moment=True) as connection:
        assert last_run_by_month(connection)["revision"].to_list() == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "insert into retier.runs select * from retier.runs",
        "update retier.account_tiers set tier = 'high_touch'",
        "delete from retier.account_tiers",
        "truncate retier.account_tiers",
        "drop view retier.tiers_current",
        "create table retier.mine (a int)",
    ],
)
def test_the_analyst_writes_nothing(warehouse, statement):
    warehouse.publish("retier_writer", "low_touch", 1)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        warehouse.execute("anna", statement)


def test_an_analyst_who_publishes_gets_a_sentence(warehouse):
    with pytest.raises(RetierError, match=r"lacks a right.*roles\.sql"):
        warehouse.publish("anna", "low_touch", 1)


def test_a_stranger_reads_nothing(warehouse):
    warehouse.publish("retier_writer", "low_touch", 1)
    for name in (*PUBLISHED, *VIEWS):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            warehouse.execute("stranger", f"select * from retier.{name}")


@pytest.mark.parametrize(
    "statement",
    [
        "create schema elsewhere",
        "create table public.mine (a int)",
        "select * from marketing.leads",
        "create role friend",
        "create database another",
    ],
)
def test_the_writer_has_no_right_elsewhere(warehouse, statement):
    warehouse.execute("postgres", "create schema marketing; create table marketing.leads (a int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        warehouse.execute("retier_writer", statement)


def test_roles_may_be_made_again_and_take_over_what_another_user_published(warehouse):
    warehouse.execute("postgres", "drop schema retier cascade")
    warehouse.publish("postgres", "low_touch", 1)
    for _ in range(2):
        warehouse.make_roles()
    warehouse.publish("retier_writer", "mid_touch", 2)
    warehouse.execute("anna", "select * from retier.tiers_as_published")
