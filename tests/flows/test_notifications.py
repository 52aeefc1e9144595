"""A run fills the outbox in its transaction and sends afterwards; a backfill is silent unless asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.cli.app import app
from flows.settings import load_project
from tests.flows.notify.published import outbox_of
from tests.flows.notify.receivers import WebServer, web_server
from tests.flows.projects import FEBRUARY, JANUARY, MARCH, healthy_tables, run_months, write_csv, write_project

_TEAM = [
    {"owner": "csm0@example.com", "email": "zero@example.com", "pool": "dedicated", "hours_per_month": 100},
    {"owner": "csm1@example.com", "email": "one@example.com", "pool": "pooled", "hours_per_month": 100},
]  # fmt: skip


@pytest.fixture(scope="module")
def receiver() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@dataclass(frozen=True)
class Lived:
    """What a project came to.

    Attributes:
        outboxes: The outbox after each command.
        posted: How many messages arrived in each.
        said: What each said.
    """

    outboxes: list[pl.DataFrame]
    posted: list[int]
    said: list[Result]


@pytest.fixture(scope="module")
def lived(receiver: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """January is published untold; February runs; March is backfilled silently, and anew to be told."""
    tables = healthy_tables() | {"team": _TEAM}
    folder = write_project(tmp_path_factory.mktemp("project"), tables)
    channels = f'channels:\n  hook: {{url: "json://{receiver.url}/hook?-to={{recipient}}", to: [desk@example.com]}}\n'
    settings = folder / "retier.yaml"
    settings.write_text(channels + settings.read_text(encoding="utf-8"), encoding="utf-8")
    run_months(folder, [JANUARY])
    receiver.answers[:] = [500]
    backfill = ("backfill", "--from", str(MARCH), "--to", str(MARCH), "--reason", "a test")
    lines = [
        ("run", "--month", str(FEBRUARY)),
        ("run", "--month", str(FEBRUARY), "--no-notify", "--json"),
        backfill,
        (*backfill, "--notify", "--json"),
    ]
    outboxes, posted, said = [], [], []
    for line in lines:
        if "--notify" in line:
            dearer = [row | {"mrr": float(row["mrr"]) * 40} for row in tables["subscriptions"]]
            write_csv(folder / "data" / "subscriptions.csv", dearer)
        receiver.posted.clear()
        said.append(CliRunner().invoke(app, [*line, "--known-at", "2025-03-31", "--project", str(folder)]))
        outboxes.append(outbox_of(load_project(folder, {})))
        posted.append(len(receiver.posted))
    return Lived(outboxes, posted, said)


def test_all_commands_end_well_though_a_message_failed(lived):
    assert [result.exit_code for result in lived.said] == [0, 0, 0, 0], [result.output for result in lived.said]


def test_a_run_tells_its_changes_and_what_waited_and_says_what_became_of_them(lived):
    rows = lived.outboxes[0]
    assert Counter(rows["month"]) == {JANUARY.first_day: 1, FEBRUARY.first_day: rows.height - 1}
    assert set(rows["recipient"]) == {"zero@example.com", "one@example.com", "desk@example.com"}
    assert Counter(rows["status"])["pending"] == 1, "the one that failed"
    assert lived.posted[0] == rows["message_id"].n_unique()
    said = lived.said[0].stdout
    assert f"  Sent: {lived.posted[0] - 1} messages, 1 to be retried" in said.splitlines()
    assert "hook: the receiver answered 500" in said.splitlines()


def test_the_same_month_again_tells_nothing_new(lived):
    assert json.loads(lived.said[1].stdout)["status"] == "unchanged"
    assert lived.outboxes[1].equals(lived.outboxes[0])
    assert lived.posted[1] == 0, "--no-notify leaves the outbox alone"


def test_a_backfill_is_silent(lived):
    assert lived.outboxes[2].equals(lived.outboxes[1])
    assert lived.posted[2] == 0


def test_a_backfill_that_is_asked_to_tells_its_corrections(lived):
    told = json.loads(lived.said[3].stdout)
    assert told["months"][0]["revision"] == 2
    rows = lived.outboxes[3].filter(pl.col("month") == MARCH.first_day)
    assert set(rows["revision"]) == {2}
    assert "alert" in set(rows["message"])
    assert told["notifications"]["sent"] == lived.posted[3] > 0
