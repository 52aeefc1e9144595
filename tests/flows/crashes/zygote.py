"""A process that has imported everything, and becomes a command line as often as it is asked to, by forking.

It takes one JSON document a line and answers each with one. Imports take seconds; a fork takes none, and is a process
of its own that can be killed like any other.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from tests.flows.crashes.moments import Moments

STANDS_STILL = "stands still"

_PACKAGES = ("flows", "expectations", "sql", "transforms")
_ON_DEMAND = ("duckdb_engine", "jinja2.ext", "sqlalchemy.dialects.postgresql.psycopg")

_LIVING: set[int] = set()
"""The children that have not ended, as far as was asked."""


def main() -> None:
    """Import everything, say so, and do what is asked until nobody asks any more."""
    for package in _PACKAGES:
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(found.name)
    for name in _ON_DEMAND:
        importlib.import_module(name)
    # Apprise reads all of its services when it meets the first URL.
    channels, transport = map(importlib.import_module, ("flows.settings.channels", "flows.notify.transport"))
    transport.refuse_unusable(channels.Channel(url="json://127.0.0.1"))
    # What was imported stays: a child that collected garbage among it would copy all of it, page by page.
    gc.collect()
    gc.freeze()
    _answer("ready")
    for line in sys.stdin:
        asked = json.loads(line)
        _answer(_ended(asked["pid"]) if "pid" in asked else _started(asked))
    # A test that failed may have left some behind, and those that stand still would do so for ever.
    for pid in _LIVING:
        os.kill(pid, signal.SIGKILL)
    # At its end the interpreter would tell of what libraries leak.
    os._exit(0)


def _answer(value: object) -> None:
    print(json.dumps(value), flush=True)


def _started(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _become(order)
    _LIVING.add(pid)
    return pid


def _ended(pid: int) -> int | str | None:
    """Return how a child ended, negative for a signal, or once that it stands still; None while it lives."""
    found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
    if not found:
        return None
    if os.WIFSTOPPED(status):
        return STANDS_STILL
    _LIVING.remove(pid)
    return os.waitstatus_to_exitcode(status)


def _become(order: dict[str, Any]) -> NoReturn:
    for number, (name, flags) in enumerate(
        [(os.devnull, os.O_RDONLY), *((order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for name in ("out", "err"))]
    ):
        os.dup2(os.open(name, flags), number)
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    if order["kib_per_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["kib_per_file"] * 1024,) * 2)
    moments = Moments(order["at"], order["signal"])
    if order["moments"] or order["at"]:
        moments.watch()
    code = 1
    # Nothing of the process that asks may be unwound or flushed here, whatever happens.
    try:
        code = _command(order["line"])
        if order["moments"]:
            Path(order["moments"]).write_text(json.dumps(moments.noted), encoding="utf-8")
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _command(line: list[str]) -> int:
    from flows.cli.app import main as retier

    sys.argv = ["retier", *line]
    try:
        retier()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


if __name__ == "__main__":
    main()
