"""All that runs in production, typed as docs/deploying.md says: PostgreSQL, a Prefect server on it, a worker."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import psutil
import psycopg

from tests.deploy.company import MONTH, tables, write_usage
from tests.docs.blocks import Command
from tests.docs.shell import Shell
from tests.flows.notify.receivers import WebServer
from tests.postgres import Server
from transforms.month import Month

Found = TypeVar("Found")

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
        """Return the identifier of a deployment."""
        return str(self.ask("GET", f"/deployments/name/{name}")["id"])

    def start(self, deployment: str, **parameters: Any) -> dict[str, Any]:
        """Start a run of a deployment."""
        place = f"/deployments/{self.deployment(deployment)}/create_flow_run"
        started: dict[str, Any] = self.ask("POST", place, parameters=parameters)
        return started

    def resume(self, run: dict[str, Any], **answer: str) -> None:
        """Answer a run that waits for a person."""
        place = f"/flow_runs/{run['id']}/resume"
        # A run is suspended a moment before it has written down what it asks, and takes no answer before that.
        wait_for(lambda: self.ask("POST", place, run_input=answer)["status"] == "ACCEPT" or None, SOON_SECONDS)

    def runs(self, deployment: str) -> list[dict[str, Any]]:
        """Return the runs of a deployment that have begun, the newest first."""
        return self._begun(deployments={"id": {"any_": [self.deployment(deployment)]}})

    def runs_of_flow(self, flow: str) -> list[dict[str, Any]]:
        """Return the runs of a flow that have begun, the newest first."""
        return self._begun(flows={"name": {"any_": [flow]}})

    def _begun(self, **of: Any) -> list[dict[str, Any]]:
        not_yet = {"state": {"type": {"not_any_": ["SCHEDULED", "PENDING"]}}}
        found: list[dict[str, Any]] = self.ask(
            "POST", "/flow_runs/filter", flow_runs=not_yet, sort="START_TIME_DESC", **of
        )
        return found

    def due(self, deployment: str) -> list[dict[str, Any]]:
        """Return the runs of a deployment that are scheduled, the next one first."""
        found: list[dict[str, Any]] = self.ask(
            "POST",
            "/flow_runs/filter",
            flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}},
            deployments={"id": {"any_": [self.deployment(deployment)]}},
            sort="EXPECTED_START_TIME_ASC",
        )
        return found

    def schedule(self) -> Callable[[], None]:
        """Let the monthly deployment fire in a few seconds, and again and again, and return what ends that."""
        place = f"/deployments/{self.deployment('retier/monthly')}/schedules"
        soon = (datetime.now(UTC) + timedelta(seconds=5)).isoformat()
        schedule = {"schedule": {"interval": 45, "anchor_date": soon}, "parameters": {"month": str(MONTH)}}
        (made,) = self.ask_many("POST", place, [schedule | {"active": True}])
        return lambda: self.ask("DELETE", f"{place}/{made['id']}")

    def ask_many(self, method: str, path: str, body: list[Any]) -> Any:
        """Ask the Prefect server with a list."""
        answer = self._api.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()

    def log_of(self, run: dict[str, Any]) -> str:
        """Return what Prefect's log has of a run."""
        lines = self.ask("POST", "/logs/filter", logs={"flow_run_id": {"any_": [run["id"]]}}, sort="TIMESTAMP_ASC")
        return "\n".join(line["message"] for line in lines)

    def events_of(self, run: dict[str, Any]) -> list[str]:
        """Return the names of the events of a run that were heard."""
        return [one["event"] for one in self._events(any_resource={"id": [f"prefect.flow-run.{run['id']}"]})]

    def count_of_marks(self) -> int:
        """Count how often a run was marked as dead; what has ended already is not marked."""
        marked = self._events(event={"name": ["prefect.automation.action.executed"]})
        return sum(one["resource"]["prefect.resource.name"] == "retier-dead-runs" for one in marked)

    def _events(self, **which: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("POST", "/events/filter", filter=which, limit=50)["events"]
        return found

    def worker(self) -> psutil.Process:
        """Return the worker's process."""
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
        """Return the process of a run that goes on: the worker may have another one for a notification."""
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
        """Let the usage of one account in the newest month turn out to be another one."""
        rows = tables()["usage"]
        for row in rows:
            if row["date"].startswith(str(MONTH)) and row["account_id"] == "a003":
                row["events"] *= factor
        write_usage(self.shell.folder / "demo", rows)

    def lose_usage(self, *months: Month) -> None:
        """Let there be no usage of some months, and all usage of the others."""
        lost = tuple(map(str, months))
        rows = [row for row in tables()["usage"] if not row["date"].startswith(lost)]
        write_usage(self.shell.folder / "demo", rows)


def wait_for(look: Callable[[], Found | None], seconds: float) -> Found:
    """Look until something is found."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not found within {seconds} s"
        time.sleep(0.1)
    return found
