"""Who calls a flow: a command has progress to show and a command line to record, a schedule has neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from prefect import runtime
from prefect.logging import get_run_logger

from flows.progress import Progress, Silent


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a flow.

    Attributes:
        progress: Where progress is shown.
        command: What started the run, for the record.
        warn: Called with each sentence that a person should read.
        is_schedule: Whether Prefect itself started the flow, and no command did.
    """

    progress: Progress
    command: str
    warn: Callable[[str], None]
    is_schedule: bool = False


_CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)


@contextmanager
def called_by(progress: Progress, command: str, warn: Callable[[str], None]) -> Iterator[None]:
    """Let the flows that are called within the block show their progress here."""
    token = _CALLER.set(Caller(progress, command, warn))
    try:
        yield
    finally:
        _CALLER.reset(token)


def caller() -> Caller:
    """Return the caller of the current flow; where that is Prefect, warnings go to its log."""
    logger = get_run_logger()
    return _CALLER.get() or Caller(
        Silent(), f"prefect flow run {runtime.flow_run.id}", logger.warning, is_schedule=True
    )
