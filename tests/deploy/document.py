"""Types the commands of docs/deploying.md."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil

from tests.demo import Demo
from tests.deploy.company import make_project
from tests.deploy.production import SOON_SECONDS, Production
from tests.docs.blocks import Command, blocks_of, text_of
from tests.docs.scenery import Scenery, terminal
from tests.docs.shell import Shell
from tests.flows.notify.receivers import web_server
from tests.postgres import Server

DOCUMENT = Path("docs/deploying.md")

_NO_DEMO = Demo(Path(), "", "")


@contextmanager
def deployed(folder: Path, server: Server) -> Iterator[Production]:
    """Type the document up to its last heading but one, and what stops everything at the end.

    The demo is a project of a few accounts here, so that a month takes a second.
    """
    before, after = _commands()
    with web_server() as web, terminal(Scenery(), folder, _NO_DEMO, None, is_in_project=False) as shell:
        port = _free_port()
        shell.environment |= _environment(shell, server)
        shell.make["demo"] = lambda: make_project(folder / "demo", web)
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
    """Kill what was started in a folder and did not end when it was asked to."""
    for process in psutil.process_iter(["cmdline"]):
        if any(str(folder) in word for word in process.info["cmdline"] or []):
            process.kill()


def _commands() -> tuple[list[Command], list[Command]]:
    """Return the commands of the document, those that stop everything apart."""
    text = text_of(DOCUMENT)
    stops_at = text[: text.index("## Stop")].count("\n")
    typed = [block for block in blocks_of(text) if block.language == "sh" and block.reason is None]
    commands = [command for block in typed for command in block.commands()]
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


def _hasten(automations: Path) -> None:
    """Let the automation wait for seconds only, where the document's reader waits for three heartbeats."""
    text = automations.read_text(encoding="utf-8")
    automations.write_text(text.replace("within: 95", f"within: {SOON_SECONDS}"), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
