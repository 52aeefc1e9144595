"""Who calls a flow: a command shows its own progress and is recorded by its own line; a schedule has neither."""

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
    """Who calls.

    Attributes:
        progress: Who is told what goes on.
        command: What started the run, for the record.
        warn: Is given sentences that a person should read.
    """

    progress: Progress
    command: str
    warn: Callable[[str], None]


_CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)


@contextmanager
def called_by(progress: Progress, command: str, warn: Callable[[str], None]) -> Iterator[None]:
    """Let the flows that are called meanwhile show here what goes on."""
    token = _CALLER.set(Caller(progress, command, warn))
    try:
        yield
    finally:
        _CALLER.reset(token)


def caller() -> Caller:
    """Return who called the flow that goes on; where that is Prefect, its log is told."""
    logger = get_run_logger()
    return _CALLER.get() or Caller(Silent(), f"prefect flow run {runtime.flow_run.id}", logger.warning)
