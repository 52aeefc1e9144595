"""`retier check` of sources that come from the kits of vendors: what they found, and what they leave out."""

from __future__ import annotations

import json

import pytest

from tests.flows.cli.small import MONTH, small_project

TABLES = {
    "ticket": "id,created_at,status,priority,organization_id,merged_ticket_ids\n"
    "1,2025-06-02 10:00:00,open,high,70,[4]\n"
    "2,2025-06-03 10:00:00,open,low,71,[]\n"
    "3,2025-06-04 10:00:00,open,low,72,[]\n"
    "4,2025-06-05 10:00:00,closed,low,70,[]\n",
    "organization": "id,external_id\n70,a\n71,\n",
}


@pytest.fixture
def project(tmp_path):
    folder = small_project(tmp_path)
    settings = folder / "retier.yaml"
    settings.write_text(
        f"{settings.read_text()}  tickets: {{vendor: zendesk}}\nvendors:\n  zendesk: {{files: data/zendesk}}\n"
    )
    (folder / "data" / "zendesk").mkdir()
    for name, text in TABLES.items():
        (folder / "data" / "zendesk" / f"{name}.csv").write_text(text)
    return folder


def test_it_says_what_a_kit_found_and_left_out_and_what_is_not_landed(run, project):
    shown = run("check", "--project", project, "--month", MONTH)

    assert shown.exit_code == 0, shown.output
    assert "tickets, from zendesk: 1 row\n" in shown.stdout
    assert "  left out: 1 ticket was merged into another one, and is no ticket of its own\n" in shown.stdout
    assert "  left out: 2 tickets are of organizations without an account: write the account into" in shown.stdout
    assert "  satisfaction_rating is not landed: csat is not known\n" in shown.stdout
    assert "  ticket.updated_at, ticket.is_deleted, ticket_tag, account_map are not landed" in shown.stdout


def test_the_same_is_in_its_json(run, project):
    report = json.loads(run("check", "--project", project, "--month", MONTH, "--json").stdout)
    [tickets] = [source for source in report["sources"] if source["source"] == "tickets"]
    [kit] = tickets["kits"]

    assert (kit["vendor"], kit["rows"]) == ("zendesk", 1)
    assert [(one["reason"], one["items"]) for one in kit["left_out"]] == [("merged", 1), ("without_account", 2)]
    assert any(sentence.startswith("ticket_field_history is not landed: ") for sentence in kit["not_landed"])


def test_a_kit_that_leaves_everything_out_is_a_warning(run, project):
    (project / "data" / "zendesk" / "organization.csv").write_text("id,external_id\n")

    shown = run("check", "--project", project, "--month", MONTH)

    assert "warn: tickets: the kit for zendesk makes no row and leaves all out: 1 ticket was merged" in shown.stdout


def test_a_table_that_is_not_there_stops_a_run(run, project):
    (project / "data" / "zendesk" / "ticket.csv").unlink()

    shown = run("check", "--project", project, "--month", MONTH)

    assert shown.exit_code == 1
    assert "fail: tickets: there is no table ticket of zendesk: expected data/zendesk/ticket.csv" in shown.stdout
