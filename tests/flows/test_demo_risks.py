"""The demo's two silent customers are found by name: in the report, in accounts_at_risk and in a digest."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.notify.read import changes_of
from flows.notify.send import send_waiting
from flows.settings import Project, load_project
from flows.transactions import write_in_transaction
from sql.outbox import append_new
from sql.state import tiers_of
from tests.demo import Demo
from tests.flows.notify.receivers import web_server
from transforms.notifications.events import events_of
from transforms.notifications.outbox import Outbox, notifications_of
from transforms.sample import MONTHS, STORIES

NEWEST = MONTHS[-1]
SILENT = {"story-silent-churner": ("chronic", "chronic_risk"), "story-onboarding-silent": ("silent", "usage_call")}
NAMES = {story.account_id: story.name for story in STORIES}
SAID = {
    "story-silent-churner": "it stays ill and needs a person",
    "story-onboarding-silent": "it has stopped using the product",
}


def fill_outbox(project: Project) -> None:
    """Fill the outbox of the newest month, as a run that notifies does: the demo is backfilled and tells nobody."""

    def work(connection) -> None:
        changes, tiers = changes_of(connection, NEWEST), tiers_of(connection, NEWEST)
        nobody = {"account_id": pl.String, "region": pl.String}, {"owner": pl.String, "address": pl.String}
        of_whom = (pl.LazyFrame(schema=schema) for schema in nobody)
        events = events_of(changes, changes.clear(), tiers.clear(), tiers, *of_whom)
        rules = project.policies.policy_for(NEWEST).notifications
        routes = [channel.route(name) for name, channel in project.settings.channels.items()]
        append_new(connection, notifications_of(Outbox(NEWEST, 1, rules), events, routes))

    write_in_transaction(project, work)


@pytest.fixture(scope="module")
def digests(demo_project: Demo, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The digests of the newest month, as they arrive."""
    folder = demo_project.copy_to(tmp_path_factory.mktemp("told") / "demo")
    settings = folder / "retier.yaml"
    with web_server() as web:
        channel = f'channels:\n  hook: {{url: "json://{web.url}/hook", messages: [digest]}}\n'
        settings.write_text(settings.read_text(encoding="utf-8") + channel, encoding="utf-8")
        project = load_project(folder, {})
        fill_outbox(project)
        send_waiting(project)
        return [one.json["message"] for one in web.posted]


@pytest.fixture(scope="module")
def warehouse(demo_project: Demo) -> Path:
    """The file of the demo's warehouse."""
    return demo_project.folder / "retier.duckdb"


@pytest.mark.parametrize("account_id", SILENT)
def test_it_is_in_accounts_at_risk_with_its_reason_and_action(warehouse, account_id):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = "select name, reason, next_action from retier.retier.accounts_at_risk where account_id = ?"
        found = connection.execute(query, [account_id]).fetchall()
    assert found == [(NAMES[account_id], *SILENT[account_id])]


@pytest.mark.parametrize("account_id", SILENT)
def test_it_is_in_the_report_by_name_with_what_is_done(demo_project, account_id):
    page = (demo_project.folder / "out" / f"report-{NEWEST}.html").read_text(encoding="utf-8")
    section = page.partition('id="risk"')[2].partition("<section")[0]
    (row,) = [one for one in section.split("<tr") if NAMES[account_id] in one]
    text = unescape(re.sub(r"<[^>]+>", " ", row))
    assert SAID[account_id] in text
    assert re.search(r"(usage call|call about lasting poor health) was due by 2026-", text)


@pytest.mark.parametrize("account_id", SILENT)
def test_it_is_in_one_digest_by_name_with_what_is_done(digests, account_id):
    (line,) = [line for told in digests for line in told.splitlines() if f"{NAMES[account_id]} ({account_id})" in line]
    assert SAID[account_id] in line
    assert re.search(r"(usage call|call about lasting poor health) was due by 2026-", line)
