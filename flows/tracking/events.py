"""The events that automations wait for: a month was published, a run began or left its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect import runtime
from prefect.events import emit_event

from flows.settings import Project
from flows.summary import RunSummary
from flows.tracking.event_delivery import let_events_wait_for_the_next

PUBLISHED_EVENT = "retier.tiering.published"
BEGUN_EVENT = "retier.run.begun"
LEFT_EVENT = "retier.run.left"


def emit_published(project: Project, summary: RunSummary, *, is_waiting: bool) -> None:
    """Emit the event of a published month; a month that was found unchanged has none.

    Args:
        project: The project.
        summary: The outcome of the month.
        is_waiting: Whether its messages may wait to be sent.
    """
    if summary.status != "published":
        return
    emit_event(
        PUBLISHED_EVENT,
        resource={
            "prefect.resource.id": f"retier.month.{summary.month}",
            "prefect.resource.name": f"retier {summary.month}",
            "retier.is-waiting": str(is_waiting).lower(),
        },
        payload={
            "month": str(summary.month),
            "project": str(project.directory),
            "revision": summary.revision,
            "run_id": summary.run_id,
            "policy_version": summary.policy_version,
            "accounts": summary.accounts,
            "tiers": dict(summary.tiers),
            "movements": {kind: number for kind, number in summary.movements.items() if number},
        },
    )


@contextmanager
def run_events() -> Iterator[None]:
    """Emit an event when the run begins, and another when it leaves the process, be it finished, failed or suspended.

    Prefect (3.9) delays its own events of a scheduled run by a quarter of an hour, as each waits for the one before it
    and the first is never emitted: an automation that takes silence for a crash must not depend on them.
    """
    let_events_wait_for_the_next()
    _emit(BEGUN_EVENT)
    try:
        yield
    finally:
        _emit(LEFT_EVENT)


def _emit(event: str) -> None:
    # Prefect adds the flow, whose name the automation asks for.
    emit_event(event, resource={"prefect.resource.id": f"prefect.flow-run.{runtime.flow_run.id}"})
