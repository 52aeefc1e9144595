"""How far a backfill has come, as an artifact that moves."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.progress import Progress

BACKFILL_PROGRESS = "retier-backfill"


class BackfillProgress:
    """Passes on what is told, and moves the artifact with every month that is done."""

    def __init__(self, told: Progress, label: str) -> None:
        self._told, self._label = told, label
        self._artifact: UUID | None = None
        self._months, self._done = 0, 0

    def begin(self, title: str, steps: int) -> None:
        """Show that no month is done yet."""
        self._told.begin(title, steps)
        self._months, self._done = steps, 0
        created = create_progress_artifact(0.0, BACKFILL_PROGRESS, f"Backfill {self._label}")
        # Typed for coroutines, too, which only asynchronous flows get.
        self._artifact = cast(UUID, created)

    def step(self, doing: str) -> None:
        """Pass it on."""
        self._told.step(doing)

    def note(self, doing: str) -> None:
        """Pass it on."""
        self._told.note(doing)

    def advance(self, done: str, rows: int) -> None:
        """Show one month more, up to the one that is done."""
        self._told.advance(done, rows)
        self._done += 1
        self._show(100.0 * self._done / max(self._months, self._done))

    def end(self) -> None:
        """Show that all is done, months that turned out to need nothing included."""
        self._told.end()
        self._show(100.0)

    def _show(self, percent: float) -> None:
        if self._artifact is not None:
            update_progress_artifact(self._artifact, percent)
