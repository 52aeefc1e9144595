"""What retier.yaml says of vendors, and sources that come from their kits."""

from __future__ import annotations

import pytest

from flows.settings import load_project
from flows.settings.yaml_file import FileError
from tests.flows.conftest import SOURCES, write_project

ZENDESK = "vendors:\n  zendesk:\n    files: data/zendesk\n"
TICKETS = "  tickets: {vendor: zendesk}\n"


def test_a_source_knows_its_kit_and_where_the_tables_lie(project):
    options = "    options: {priority: low}\n    tables: {account_map: added/map.csv}\n"
    write_project(project, SOURCES + TICKETS + ZENDESK + options)

    [use] = load_project(project, {}).settings.sources["tickets"].kits

    assert (use.vendor, use.settings.files, use.settings.options.priority) == ("zendesk", "data/zendesk", "low")
    assert use.settings.tables == {"account_map": ["added/map.csv"]}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(
            SOURCES + "  tickets: {vendor: zendsk}\n" + ZENDESK,
            "sources.tickets.vendor (line 5): got 'zendsk', unknown vendor: did you mean zendesk?",
            id="source-of-no-vendor",
        ),
        pytest.param(
            SOURCES + TICKETS,
            "sources.tickets.vendor (line 5): got 'zendesk', expected a section vendors.zendesk that says where its",
            id="vendor-without-a-section",
        ),
        pytest.param(
            SOURCES + "  invoices: {vendor: zendesk}\n" + ZENDESK,
            "sources.invoices.vendor (line 5): got 'zendesk', the kit for zendesk makes no invoices: it makes tickets",
            id="source-that-the-kit-does-not-make",
        ),
        pytest.param(
            SOURCES + "vendors:\n  zendes:\n    files: data\n",
            "vendors.zendes (line 6): got 'zendes', unknown vendor: did you mean zendesk?",
            id="section-of-no-vendor",
        ),
        pytest.param(
            SOURCES + ZENDESK + "    tables: {tickt: a.csv}\n",
            "the kit for zendesk reads no table tickt: did you mean ticket?",
            id="table-that-is-not-read",
        ),
        pytest.param(
            SOURCES + ZENDESK + "    tables: {ticket: null}\n",
            "the kit for zendesk cannot do without ticket: name its file or table, not null",
            id="table-that-must-be-read",
        ),
        pytest.param(
            SOURCES + ZENDESK + "    columns: {ticket: {statu: State}}\n",
            "the kit for zendesk reads no column ticket.statu: did you mean status?",
            id="column-that-is-not-read",
        ),
        pytest.param(
            SOURCES + ZENDESK + "    options: {priority: huge}\n",
            "vendors.zendesk.options.priority (line 8): got 'huge', expected 'low', 'normal', 'high' or 'urgent'",
            id="option-with-a-wrong-value",
        ),
        pytest.param(
            SOURCES + ZENDESK + "    options: {prio: low}\n",
            "vendors.zendesk.options.prio (line 8): got 'low', unknown key",
            id="unknown-option",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(project, settings, expected):
    write_project(project, settings)

    with pytest.raises(FileError) as caught:
        load_project(project, {})

    assert expected in str(caught.value)


def test_the_url_of_a_vendors_database_is_shown_nowhere(project):
    vendors = "vendors:\n  zendesk:\n    database: postgresql://me:${PASSWORD}@host/db\n"
    write_project(project, SOURCES + TICKETS + vendors)
    read = load_project(project, {"PASSWORD": "hunter2"})
    assert "hunter2" not in repr(read) + str(read) + read.settings.sources["tickets"].definition()

    write_project(project, SOURCES + TICKETS + vendors + "    files: data\n")
    with pytest.raises(FileError) as caught:
        load_project(project, {"PASSWORD": "hunter2"})
    assert "hunter2" not in str(caught.value)
    assert "write either files, a folder, or database, a URL" in str(caught.value)
