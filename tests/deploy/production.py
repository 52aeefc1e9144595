"""All that runs in production, typed as docs/deploying.md says: PostgreSQL, a Prefect server on it, a worker."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
import psycopg

from tests.demo import Demo
from tests.docs.blocks import Command, blocks_of, text_of
from tests.docs.scenery import Scenery, terminal
from tests.docs.shell import Shell
from tests.flows.notify.receivers import WebServer, web_server
from tests.flows.projects import MARCH, Tables, healthy_tables, write_csv, write_project
from tests.postgres import Server
from transforms.month import Month

DOCUMENT = Path("docs/deploying.md")
MONTH = Month.parse("2026-10")
ACCOUNTS = 60

Found = TypeVar("Found")

_SHIFT = len(Month.range(MARCH, MONTH)) - 1
_NO_DEMO = Demo(Path(), "", "")
_DAY = re.compile(r"\b(\d{4}-\d{2})(?:-(\d{2}))?\b")
SOON_SECONDS = 35
"""In place of the 95 s after which the automation takes a silent run for dead; a living one is heard every 30 s."""


class Production:
    """A machine on which everything runs, and its user at a terminal.

    Attributes:
        shell: The terminal.
        web: Who receives messages.
        said: What the commands of the document gave out, by the command.
    """

    def __init__(self, shell: Shell, server: Server, web: WebServer, port: int) -> None:
        self.shell, self.web = shell, web
        self.said: dict[str, str] = {}
        self._server = server
        # The server closes connections that are idle for some seconds, perhaps just as they are used again.
        no_idling = httpx.Limits(max_keepalive_connections=0)
        self._api = httpx.Client(base_url=f"http://127.0.0.1:{port}/api", timeout=30, limits=no_idling)

    def type(self, command: Command) -> None:
        """Type a command of the document."""
        # A command of its own, and no fork: what Prefect is told by the environment it reads when it is imported.
        text = re.sub("^retier", "command retier", command.text)
        # As at a terminal: a script's background jobs ignore SIGINT, which is how a worker stops itself.
        result = self.shell.type(f"set -m\n{text}" if "&" in text else text)
        assert result.returncode == command.exit_code, (
            f"line {command.number}: {command.text}\n{result.stdout}{result.stderr}"
        )
        self.said[command.text] = result.stdout + result.stderr

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """Ask the Prefect server."""
        answer = self._api.request(method, path, json=body or None)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def deployment(self, name: str) -> str:
        """Give the identifier of a deployment."""
        return str(self.ask("GET", f"/deployments/name/{name}")["id"])

    def runs(self, deployment: str) -> list[dict[str, Any]]:
        """Give the runs of a deployment that have begun, the newest first."""
        return self._begun(deployments={"id": {"any_": [self.deployment(deployment)]}})

    def runs_of_flow(self, flow: str) -> list[dict[str, Any]]:
        """Give the runs of a flow that have begun, the newest first."""
        return self._begun(flows={"name": {"any_": [flow]}})

    def _begun(self, **of: Any) -> list[dict[str, Any]]:
        not_yet = {"state": {"type": {"not_any_": ["SCHEDULED", "PENDING"]}}}
        found: list[dict[str, Any]] = self.ask(
            "POST", "/flow_runs/filter", flow_runs=not_yet, sort="START_TIME_DESC", **of
        )
        return found

    def due(self, deployment: str) -> list[dict[str, Any]]:
        """Give the runs of a deployment that are scheduled, the next one first."""
        found: list[dict[str, Any]] = self.ask(
            "POST",
            "/flow_runs/filter",
            flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}},
            deployments={"id": {"any_": [self.deployment(deployment)]}},
            sort="EXPECTED_START_TIME_ASC",
        )
        return found

    def schedule(self) -> Callable[[], None]:
        """Let the monthly deployment fire in a few seconds, and again and again, and give what ends that."""
        place = f"/deployments/{self.deployment('retier/monthly')}/schedules"
        soon = (datetime.now(UTC) + timedelta(seconds=4)).isoformat()
        schedule = {"schedule": {"interval": 20, "anchor_date": soon}, "parameters": {"month": str(MONTH)}}
        (made,) = self.ask_many("POST", place, [schedule | {"active": True}])
        return lambda: self.ask("DELETE", f"{place}/{made['id']}")

    def ask_many(self, method: str, path: str, body: list[Any]) -> Any:
        """Ask the Prefect server with a list."""
        answer = self._api.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()

    def log_of(self, run: dict[str, Any]) -> str:
        """Give what Prefect's log has of a run."""
        lines = self.ask("POST", "/logs/filter", logs={"flow_run_id": {"any_": [run["id"]]}}, sort="TIMESTAMP_ASC")
        return "\n".join(line["message"] for line in lines)

    def events_of(self, run: dict[str, Any]) -> list[str]:
        """Give the names of the events of a run that were heard."""
        return [one["event"] for one in self._events(any_resource={"id": [f"prefect.flow-run.{run['id']}"]})]

    def count_of_marks(self) -> int:
        """Count how often a run was marked as dead; what has ended already is not marked."""
        marked = self._events(event={"name": ["prefect.automation.action.executed"]})
        return sum(one["resource"]["prefect.resource.name"] == "retier-dead-runs" for one in marked)

    def _events(self, **which: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("POST", "/events/filter", filter=which, limit=50)["events"]
        return found

    def worker(self) -> psutil.Process:
        """Give the worker's process."""
        return psutil.Process(int((self.shell.folder / "worker.pid").read_text(encoding="utf-8")))

    def stop_notifying(self) -> None:
        """Let no more messages be sent: each would take a process of its own."""
        for one in self.ask("POST", "/automations/filter"):
            if one["name"].startswith("notify"):
                self.ask("PATCH", f"/automations/{one['id']}", enabled=False)

    def close(self) -> None:
        """Ask nothing any more."""
        self._api.close()

    def start_worker(self) -> None:
        """Start a worker again, as the document says."""
        text = next(text for text in self.said if "prefect worker start" in text)
        self.type(Command(0, text, 0))

    def engine(self, run: dict[str, Any]) -> psutil.Process:
        """Give the process of a run that goes on: the worker may have another one for a notification."""
        return next(
            one
            for one in self.worker().children()
            if one.environ().get("PREFECT__FLOW_RUN_ID", "").replace("-", "") == run["id"].replace("-", "")
        )

    @contextmanager
    def published_tables_held(self) -> Iterator[None]:
        """Let a run stand still where it wants to read what is published."""
        with psycopg.connect(self._server.url("warehouse")) as connection:
            connection.execute("lock table retier.runs in access exclusive mode")
            yield

    def query(self, text: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse."""
        return self._server.execute(text, "warehouse")

    def change_usage(self, factor: int) -> None:
        """Let the usage of the newest month turn out to be another one: of one account, or none at all for 0."""
        rows = _shifted(healthy_tables(ACCOUNTS))
        for row in rows["usage"]:
            if row["date"].startswith(str(MONTH)) and row["account_id"] == "a003":
                row["events"] *= factor
        if factor == 0:
            rows["usage"] = [row for row in rows["usage"] if not row["date"].startswith(str(MONTH))]
        write_csv(self.shell.folder / "demo" / "data" / "usage.csv", rows["usage"])


def wait_for(look: Callable[[], Found | None], seconds: float) -> Found:
    """Look until something is found."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not found within {seconds} s"
        time.sleep(0.1)
    return found


@contextmanager
def deployed(folder: Path, server: Server) -> Iterator[Production]:
    """Type the document up to its last heading but one, and what stops everything at the end.

    The demo is a project of a few accounts here, so that a month takes a second.
    """
    before, after = _commands()
    with web_server() as web, terminal(Scenery(), folder, _NO_DEMO, None, is_in_project=False) as shell:
        port = _free_port()
        shell.environment |= _environment(shell, server)
        shell.make["demo"] = lambda: _make_project(folder / "demo", web)
        _hasten(folder / "deploy" / "automations.yaml")
        production = Production(shell, server, web, port)
        try:
            for command in before:
                production.type(_on_port(command, port))
            yield production
        finally:
            production.close()
            for command in after:
                shell.type(command.text)
            _end_all(shell.folder)
            for name in ("prefect", "warehouse"):
                server.execute(f'drop database if exists "{name}" with (force)')


def _end_all(folder: Path) -> None:
    """Kill what was started in a folder and did not end when it was told to."""
    for process in psutil.process_iter(["cmdline"]):
        if any(str(folder) in word for word in process.info["cmdline"] or []):
            process.kill()


def _commands() -> tuple[list[Command], list[Command]]:
    """Give the commands of the document, those that stop everything apart."""
    text = text_of(DOCUMENT)
    stops_at = text[: text.index("## Stop")].count("\n")
    commands = [command for block in blocks_of(text) if block.language == "sh" for command in block.commands()]
    return [one for one in commands if one.number < stops_at], [one for one in commands if one.number > stops_at]


def _on_port(command: Command, port: int) -> Command:
    return replace(command, text=command.text.replace("4200", str(port)))


def _environment(shell: Shell, server: Server) -> dict[str, str]:
    return server.environment() | {
        "HOME": str(shell.folder),
        "PATH": os.pathsep.join([str(server.programs), shell.environment["PATH"]]),
        # Prefect's own patience is for people.
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
    }


def _make_project(folder: Path, web: WebServer) -> None:
    folder.mkdir()
    write_project(folder, _shifted(healthy_tables(ACCOUNTS)))
    channel = f"channels:\n  room: {{url: 'json://{web.url}/', format: text, messages: [summary]}}\n"
    with (folder / "retier.yaml").open("a", encoding="utf-8") as settings:
        settings.write(channel)


def _shifted(tables: Tables) -> Tables:
    """Move all days by the same number of months, so that the last month is the document's."""

    def moved(found: re.Match[str]) -> str:
        month = Month.parse(found[1]) + _SHIFT
        return f"{month}-{min(int(found[2]), month.last_day.day):02}" if found[2] else str(month)

    return {
        source: [
            {name: _DAY.sub(moved, value) if isinstance(value, str) else value for name, value in row.items()}
            for row in rows
        ]
        for source, rows in tables.items()
    }


def _hasten(automations: Path) -> None:
    """Let the automation wait for seconds only, where the document's reader waits for three heartbeats."""
    text = automations.read_text(encoding="utf-8")
    automations.write_text(text.replace("within: 95", f"within: {SOON_SECONDS}"), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
