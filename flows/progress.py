"""Progress of long work, shown on a terminal if there is one."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from rich.console import Console


class Progress(Protocol):
    """What work reports while it runs."""

    def begin(self, title: str, steps: int) -> None:
        """Begin a piece of work that takes this many steps."""

    def step(self, doing: str) -> None:
        """Begin the next step; the one before it is done."""

    def note(self, doing: str) -> None:
        """Describe the current step in more detail."""

    def advance(self, done: str, rows: int) -> None:
        """Count one more step as done, in any order, with the number of rows that it read."""

    def end(self) -> None:
        """End the piece of work: all of its steps are done."""


class Silent:
    """Progress that is not shown."""

    def begin(self, title: str, steps: int) -> None:
        """Show nothing."""

    def step(self, doing: str) -> None:
        """Show nothing."""

    def note(self, doing: str) -> None:
        """Show nothing."""

    def advance(self, done: str, rows: int) -> None:
        """Show nothing."""

    def end(self) -> None:
        """Show nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of work within one step of a larger one: its steps become notes of the larger one.

    Attributes:
        whole: The progress of the larger piece of work.
        label: What the part is called.
    """

    whole: Progress
    label: str

    def begin(self, title: str, steps: int) -> None:  # noqa: ARG002 - the whole counts its own steps
        """Show that the part begins."""
        self.whole.note(self.label)

    def step(self, doing: str) -> None:
        """Show what the part does."""
        self.whole.note(f"{self.label}: {doing}")

    def note(self, doing: str) -> None:
        """Show what the part does."""
        self.whole.note(f"{self.label}: {doing}")

    def advance(self, done: str, rows: int) -> None:  # noqa: ARG002 - the whole counts its own rows
        """Show what the part has done."""
        self.whole.note(f"{self.label}: {done}")

    def end(self) -> None:
        """Do nothing: the whole counts its own steps."""


class Bar:
    """One bar on a terminal, removed when the work is done; nothing where there is no terminal."""

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
        """Describe the current step."""
        if self._task is not None:
            self._bars.update(self._task, description=doing)

    def advance(self, done: str, rows: int) -> None:
        """Move the bar by one step, and show how fast rows are read."""
        self._rows += rows
        if self._task is not None:
            elapsed = self._bars.tasks[0].elapsed or 0.0
            speed = f"{self._rows / elapsed:z,.0f} rows/s" if elapsed else ""
            self._bars.update(self._task, advance=1, description=done, speed=speed)

    def end(self) -> None:
        """Remove the bar."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
