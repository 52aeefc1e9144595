"""The stages of a month as tasks of Prefect: one task per month and stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from duckdb import IOException
from prefect import task
from prefect.assets import materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff
from sqlalchemy.exc import OperationalError

from flows.progress import Progress
from flows.stages import Result, Stage, StageIO, Stages
from flows.tracking.assets import published_assets
from sql.engine import WarehouseGoneError
from transforms.month import Month

RETRIES = 3
FIRST_PAUSE_SECONDS = 10
"""Doubled from retry to retry: a database that fails over or an object store that throttles is back in a minute."""

JITTER = 0.5
"""Keeps runs of several companies that failed together from retrying together."""

_TRANSIENT = (WarehouseGoneError, OperationalError, IOException, OSError)
_PERMANENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


class TaskStages(Stages):
    """Runs each stage as a task of its own; a stage that reaches outside is retried where the failure may pass."""

    def __init__(self, progress: Progress, month: Month, warehouse: str) -> None:
        super().__init__(progress, month)
        self._warehouse = warehouse

    def do(self, stage: Stage, work: Callable[[], Result]) -> Result:
        """Run a stage; see :meth:`flows.stages.Stages.do`."""
        self.progress.step(stage.title)
        results: list[Result] = []

        def keep_result() -> None:
            # The result bypasses Prefect, which would keep the frames of every stage until the flow ends.
            results.append(work())

        self._as_task(stage, keep_result)()
        return results[-1]

    def _as_task(self, stage: Stage, work: Callable[[], None]) -> Task[[], None]:
        options: dict[str, Any] = {
            "name": stage.title,
            "task_run_name": f"{self.month} {stage.title}",
            "cache_policy": NO_CACHE,
            "persist_result": False,
        }
        if stage.io is not StageIO.computing:
            options |= retried()
        if stage.io is StageIO.publishing:
            return materialize(*published_assets(self._warehouse), by="retier", **options)(work)
        return task(**options)(work)


def retried() -> dict[str, Any]:
    """Return the retry options of a task that reaches outside the process."""
    return {
        "retries": RETRIES,
        "retry_delay_seconds": exponential_backoff(FIRST_PAUSE_SECONDS),
        "retry_jitter_factor": JITTER,
        "retry_condition_fn": _may_pass,
    }


def _may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether the same work may succeed in a minute: a broken rule, file or setting stays broken."""
    # Not state.result(), which returns a coroutine where an event loop runs; the data is the error itself.
    error = state.data
    causes = list(_causes(error)) if isinstance(error, BaseException) else []
    return any(isinstance(cause, _TRANSIENT) for cause in causes) and not any(
        isinstance(cause, _PERMANENT) for cause in causes
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__
