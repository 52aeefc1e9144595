"""`retier init --with` and `--eject`: the kits of vendors in a project's files."""

from __future__ import annotations

import stat

import pytest

from flows.settings import load_project
from sql.render import render
from sql.sources.source import open_sources
from sql.vendors.kit import VENDORS, kit_of
from tests.flows.cli.small import small_project
from tests.sql.vendors.conftest import rows_of
from tests.sql.vendors.landing import Landing

TABLES = {
    "ticket": [
        {"id": "1", "created_at": "2025-06-02 10:00:00", "status": "open", "organization_id": "70"},
        {"id": "2", "created_at": "2025-05-03 10:00:00", "status": "closed", "organization_id": "70"},
    ],
    "organization": [{"id": "70", "external_id": "a"}],
}
SECTION = "vendors:\n  zendesk:\n    {place}\n    options: {{csat_good: 4}}  # ours\n"


def test_it_maps_the_sources_that_the_kits_make(run, tmp_path):
    result = run("init", "--with", ",".join(VENDORS), "--project", tmp_path)
    assert result.exit_code == 0, result.stderr

    settings = load_project(tmp_path, {}).settings

    made = {source for vendor in VENDORS for source in kit_of(vendor).sources}
    assert {name for name, spec in settings.sources.items() if spec.vendors} == made
    assert {"accounts", "usage", "subscriptions"} <= settings.sources.keys()
    for vendor in VENDORS:
        assert settings.vendors.of(vendor).files == f"data/{vendor}/"
        assert [name for name, spec in settings.sources.items() if vendor in spec.vendors] == [
            name for name in settings.sources if name in kit_of(vendor).sources
        ]


def test_everything_else_stays_as_it_is_without(run, tmp_path):
    run("init", "--project", tmp_path / "without")
    run("init", "--with", "zendesk", "--project", tmp_path / "with")
    without, with_it = ((tmp_path / name / "retier.yaml").read_text().splitlines() for name in ("without", "with"))

    gone = [line for line in without if line not in with_it and "helpdesk" not in line]
    assert gone == ["  # tickets:", "  #   sql: queries/tickets.sql"]
    assert "  # One row per support ticket: feeds health, complexity and cost to serve." in with_it


def test_the_tables_may_lie_in_a_database_or_in_another_folder(run, tmp_path):
    database = ("--database", "${VENDORS_URL}", "--schema", "zendesk=fivetran_zendesk")
    run("init", "--with", "zendesk", *database, "--project", tmp_path / "a")
    run("init", "--with", "zendesk", "--files", "exports/", "--project", tmp_path / "b")

    zendesk = load_project(tmp_path / "a", {"VENDORS_URL": "postgresql://host/db"}).settings.vendors.zendesk
    assert (zendesk.database, zendesk.schema_name) == ("postgresql://host/db", "fivetran_zendesk")
    assert load_project(tmp_path / "b", {}).settings.vendors.zendesk.files == "exports/zendesk/"


def test_the_options_that_it_shows_are_the_defaults(run, tmp_path):
    run("init", "--with", "zendesk", "--project", tmp_path)
    path = tmp_path / "retier.yaml"
    before = load_project(tmp_path, {}).settings.vendors
    path.write_text(path.read_text().replace("    # options: ", "    options: "))

    assert load_project(tmp_path, {}).settings.vendors == before


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(["--with", "zendsk"], "there is no kit for zendsk: did you mean zendesk?", id="no-kit"),
        pytest.param(["--with", ","], "--with names no vendor: expected some of stripe", id="no-vendor"),
        pytest.param(["--files", "data"], "go with --with", id="files-alone"),
        pytest.param(["--with", "zendesk", "--files", "a", "--database", "b"], "exclude each other", id="two-places"),
        pytest.param(
            ["--with", "zendesk", "--database", "postgresql://me:secret@host/db"],
            "--database holds a password",
            id="password",
        ),
        pytest.param(
            ["--with", "zendesk", "--database", "${URL}", "--schema", "zendesk"], "not VENDOR=SCHEMA", id="schema"
        ),
        pytest.param(
            ["--with", "zendesk", "--database", "${URL}", "--schema", "stripe=a"],
            "--schema names stripe, which --with does not",
            id="schema-of-another",
        ),
        pytest.param(["--with", "zendesk", "--eject", "zendesk"], "exclude each other", id="two-things"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(run, tmp_path, line, expected):
    result = run("init", *line, "--project", tmp_path)

    assert result.exit_code == 2
    assert expected in result.stderr
    assert "secret" not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(params=["files", "postgresql"])
def landed(request, tmp_path, monkeypatch):
    """A project whose tickets come from the kit for Zendesk, on both engines."""
    folder = small_project(tmp_path)
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    landing = Landing(folder, server, server.new_database() if server else "")
    landing.land("zendesk", TABLES)
    place = "files: data/zendesk"
    if server is not None:
        monkeypatch.setenv("VENDORS_URL", landing.place_of("zendesk")["database"])
        place = "database: '${VENDORS_URL}'\n    schema: zendesk"
    settings = folder / "retier.yaml"
    tickets = (
        "  tickets:\n    # from the helpdesk\n    vendor: zendesk  # until we know better\n    known_since: 2025-01\n"
    )
    settings.write_text(settings.read_text() + tickets + SECTION.format(place=place))
    yield landing
    if server is not None:
        server.drop(landing.database)


def tickets_of(landing: Landing) -> list[dict]:
    url = landing.place_of("zendesk").get("database", "")
    project = load_project(landing.folder, {"VENDORS_URL": url})
    return rows_of(open_sources(project.settings.sources, landing.folder, landing.folder / "staged")["tickets"])


def test_a_query_that_is_taken_over_reads_the_same_rows(run, landed):
    before = tickets_of(landed)
    settings = landed.folder / "retier.yaml"
    settings.chmod(0o640)
    written = settings.read_text()

    result = run("init", "--eject", "zendesk", "--project", landed.folder)

    assert result.exit_code == 0, result.output
    assert tickets_of(landed) == before
    assert [row["ticket_id"] for row in before] == ["1", "2"]
    named = "sql: queries/tickets.sql" + ("" if landed.server is None else "\n    database: '${VENDORS_URL}'")
    assert settings.read_text() == written.replace("vendor: zendesk  # until", f"{named}  # until")
    assert stat.S_IMODE(settings.stat().st_mode) == 0o640
    text = (landed.folder / "queries" / "tickets.sql").read_text()
    assert text.startswith("-- Taken over from the kit for zendesk, version ")
    assert render(text, {}, "it").parameters == {}


def test_it_is_taken_over_from_a_mapping_in_braces(run, landed):
    settings = landed.folder / "retier.yaml"
    before = tickets_of(landed)
    start = settings.read_text().index("  tickets:\n")
    end = settings.read_text().index("vendors:\n")
    rest = settings.read_text()
    settings.write_text(f"{rest[:start]}  tickets: {{vendor: [zendesk], known_since: 2025-01}}\n{rest[end:]}")

    assert run("init", "--eject", "zendesk.tickets", "--project", landed.folder).exit_code == 0
    assert tickets_of(landed) == before


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("zendsk", "there is no kit for zendsk: did you mean zendesk?"),
        ("zendesk.invoices", "invoices does not come from the kit for zendesk in retier.yaml: these do: tickets"),
        ("stripe", "no source comes from the kit for stripe in retier.yaml"),
    ],
)
def test_what_cannot_be_taken_over_is_named(run, tmp_path, named, expected):
    folder = small_project(tmp_path)
    Landing(folder).land("zendesk", TABLES)
    settings = folder / "retier.yaml"
    tickets = "  tickets: {vendor: zendesk}\n" + SECTION.format(place="files: data/zendesk")
    settings.write_text(settings.read_text() + tickets)

    result = run("init", "--eject", named, "--project", folder)

    assert result.exit_code == 2
    assert expected in result.stderr
    assert not (folder / "queries").exists()


def test_a_query_of_the_project_is_never_overwritten(run, tmp_path):
    folder = small_project(tmp_path)
    Landing(folder).land("zendesk", TABLES)
    settings = folder / "retier.yaml"
    settings.write_text(
        settings.read_text() + "  tickets: {vendor: zendesk}\n" + SECTION.format(place="files: data/zendesk")
    )
    written = settings.read_text()
    (folder / "queries").mkdir()
    (folder / "queries" / "tickets.sql").write_text("mine")

    result = run("init", "--eject", "zendesk", "--project", folder)

    assert result.exit_code == 2
    assert "tickets.sql exists already" in result.stderr
    assert (settings.read_text(), (folder / "queries" / "tickets.sql").read_text()) == (written, "mine")
