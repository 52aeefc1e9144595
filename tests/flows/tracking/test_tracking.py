"""What Prefect is told and decides, as far as no server is needed; tests/deploy/test_deploying.py has one."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import pytest
from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL, PREFECT_CLOUD_API_URL, temporary_settings
from prefect.states import Failed
from sqlalchemy.exc import OperationalError

from flows.cli.tracking import is_tracked, tracked
from flows.progress import Silent
from flows.stages import Stage, StageIO
from flows.tracking import events
from flows.tracking.artifacts import _in_cell
from flows.tracking.assets import published_assets
from flows.tracking.event_delivery import ATTEMPTS_WITHOUT_A_PAUSE, let_events_wait_for_the_next
from flows.tracking.month import month_of_ended_run, month_of_run, name_as_asked, name_of_run
from flows.tracking.tasks import FIRST_PAUSE_SECONDS, RETRIES, TaskStages
from sql.engine import WarehouseGoneError
from transforms.contracts import PUBLISHED
from transforms.errors import DataQualityError, RetierError, WrongUseError
from transforms.month import Month

SCHEDULED = datetime.fromisoformat("2026-11-04T06:00:00+01:00")
NOT_THERE = "http://127.0.0.1:1/api"


@pytest.fixture
def scheduled(monkeypatch):
    """A run that was scheduled for the third working day of November, whenever it begins."""
    monkeypatch.setitem(flow_run.FIELDS, "scheduled_start_time", lambda: SCHEDULED)


def caused_by(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("month", "known_at", "expected"),
    [
        (None, None, "2026-10"),
        ("2025-03", None, "2025-03"),
        (None, "2025-04-30", "2025-04"),
        (None, "2025-04-29", "2025-03"),
        ("2025-02", "2025-04-29", "2025-02"),
    ],
)
def test_a_run_is_about_the_month_that_had_ended_when_it_was_to_begin(scheduled, month, known_at, expected):
    assert str(month_of_run(month, known_at)) == expected
    assert (
        str(month_of_ended_run({"month": month, "known_at": known_at}, None)) == expected or month is known_at is None
    )


def test_a_month_that_has_not_ended_is_refused(scheduled):
    with pytest.raises(WrongUseError, match="has not ended yet"):
        month_of_run("2999-01", None)
    assert month_of_ended_run({"month": "2999-01"}, None) is None


@pytest.mark.parametrize(
    ("parameters", "name", "as_asked"),
    [
        ({"month": "2025-03"}, "retier 2025-03", "retier 2025-03"),
        ({"month": "2999-01"}, "retier", "retier 2999-01"),
    ],
)
def test_runs_are_named_by_their_month(scheduled, monkeypatch, parameters, name, as_asked):
    monkeypatch.setitem(flow_run.FIELDS, "parameters", lambda: parameters)
    assert (name_of_run("retier"), name_as_asked("retier")) == (name, as_asked)


@pytest.mark.parametrize(
    ("error", "is_tried_again"),
    [
        (WarehouseGoneError("gone"), True),
        (caused_by(RetierError("cannot be read"), ConnectionResetError()), True),
        (caused_by(RetierError("cannot be read"), OperationalError("select 1", {}, Exception())), True),
        (caused_by(RetierError("is not there"), FileNotFoundError()), False),
        (RetierError("broken"), False),
        (DataQualityError("stopped"), False),
        (WrongUseError("no month"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_what_may_pass_is_tried_again(error, is_tried_again):
    task = TaskStages(Silent(), Month.parse("2026-10"), "duckdb:///a.duckdb")._as_task(Stage.features, lambda: None)
    assert task.retry_condition_fn is not None
    assert task.retry_condition_fn(task, None, Failed(data=error)) is is_tried_again


def test_only_stages_that_reach_outside_are_tried_again_and_later_each_time():
    stages = TaskStages(Silent(), Month.parse("2026-10"), "duckdb:///a.duckdb")
    pauses = [FIRST_PAUSE_SECONDS * 2**attempt for attempt in range(RETRIES)]
    for stage in Stage:
        task = stages._as_task(stage, lambda: None)
        if stage.io is StageIO.computing:
            assert task.retries == 0
        else:
            assert (task.retries, task.retry_delay_seconds) == (RETRIES, pauses)
            assert task.retry_jitter_factor > 0


def test_every_published_table_is_an_asset_without_a_secret():
    assets = published_assets("postgresql://writer:hunter2@db.example.com:5432/warehouse?sslmode=require")
    assert [asset.key for asset in assets] == [
        f"postgresql://db.example.com/warehouse/retier/{table}" for table in PUBLISHED
    ]
    assert published_assets("duckdb:///some folder/retier.duckdb")[0].key.startswith("duckdb://some_folder/")


@pytest.mark.parametrize("text", ["a | b", "[here](http://evil)", "<script>", "`code` *bold*", "line\nbreak"])
def test_texts_of_checks_stay_texts_in_a_cell(text):
    shown = _in_cell(text)
    assert "\n" not in shown
    for character in "|[]<>`*":
        assert shown.count(character) == shown.count(f"\\{character}")


@pytest.mark.parametrize(
    ("asked", "environ", "expected"),
    [
        (None, {}, False),
        (None, {"PREFECT_API_URL": NOT_THERE}, True),
        (False, {"PREFECT_API_URL": NOT_THERE}, False),
        (True, {}, True),
    ],
)
def test_a_run_is_tracked_where_there_is_a_server_or_it_is_asked_for(asked, environ, expected):
    assert is_tracked(asked, environ) is expected


@pytest.mark.parametrize(
    ("server", "client"),
    [
        (NOT_THERE, (PrefectEventsClient, (("reconnection_attempts", ATTEMPTS_WITHOUT_A_PAUSE),))),
        (PREFECT_CLOUD_API_URL.value(), None),
        (None, None),
    ],
)
def test_only_events_for_a_server_of_one_s_own_wait_for_the_next(server, client):
    with temporary_settings({PREFECT_API_URL: server}):
        let_events_wait_for_the_next()
    kept = EventsWorker._client_override
    EventsWorker.set_client_override(None)
    assert kept == client


def test_a_run_is_patient_before_it_says_that_it_begins(monkeypatch):
    done = []
    monkeypatch.setattr(events, "let_events_wait_for_the_next", lambda: done.append("patience"))
    monkeypatch.setattr(events, "emit_event", lambda event, resource: done.append(event))
    with events.run_events():
        done.append("work")
    assert done == ["patience", events.BEGUN_EVENT, "work", events.LEFT_EVENT]


def test_an_environment_that_says_otherwise_is_let_be():
    environ = {"PREFECT_CLIENT_MAX_RETRIES": "7"}
    with tracked(Silent(), "retier run", environ):
        pass
    assert environ["PREFECT_CLIENT_MAX_RETRIES"] == "7"
    assert environ["PREFECT_LOGGING_INTERNAL_LEVEL"] == "CRITICAL"


def test_a_server_that_does_not_answer_is_reported_before_anything_is_done():
    with (
        temporary_settings({PREFECT_API_URL: NOT_THERE}),
        pytest.raises(RetierError, match=r"Prefect's server at http://127.0.0.1:1/api cannot be used .* --no-prefect"),
        tracked(Silent(), "retier run", {"PREFECT_API_URL": NOT_THERE}),
    ):
        pytest.fail("nothing is done")


def test_a_run_without_a_server_knows_nothing_of_prefect():
    program = (
        "import sys, flows.cli.app, flows.cli.sending, flows.notify.send, flows.backfill.backfill, flows.run_month\n"
        "print([name for name in sys.modules if name.partition('.')[0] == 'prefect'])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
