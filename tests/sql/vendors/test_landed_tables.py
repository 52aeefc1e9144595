"""How kits find the tables of a vendor and their columns, and read them the same on every engine."""

from __future__ import annotations

import gzip
import os
import re

import duckdb
import polars as pl
import pytest

from sql.dialects.landed import LandedInDuckDB, LandedInPostgreSQL
from sql.sources.spec import SourceSpec
from sql.vendors.render import KitQuery
from sql.vendors.settings import Vendors
from tests.sql.vendors.conftest import rows_of
from tests.sql.vendors.landing import Landing
from transforms.errors import RetierError

TICKET = {"id": "1", "created_at": "2020-06-02 10:00:00", "status": "open", "organization_id": "70"}
ORGANIZATION = {"id": "70", "external_id": "A"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("ticket.csv", b"id,created_at,status,organization_id\n1,2020-06-02,open,70\n", id="csv"),
        pytest.param(
            "ticket.csv.gz", gzip.compress(b"id,created_at,status,organization_id\n1,2020-06-02,open,70\n"), id="gz"
        ),
        pytest.param("ticket_data.csv", b"id,created_at,status,organization_id\n1,2020-06-02,open,70\n", id="sample"),
        pytest.param("tickets.csv", b"id,created_at,status,organization_id\n1,2020-06-02,open,70\n", id="plural"),
        pytest.param("ticket.csv", b"ID,CREATED_AT,STATUS,ORGANIZATION_ID\n1,2020-06-02,open,70\n", id="upper-case"),
        pytest.param(
            "ticket.jsonl",
            b'{"id": 1, "created_at": "2020-06-02T00:00:00Z", "status": "open", "organization_id": 70}\n',
            id="jsonl",
        ),
        pytest.param(
            "ticket/2020-06/part 1.csv", b"id,created_at,status,organization_id\n1,2020-06-02,open,70\n", id="folder"
        ),
    ],
)
def test_a_table_is_found_and_read_however_it_is_written(tmp_path, name, content):
    folder = tmp_path / "data" / "zendesk"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(content)
    (folder / "organization.csv").write_text("id,external_id\n70,A\n")

    [row] = rows_of(Landing(tmp_path).source("tickets", "zendesk"))

    assert (row["account_id"], row["ticket_id"], f"{row['opened_at']:%Y-%m-%d}") == ("A", "1", "2020-06-02")


@pytest.mark.parametrize("moment", [1591092000, 1591092000.5, 1591092000500], ids=["seconds", "float", "milliseconds"])
def test_times_that_were_landed_as_numbers_are_read(tmp_path, moment):
    folder = tmp_path / "data" / "zendesk"
    folder.mkdir(parents=True)
    ticket = {"id": ["1"], "created_at": [moment], "status": ["open"], "organization_id": ["70"]}
    pl.DataFrame(ticket).write_parquet(folder / "ticket.parquet")

    [row] = rows_of(Landing(tmp_path).source("tickets", "zendesk", said={"options": {"account_from": "id"}}))

    assert f"{row['opened_at']:%Y-%m-%d %H:%M:%S}" == "2020-06-02 10:00:00"


def test_parquet_files_are_read_with_their_types(tmp_path):
    folder = tmp_path / "data" / "zendesk"
    folder.mkdir(parents=True)
    # Numbers that a connector made floats of, and seconds since 1970: 2 June 2020, 10:00.
    tickets = {"id": [1.0, 2.0], "created_at": [1591092000] * 2, "status": ["open"] * 2, "organization_id": [70, None]}
    pl.DataFrame(tickets | {"merged_ticket_ids": [[2, 3], None]}).write_parquet(folder / "ticket.parquet")
    pl.DataFrame({"id": [70], "external_id": ["A"]}).write_parquet(folder / "organization.parquet")

    [row] = rows_of(Landing(tmp_path).source("tickets", "zendesk"))

    assert (row["account_id"], row["ticket_id"]) == ("A", "1")
    assert f"{row['opened_at']:%Y-%m-%d %H:%M}" == "2020-06-02 10:00"


def test_several_files_of_a_table_are_read_together(tmp_path):
    folder = tmp_path / "data" / "zendesk"
    folder.mkdir(parents=True)
    (folder / "ticket.csv").write_text("id,created_at,status,organization_id\n1,2020-06-02,open,70\n")
    (tmp_path / "more.csv").write_text("id,status,created_at,organization_id,priority\n2,open,2020-06-02,70,low\n")
    (folder / "organization.csv").write_text("id,external_id\n70,A\n")
    both = {"tables": {"ticket": ["data/zendesk/ticket.csv", "more.csv"]}}

    rows = rows_of(Landing(tmp_path).source("tickets", "zendesk", said=both))

    assert [(row["ticket_id"], row["priority"]) for row in rows] == [("1", "normal"), ("2", "low")]


def test_a_glob_with_the_name_of_the_table_finds_it(tmp_path):
    for table, text in {"ticket": "id,created_at,status,organization_id\n1,2020-06-02,open,70\n"}.items():
        (tmp_path / "raw" / table).mkdir(parents=True)
        (tmp_path / "raw" / table / "1.csv").write_text(text)

    spec = SourceSpec(vendor="zendesk").with_kits(
        Vendors.model_validate({"zendesk": {"files": "raw/{table}/*.csv", "options": {"account_from": "id"}}})
    )

    assert "read_csv(['raw/ticket/1.csv']" in KitQuery(spec.kits[0], "tickets", tmp_path).rows()


def test_columns_of_another_loader_are_named(landing):
    landed = {"ticket": [{**TICKET, "org": "70", "organization_id": "no"}], "organization": [ORGANIZATION]}
    landing.land("zendesk", landed)

    [row] = rows_of(landing.source("tickets", "zendesk", said={"columns": {"ticket": {"organization_id": "org"}}}))

    assert row["account_id"] == "A"


def test_a_table_that_is_called_otherwise_is_named(landing):
    landing.land("zendesk", {"support_tickets": [TICKET], "organization": [ORGANIZATION]})
    named = "data/zendesk/support_tickets.csv" if landing.server is None else "zendesk.support_tickets"

    assert len(rows_of(landing.source("tickets", "zendesk", said={"tables": {"ticket": named}}))) == 1


def test_a_table_that_is_set_to_null_is_not_read(landing):
    landing.land("zendesk", {"ticket": [{**TICKET, "organization_id": None, "requester_id": "80"}]})
    landing.land("zendesk", {"user": [{"id": "80", "organization_id": "70"}], "organization": [ORGANIZATION]})

    assert len(rows_of(landing.source("tickets", "zendesk"))) == 1
    assert rows_of(landing.source("tickets", "zendesk", said={"tables": {"user": None}})) == []


def test_a_table_that_is_not_there_is_named_with_what_was_looked_for(landing):
    landing.land("zendesk", {"organization": [ORGANIZATION]})

    with pytest.raises(RetierError, match=r"tickets: there is no table ticket of zendesk: expected .*ticket"):
        rows_of(landing.source("tickets", "zendesk"))


def test_a_required_column_that_is_not_there_is_named(landing):
    landing.land("zendesk", {"ticket": [{"id": "1", "status": "open"}]})

    with pytest.raises(RetierError, match=r"has no column created_at \(it has 'id', 'status'\): say under "):
        rows_of(landing.source("tickets", "zendesk"))


def test_a_table_that_is_there_twice_is_refused(tmp_path):
    folder = tmp_path / "data" / "zendesk"
    folder.mkdir(parents=True)
    (folder / "ticket.csv").write_text("id\n")
    (folder / "ticket.jsonl").write_text("{}\n")

    with pytest.raises(RetierError, match=r"ticket.csv and data/zendesk/ticket.jsonl are both the table ticket"):
        rows_of(Landing(tmp_path).source("tickets", "zendesk"))


def test_a_column_that_is_not_what_it_should_be_fails_with_what_to_do(tmp_path):
    landing = Landing(tmp_path)
    landing.land("zendesk", {"ticket": [{**TICKET, "created_at": "yesterday"}], "organization": [ORGANIZATION]})

    with pytest.raises(RetierError, match=r"tickets: the kit for zendesk failed: .*yesterday.*--eject zendesk.tickets"):
        rows_of(landing.source("tickets", "zendesk"))


@pytest.mark.parametrize(
    ("landed", "kind", "expected"),
    [
        ("VARCHAR", "text", "nullif(trim(\"x\"), '')"),
        ("BIGINT", "id", 'cast("x" as varchar)'),
        ("BOOLEAN", "boolean", '"x"'),
        ("TIMESTAMP WITH TIME ZONE", "timestamp", "\"x\" at time zone 'UTC'"),
        ("TIMESTAMP WITHOUT TIME ZONE", "timestamp", 'cast("x" as timestamp)'),
        ("TIMESTAMP", "date", 'cast(cast("x" as timestamp) as date)'),
        ("NUMERIC(10, 2)", "number", 'cast("x" as double precision)'),
    ],
)
@pytest.mark.parametrize("database", [LandedInDuckDB(), LandedInPostgreSQL()], ids=["files", "postgresql"])
def test_landed_types_become_declared_ones(database, landed, kind, expected):
    assert database.value('"x"', landed, kind) == expected


def test_the_tables_of_a_duckdb_file_are_read(tmp_path):
    with duckdb.connect(str(tmp_path / "landed.duckdb")) as connection:
        connection.execute("create schema helpdesk")
        connection.execute(
            "create table helpdesk.ticket as select 1 as id, timestamptz '2020-06-02 10:00:00+02' as created_at, "
            "'open' as status, 70 as organization_id, [2, 3] as merged_ticket_ids"
        )
        connection.execute("create view helpdesk.organization as select 70.0::double as id, ' A ' as external_id")
    place = {"files": None, "database": "duckdb:///landed.duckdb", "schema": "helpdesk"}

    [row] = rows_of(Landing(tmp_path).source("tickets", "zendesk", said=place))

    assert (row["account_id"], row["ticket_id"], f"{row['opened_at']:%H:%M}") == ("A", "1", "08:00")


def test_a_server_that_landed_everything_as_text_gives_the_same(postgresql, postgresql_url, tmp_path):
    name = postgresql_url.partition("?")[0].rpartition("/")[2]
    # The zone of the session must not matter to a time without an offset.
    postgresql.execute(f"alter database \"{name}\" set timezone = 'Asia/Tokyo'")
    postgresql.execute(
        "create table ticket as select id || '.0' as id, moment as created_at, 'open'::text as status, '70'::text as "
        "organization_id, 'f'::text as is_deleted, '[\"9\"]'::text as merged_ticket_ids from (values (1, '2020-06-02 "
        "10:00:00'), (2, '2020-06-02T12:00:00.5+02:00'), (3, '2020-06-02')) as landed (id, moment)",
        name,
    )
    place = {"files": None, "database": postgresql_url, "options": {"account_from": "id"}}

    rows = rows_of(Landing(tmp_path).source("tickets", "zendesk", said=place))

    found = [(row["ticket_id"], f"{row['opened_at']:%H:%M:%S.%f}"[:10]) for row in rows]
    assert found == [("1", "10:00:00.0"), ("2", "10:00:00.5"), ("3", "00:00:00.0")]


def test_a_database_that_kits_do_not_run_on_is_named(tmp_path):
    (tmp_path / "landed.sqlite").write_bytes(b"")
    place = {"files": None, "database": "sqlite:///landed.sqlite"}

    with pytest.raises(RetierError, match=r"kits do not run on sqlite: let vendors.zendesk read files"):
        rows_of(Landing(tmp_path).source("tickets", "zendesk", said=place))


@pytest.mark.parametrize("place", ["ticket.csv", "ticket/2026.csv", "ticket/part/1.jsonl"])
def test_a_pipe_among_the_tables_is_refused_and_never_opened(place, tmp_path):
    landing = Landing(tmp_path)
    landing.land("zendesk", {"organization": [ORGANIZATION]})
    pipe = next(path for path in tmp_path.rglob("organization*")).parent / place
    pipe.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(pipe)
    with pytest.raises(RetierError, match=rf"{re.escape(place)} is a named pipe, not a file"):
        rows_of(landing.source("tickets", "zendesk"))
