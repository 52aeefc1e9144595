"""What holds of every kit: its own files, and columns that a connector did not land."""

from __future__ import annotations

import re
from datetime import date

import pytest
from pydantic import ValidationError

from sql.render import render
from sql.sources.spec import SourceSpec
from sql.sources.text import connect
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

A_VALUE = {
    "id": "1",
    "text": "a@b.c",
    "integer": 1,
    "number": 1,
    "boolean": False,
    "timestamp": "2020-01-02 10:00:00",
    "date": "2020-01-02",
    "json": "[]",
}
"""A value of each kind of column."""

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
        name: [row]
        for name, table in tables.items()
        if (row := {column: A_VALUE[about.kind] for column, about in table.columns.items() if about.is_required})
        and (not table.is_optional or f"demand('{name}')" in template)
    }
    landing.land(vendor, landed)

    read_all(landing, vendor, source)


@each_kit
def test_lacking_any_one_optional_column_fails_nothing(tmp_path, vendor, source):
    tables = kit_of(vendor).tables
    for name, table in tables.items():
        for column, about in table.columns.items():
            if not about.is_required:
                folder = tmp_path / name / column
                folder.mkdir(parents=True)
                landing = Landing(folder)
                rows = {
                    one: [{each: A_VALUE[kind.kind] for each, kind in about_it.columns.items()}]
                    for one, about_it in tables.items()
                }
                del rows[name][0][column]
                landing.land(vendor, rows)
                use = landing.spec(source, vendor).kits[0]
                for text in (KitQuery(use, source, folder).rows(), KitQuery(use, source, folder).left_out()):
                    months = {"month_start": date(2020, 1, 1), "month_end": date(2020, 2, 1)}
                    statement = render(text, months, f"{name}.{column}")
                    with connect() as connection:
                        connection.execute(f"set file_search_path = '{folder}'")
                        connection.execute(statement.for_duckdb(), statement.parameters).fetchall()


def read_all(landing: Landing, vendor: str, source: str) -> None:
    """Read the rows that a kit makes, those that are held back, and the counts of what is left out, of one month."""
    opened, month = landing.source(source, vendor), Month.parse("2020-01")
    try:
        opened.months((month,))
    except RetierError as error:
        # A source that a project cannot do without says so.
        if "has no rows in 'the kit for" not in str(error):
            raise
        return
    assert opened.usable(month).collect().height + opened.refused(month).collect().height <= 1
    counts = left_out(landing.spec(source, vendor).kits[0], source, landing.folder, landing.folder / "scratch", month)
    assert set(counts.reasons) <= set(kit_of(vendor).reasons)


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


def test_no_kit_has_a_file_that_nothing_reads():
    read = {"tables.yaml", "reasons.yaml", *(f"{source}.sql" for source in SOURCES)}
    for vendor in VENDORS:
        folder = TEMPLATES.joinpath(vendor)
        assert not folder.is_dir() or {entry.name for entry in folder.iterdir()} <= read


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
