"""The progress of a backfill, as an artifact of Prefect."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.progress import Progress

BACKFILL_PROGRESS = "retier-backfill"


class BackfillProgress:
    """Forwards progress, and updates the artifact with every month that is done."""

    def __init__(self, inner: Progress, label: str) -> None:
        self._inner, self._label = inner, label
        self._artifact: UUID | None = None
        self._months, self._done = 0, 0

    def begin(self, title: str, steps: int) -> None:
        """Show that no month is done yet."""
        self._inner.begin(title, steps)
        self._months, self._done = steps, 0
        created = create_progress_artifact(0.0, BACKFILL_PROGRESS, f"Backfill {self._label}")
        # The type includes a coroutine, which only asynchronous flows get.
        self._artifact = cast(UUID, created)

    def step(self, doing: str) -> None:
        """Forward it."""
        self._inner.step(doing)

    def note(self, doing: str) -> None:
        """Forward it."""
        self._inner.note(doing)

    def advance(self, done: str, rows: int) -> None:
        """Show one more month as done."""
        self._inner.advance(done, rows)
        self._done += 1
        self._show(100.0 * self._done / max(self._months, self._done))

    def end(self) -> None:
        """Show that all months are done, including those that turned out to need nothing."""
        self._inner.end()
        self._show(100.0)

    def _show(self, percent: float) -> None:
        if self._artifact is not None:
            update_progress_artifact(self._artifact, percent)
