"""From a fresh clone to a scheduled, tracked, notified month by docs/deploying.md alone; and what dies on the way."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psutil
import pytest
import yaml

from tests.conftest import ROOT
from tests.deploy.company import MONTH
from tests.deploy.document import deployed
from tests.deploy.production import SOON_SECONDS, Production, wait_for
from tests.postgres import Server
from transforms.month import Month

IN_A_MOMENT = 60.0
"""Seconds within which everything happens that does not wait for anything."""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> Iterator[Production]:
    with deployed(tmp_path_factory.mktemp("production") / "clone", postgresql) as production:
        yield production


def revision(production: Production) -> int:
    """Return the revision of the month that stands, after seeing that all of it is of that one."""
    of_month = f"where month = '{MONTH}-01'"
    ((accounts, scores, revisions, newest),) = production.query(
        f"""
        select
            count(*), (select count(*) from retier.account_scores {of_month}), count(distinct revision), max(revision)
        from retier.account_tiers {of_month}
        """
    )
    assert accounts == scores > 0
    assert revisions == 1
    return newest


def scheduled_run(production: Production) -> dict[str, Any]:
    """Let a schedule fire once, and return the run that goes on."""
    known = {run["id"] for run in production.runs("retier/monthly")}
    end = production.schedule()
    run = wait_for(
        lambda: next((run for run in production.runs("retier/monthly") if run["id"] not in known), None), IN_A_MOMENT
    )
    end()
    assert run["auto_scheduled"]
    # What is killed before it could say anything is heard of by nobody.
    wait_for(lambda: "retier.run.begun" in production.events_of(run), IN_A_MOMENT)
    return run


def settled(production: Production, run: dict[str, Any], within: float = IN_A_MOMENT) -> str:
    """Wait until a run has ended or waits for a person, and return how."""

    def state() -> str | None:
        now = production.ask("GET", f"/flow_runs/{run['id']}")["state"]
        return now["name"] if now["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED", "PAUSED"} else None

    return wait_for(state, within)


def test_the_document_leads_to_a_month_that_is_published_tracked_and_announced(production: Production) -> None:
    # The backfill of the month before has changed the first one.
    assert revision(production) == 2
    (run,) = production.runs("retier/monthly")
    assert (run["name"], run["state"]["name"]) == (f"retier {MONTH}", "Completed")
    (told, *_) = wait_for(lambda: production.runs("notify/notify"), IN_A_MOMENT)
    assert told["name"] == f"notify {MONTH}"
    assert settled(production, told) == "Completed"
    assert [posted.json["title"].split(":")[0] for posted in production.web.posted] == [str(MONTH)]
    artifacts = production.ask("POST", "/artifacts/latest/filter")
    assert {one["key"] for one in artifacts} == {
        "retier-backfill", "retier-checks", "retier-data-docs", "retier-movements", "retier-report",
    }  # fmt: skip


def test_a_command_with_a_server_prints_its_own_lines_only(production: Production) -> None:
    lines = production.said[f"retier run --month {MONTH}"].splitlines()
    assert lines[0].startswith(f"{MONTH} unchanged, nothing to publish: revision 2")
    strange = re.compile("prefect|flow run|task run|INFO|ERROR|leaked", re.IGNORECASE)
    assert [line for line in lines if strange.search(line)] == []
    names = [run["name"] for run in production.runs_of_flow("retier")]
    assert names == [f"retier {MONTH}"] * 2


def test_the_schedule_is_the_third_working_day(production: Production) -> None:
    monthly = [
        datetime.fromisoformat(run["expected_start_time"]).astimezone(ZoneInfo("Europe/Berlin"))
        for run in production.due("retier/monthly")
    ]
    assert len(monthly) >= 2
    for at in monthly:
        working = [day for day in range(1, at.day + 1) if at.replace(day=day).weekday() < 5]
        assert (len(working), working[-1], at.hour, at.minute) == (3, at.day, 6, 0)


def test_what_is_killed_is_marked_and_the_next_run_completes_the_month(production: Production) -> None:
    production.stop_notifying()
    stood = revision(production)
    production.change_usage(40)
    with production.published_tables_held():
        run = scheduled_run(production)
        production.engine(run).kill()
        assert settled(production, run) == "Crashed"
    wait_for(lambda: f"{MONTH} is published in revision {stood}" in production.log_of(run), IN_A_MOMENT)
    with production.published_tables_held():
        kill_worker_of(production, signal.SIGTERM)
    assert revision(production) == stood

    production.start_worker()
    assert settled(production, scheduled_run(production)) == "Completed"
    assert revision(production) == stood + 1


@pytest.mark.torture
def test_a_worker_that_is_killed_with_its_run_is_noticed_too(production: Production) -> None:
    stood = revision(production)
    production.change_usage(80)
    with production.published_tables_held():
        kill_worker_of(production, signal.SIGKILL)
    assert revision(production) == stood

    production.start_worker()
    assert settled(production, scheduled_run(production)) == "Completed"
    assert revision(production) == stood + 1


def kill_worker_of(production: Production, with_what: signal.Signals) -> None:
    """End the worker while a run of it goes on, and see that the run is marked."""
    run = scheduled_run(production)
    engine, worker = production.engine(run), production.worker()
    worker.send_signal(with_what)
    if with_what == signal.SIGKILL:
        engine.kill()
    # The worker that is told to stop takes its run with it.
    psutil.wait_procs([engine, worker], IN_A_MOMENT)
    assert not engine.is_running()
    assert not worker.is_running()
    assert settled(production, run, SOON_SECONDS + IN_A_MOMENT) == "Crashed"


def test_a_month_that_a_gate_stops_waits_for_a_person(production: Production) -> None:
    stood = revision(production)
    production.lose_usage(MONTH)
    run = production.start("retier/monthly", month=str(MONTH), is_reporting=False)
    assert settled(production, run) == "Suspended"
    assert revision(production) == stood
    # The automation that marks dead runs waits for this: silence is no death here.
    wait_for(lambda: "retier.run.left" in production.events_of(run), IN_A_MOMENT)

    # The sources lack rows; once that is accepted, the results of a month without use are stopped as well.
    production.resume(run, author="Ada", reason="the feed is late")
    assert settled(production, run) == "Suspended"
    production.resume(run, author="Ada", reason="the feed is late")
    assert settled(production, run) == "Completed"
    assert revision(production) == stood + 1
    accepted = production.query(
        """select "check", accepted_by, accept_reason from retier.check_results where accepted_by is not null"""
    )
    reason = ("Ada", "the feed is late")
    assert set(accepted) == {("rows.usage", *reason), ("month_incomplete", *reason)}


@pytest.mark.torture
def test_a_backfill_asks_a_person_for_each_month_that_a_gate_stops(production: Production) -> None:
    # The first and the last of three months lack usage: each is stopped for its sources, and then for its results.
    production.lose_usage(MONTH - 2, MONTH)
    run = production.start("backfill/backfill", first=str(MONTH - 2), reason="the feed was late", is_forced=True)
    for author in ("Grace", "Grace", "Joan", "Joan"):
        assert settled(production, run) == "Suspended"
        production.resume(run, author=author, reason="nothing more will come")
    assert settled(production, run) == "Completed"
    accepted = production.query(
        "select distinct runs.month, accepted_by from retier.check_results join retier.runs using (run_id) "
        "where accept_reason = 'nothing more will come'"
    )
    assert {(Month.of(month), author) for month, author in accepted} == {(MONTH - 2, "Grace"), (MONTH, "Joan")}


def test_only_dead_runs_were_taken_for_dead(production: Production) -> None:
    assert production.count_of_marks() >= 1
    assert {run["state"]["name"] for run in production.runs("retier/monthly")} == {"Completed", "Crashed"}
    assert sum(run["state"]["name"] == "Crashed" for run in production.runs("retier/monthly")) == (
        production.count_of_marks() + 1
    )


def test_the_automation_waits_for_three_heartbeats() -> None:
    (automation,) = yaml.safe_load((ROOT / "deploy" / "automations.yaml").read_text(encoding="utf-8"))["automations"]
    deployments = yaml.safe_load((ROOT / "deploy" / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    for deployment in deployments:
        heartbeat = int(deployment["work_pool"]["job_variables"]["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
        assert 3 * heartbeat < automation["trigger"]["within"] <= 4 * heartbeat
    flows = {deployment["entrypoint"].rpartition(".")[2] for deployment in deployments}
    assert flows == set(automation["trigger"]["match_related"]["prefect.resource.name"])
