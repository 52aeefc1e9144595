"""`--prefect`: run a command as a flow that Prefect tracks, without Prefect's own output."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.progress import Progress

PrefectOption = Annotated[
    bool | None,
    typer.Option(
        "--prefect/--no-prefect",
        help="Track the run in Prefect, or not; by default where PREFECT_API_URL is set.",
        show_default=False,
    ),
]

_SERVER = "PREFECT_API_URL"
_SETTINGS = {
    # Each request is retried after 2 and 4 s; with Prefect's default a command whose server died ended minutes after
    # its month was published.
    "PREFECT_CLIENT_MAX_RETRIES": "2",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    # Silences its messages about events and log lines that a server did not accept: one sentence reports the outage.
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    # A temporary server for this process takes 10 s to start, and much longer on a busy machine.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
}
"""Prefect's settings, unless the environment sets them: its log keeps everything, the terminal shows nothing.

A person waits at the terminal, so a server that is gone is waited for less long than in a scheduled run.
"""


def is_tracked(asked: bool | None, environ: Mapping[str, str]) -> bool:
    """Return whether Prefect tracks a run: as asked, else where PREFECT_API_URL names a server."""
    return bool(environ.get(_SERVER)) if asked is None else asked


@contextmanager
def tracked(progress: Progress, command: str, environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Prepare Prefect for flows that are called within the block; they show their progress and record the command line.

    Args:
        progress: Where progress is shown.
        command: The command line.
        environ: The environment, where Prefect looks for its settings.

    Raises:
        RetierError: If Prefect's server does not answer, or stops answering.
    """
    for name, value in _SETTINGS.items():
        environ.setdefault(name, value)
    # Imported here: importing Prefect takes a second, and reads its settings.
    from httpx import HTTPError
    from prefect.exceptions import PrefectException

    from flows.tracking.caller import called_by

    try:
        _check_server(environ.get(_SERVER))
        with called_by(progress, command, _warn):
            yield
    except (HTTPError, PrefectException) as error:
        raise _unanswered(environ.get(_SERVER), error) from error


def _check_server(server: str | None) -> None:
    from prefect import get_client

    if server:
        with get_client(sync_client=True) as client:
            failure = client.api_healthcheck()
        if failure is not None:
            raise _unanswered(server, failure)


def _unanswered(server: str | None, error: Exception) -> Exception:
    from transforms.errors import RetierError
    from transforms.passwords import without_password

    where = f"at {without_password(server)} " if server else ""
    return RetierError(
        f"Prefect's server {where}cannot be used ({str(error) or type(error).__name__}): start it, name the right one "
        f"in {_SERVER}, or add --no-prefect; retier status says whether the month is published"
    )


def _warn(sentence: str) -> None:
    from flows.escaping import escape_controls
    from transforms.passwords import without_password

    typer.echo(f"retier: warning: {escape_controls(without_password(sentence))}", err=True)
