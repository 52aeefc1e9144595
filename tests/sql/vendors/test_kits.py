"""What holds of every kit: its own files, how its tables are found, and columns that a connector did not land."""

from __future__ import annotations

import gzip
import re

import duckdb
import polars as pl
import pytest
from pydantic import ValidationError

from sql.dialects.landed import LandedInDuckDB, LandedInPostgreSQL
from sql.sources.spec import SourceSpec
from sql.vendors.counts import left_out
from sql.vendors.kit import TEMPLATES, VENDORS, kit_of
from sql.vendors.options import OPTIONS
from sql.vendors.render import KitQuery
from sql.vendors.settings import Vendors
from sql.vendors.versions import VERSIONS
from tests.sql.vendors.conftest import rows_of
from tests.sql.vendors.landing import Landing
from transforms.contracts import SOURCES
from transforms.errors import RetierError
from transforms.month import Month

KITS = [(vendor, source) for vendor in VENDORS for source in kit_of(vendor).sources]
each_kit = pytest.mark.parametrize(("vendor", "source"), KITS, ids=["-".join(each) for each in KITS])

TICKET = {"id": "1", "created_at": "2020-06-02 10:00:00", "status": "open", "organization_id": "70"}
ORGANIZATION = {"id": "70", "external_id": "A"}


@each_kit
def test_a_kit_makes_a_source_that_there_is(vendor, source):
    assert source in SOURCES


def test_every_vendor_has_options_and_settings():
    assert set(OPTIONS) == set(VENDORS) == set(Vendors.model_fields) == set(VERSIONS)


@pytest.mark.parametrize("vendor", VENDORS)
def test_versions_are_numbered_without_a_gap_each_with_its_reason(vendor):
    assert list(VERSIONS[vendor]) == list(range(1, len(VERSIONS[vendor]) + 1))
    assert all(VERSIONS[vendor].values())


@each_kit
def test_every_reason_that_a_template_gives_is_described(vendor, source):
    kit, template = kit_of(vendor), kit_of(vendor).template(source)
    block = re.search(r"\bleft_out as \(.*?\n\)", template, re.DOTALL)

    assert block, "the template has no left_out"
    given = set(re.findall(r"(?:then|else) '(\w+)'|'(\w+)' as reason", block[0]))
    assert {one for pair in given for one in pair if one} <= set(kit.reasons)


@each_kit
def test_a_kit_reads_no_table_that_it_does_not_describe(vendor, source):
    named = re.search(r"\{\{ tables\((.*?)\) \}\}", kit_of(vendor).template(source), re.DOTALL)

    assert named, "the template names no tables"
    assert set(re.findall(r"'(\w+)'", named[1])) <= set(kit_of(vendor).tables)


@each_kit
def test_lacking_every_optional_column_and_table_fails_nothing(landing, vendor, source):
    tables, template = kit_of(vendor).tables, kit_of(vendor).template(source)
    landed = {
        name: [dict.fromkeys(required)]
        for name, table in tables.items()
        if (required := [column for column, about in table.columns.items() if about.is_required])
        and (not table.is_optional or f"demand('{name}')" in template)
    }
    landing.land(vendor, landed)
    opened = landing.source(source, vendor)

    assert rows_of(opened, ()) == []
    assert KitQuery(landing.spec(source, vendor).kits[0], source, landing.folder).left_out()


@each_kit
def test_lacking_any_one_optional_column_fails_nothing(tmp_path, vendor, source):
    tables = kit_of(vendor).tables
    for name, table in tables.items():
        for column, about in table.columns.items():
            if not about.is_required:
                folder = tmp_path / name / column
                folder.mkdir(parents=True)
                landing = Landing(folder)
                rows = {one: [dict.fromkeys(each.columns)] for one, each in tables.items()}
                del rows[name][0][column]
                landing.land(vendor, rows)
                assert rows_of(landing.source(source, vendor)) == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_columns_of_a_kit_are_written_so_that_every_database_takes_them(vendor):
    for table in kit_of(vendor).tables.values():
        assert (table.called or "x").islower()
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", column) for column in table.columns)


def test_the_rendered_query_is_plain_sql_that_a_person_can_read(tmp_path):
    landing = Landing(tmp_path)
    landing.land("zendesk", {"ticket": [TICKET], "organization": [ORGANIZATION]})
    text = KitQuery(landing.spec("tickets", "zendesk").kits[0], "tickets", tmp_path).rows()

    assert text.startswith("-- Tickets of Zendesk: one row per ticket")
    assert "read_csv(['data/zendesk/ticket.csv'], all_varchar = true" in text
    assert "cast(null as timestamp) as updated_at" in text
    assert "{{" not in text
    assert "{%" not in text


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
    ("said", "expected"),
    [
        pytest.param({}, "write either files", id="no-place"),
        pytest.param({"files": "a", "database": "postgresql://host/db"}, "write either files", id="two-places"),
        pytest.param({"files": "a", "schema": "b"}, "schema goes with database", id="schema-of-files"),
        pytest.param({"files": "s3://bucket/a"}, "kits read local files", id="remote"),
        pytest.param({"files": "a", "options": {"priority": "huge"}}, "'low', 'normal'", id="option"),
    ],
)
def test_what_is_said_of_a_vendor_is_checked(said, expected):
    with pytest.raises(ValidationError, match=expected):
        Vendors.model_validate({"zendesk": said})


def test_the_definition_of_a_source_has_the_kit_in_it_and_not_where_its_tables_lie():
    def defined(**said):
        return SourceSpec(vendor="zendesk").with_kits(Vendors.model_validate({"zendesk": said})).definition()

    assert defined(files="a") == defined(files="b")
    assert defined(files="a") != defined(files="a", options={"priority": "low"})
    assert '"version": 1' in defined(files="a")


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


def test_no_kit_has_a_file_that_nothing_reads():
    read = {"tables.yaml", "reasons.yaml", *(f"{source}.sql" for source in SOURCES)}
    for vendor in VENDORS:
        folder = TEMPLATES.joinpath(vendor)
        assert not folder.is_dir() or {entry.name for entry in folder.iterdir()} <= read


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


@pytest.fixture
def invented(monkeypatch, tmp_path_factory):
    """Kits for HubSpot and Salesforce that make tickets of one table each, the latter month by month."""
    folder = tmp_path_factory.mktemp("templates")
    ctes = (
        "with\n{{ tables('case') }},\n\nleft_out as (select 'old' as reason, id as item_id from sf_case where is_old)\n"
    )
    counted = "{% if is_count %}select reason, count(*) as rows_left_out from left_out group by reason{% else %}\n"
    columns = "id as ticket_id, 'A' as account_id, 'low' as priority, opened as opened_at"
    rows = f"select {columns} from sf_case where not is_old"
    by_month = "\nand opened >= {{ month_start }} and opened < {{ month_end }}"
    for vendor, condition in {"hubspot": "", "salesforce": by_month}.items():
        (folder / vendor).mkdir()
        (folder / vendor / "tickets.sql").write_text(f"{ctes}{counted}{rows}{condition}{{% endif %}}\n")
        columns = "{id: {type: id, required: true}, opened: {type: timestamp, required: true}, is_old: boolean}"
        (folder / vendor / "tables.yaml").write_text(f"case: {{meaning: Cases, called: sf_case, columns: {columns}}}\n")
        (folder / vendor / "reasons.yaml").write_text('old: {says: "{count} [case is|cases are] old"}\n')
    monkeypatch.setattr("sql.vendors.kit.TEMPLATES", folder)
    monkeypatch.setattr("sql.vendors.render.TEMPLATES", folder)
    kit_of.cache_clear()
    yield
    kit_of.cache_clear()


@pytest.mark.usefixtures("invented")
def test_the_rows_of_two_kits_follow_one_another_one_of_them_month_by_month(landing):
    cases = [
        {"id": "1", "opened": "2026-01-31 23:59:59", "is_old": False},
        {"id": "2", "opened": "2026-02-01 00:00:00", "is_old": False},
        {"id": "3", "opened": "2026-02-01 00:00:00", "is_old": True},
    ]
    landing.land("hubspot", {"case": [cases[0] | {"id": "h"}]})
    landing.land("salesforce", {"case": cases})
    january, february = Month.parse("2026-01"), Month.parse("2026-02")
    source = landing.source("tickets", "hubspot", "salesforce")

    assert source.is_by_month
    assert [row["ticket_id"] for row in rows_of(source, (january,))] == ["1", "h"]
    assert [row["ticket_id"] for row in rows_of(source, (february,))] == ["1", "2", "h"]
    assert (source.rows_of("the kit for hubspot"), source.rows_of("the kit for salesforce")) == (1, 2)

    use = landing.spec("tickets", "salesforce").kits[0]
    assert left_out(use, "tickets", landing.folder, landing.folder / "scratch", february).reasons == {"old": 1}
    assert use.kit.reasons["old"].sentence(1) == "1 case is old"
