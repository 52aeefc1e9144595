"""How a process ends that used Prefect."""

from __future__ import annotations

import atexit
import os


def end_quietly() -> None:
    """Keep what libraries print about leaked memory when Python exits off the terminal and out of workers' logs.

    DuckDB's bindings report objects that are alive when the process ends, and some always are while Prefect's threads
    still run; that says nothing about the run. The exit code is not affected.
    """
    atexit.register(_send_errors_nowhere)


def _send_errors_nowhere() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
