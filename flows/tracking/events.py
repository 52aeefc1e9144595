"""The event of a published month, for automations that wait for it."""

from __future__ import annotations

from prefect.events import emit_event

from flows.settings import Project
from flows.summary import RunSummary

PUBLISHED_EVENT = "retier.tiering.published"


def tell_published(project: Project, summary: RunSummary, *, is_waiting: bool) -> None:
    """Emit the event of a month that was published; a month that was found unchanged has none.

    Args:
        project: The project.
        summary: What came of the month.
        is_waiting: Whether messages of it may wait to be sent.
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
