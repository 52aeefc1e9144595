"""How a process ends that Prefect was in."""

from __future__ import annotations

import atexit
import os


def end_quietly() -> None:
    """Keep what libraries print of their own memory, after Python has ended, off the terminal and out of workers' logs.

    DuckDB's bindings count what is left of them when a process ends, and some is always left where Prefect's threads
    still run; none of it says anything about a run. The exit code stays what it is.
    """
    atexit.register(_send_errors_nowhere)


def _send_errors_nowhere() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
