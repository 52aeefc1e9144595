"""Progress: what a long piece of work tells whoever watches, if anybody does."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from rich.console import Console


class Progress(Protocol):
    """What work may tell while it goes on."""

    def begin(self, title: str, steps: int) -> None:
        """Start a piece of work that takes so many steps."""

    def step(self, doing: str) -> None:
        """Start the next step; the former one is done."""

    def note(self, doing: str) -> None:
        """Say more of the step that goes on."""

    def advance(self, done: str, rows: int) -> None:
        """Say that one of the steps is done, whichever, and how many rows were read for it."""

    def end(self) -> None:
        """End the piece of work: all its steps are done."""


class Silent:
    """Tells nobody."""

    def begin(self, title: str, steps: int) -> None:
        """Say nothing."""

    def step(self, doing: str) -> None:
        """Say nothing."""

    def note(self, doing: str) -> None:
        """Say nothing."""

    def advance(self, done: str, rows: int) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of work within one step of a larger one: its steps become notes there.

    Attributes:
        whole: Who is told.
        label: What the part is called.
    """

    whole: Progress
    label: str

    def begin(self, title: str, steps: int) -> None:  # noqa: ARG002 - the whole counts its own steps
        """Say that the part begins."""
        self.whole.note(self.label)

    def step(self, doing: str) -> None:
        """Say what the part does."""
        self.whole.note(f"{self.label}: {doing}")

    def note(self, doing: str) -> None:
        """Say what the part does."""
        self.whole.note(f"{self.label}: {doing}")

    def advance(self, done: str, rows: int) -> None:  # noqa: ARG002 - the whole counts its own rows
        """Say what the part has done."""
        self.whole.note(f"{self.label}: {done}")

    def end(self) -> None:
        """Leave the counting to the whole."""


class Bar:
    """One bar on a terminal, gone when the work is done; silent where there is no terminal."""

    def __init__(self, console: Console) -> None:
        from rich import progress as bars

        self._bars = bars.Progress(
            bars.TextColumn("{task.fields[title]}", markup=False),
            bars.BarColumn(),
            bars.MofNCompleteColumn(),
            bars.TextColumn("{task.fields[speed]}", markup=False),
            bars.TimeElapsedColumn(),
            bars.TimeRemainingColumn(),
            bars.TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: bars.TaskID | None = None
        self._begun = 0
        self._rows = 0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def begin(self, title: str, steps: int) -> None:
        """Show a new bar."""
        self.end()
        self._task = self._bars.add_task("", total=steps, title=title, speed="")
        self._begun = 0
        self._rows = 0

    def step(self, doing: str) -> None:
        """Move the bar by the step that is done, and name the next one."""
        if self._task is not None:
            self._bars.update(self._task, completed=self._begun, description=doing)
        self._begun += 1

    def note(self, doing: str) -> None:
        """Name what goes on."""
        if self._task is not None:
            self._bars.update(self._task, description=doing)

    def advance(self, done: str, rows: int) -> None:
        """Move the bar by a step that is done, and tell how fast rows are read."""
        self._rows += rows
        if self._task is not None:
            elapsed = self._bars.tasks[0].elapsed or 0.0
            speed = f"{self._rows / elapsed:,.0f} rows/s" if elapsed else ""
            self._bars.update(self._task, advance=1, description=done, speed=speed)

    def end(self) -> None:
        """Take the bar away."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
