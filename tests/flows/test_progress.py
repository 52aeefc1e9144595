"""Progress: what a terminal shows, and that nothing else does."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from flows.progress import Bar, Part, Progress, Silent


class Notes:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def begin(self, title: str, steps: int) -> None:
        self.told.append(f"begin {title} {steps}")

    def step(self, doing: str) -> None:
        self.told.append(f"step {doing}")

    def note(self, doing: str) -> None:
        self.told.append(f"note {doing}")

    def advance(self, done: str, rows: int) -> None:
        self.told.append(f"done {done} {rows}")

    def end(self) -> None:
        self.told.append("end")


def work(progress: Progress) -> None:
    progress.begin("Tiers", 2)
    progress.step("reading [bold]")
    progress.note("half way")
    progress.step("publishing")
    progress.advance("all", 7)
    progress.end()


def test_the_steps_of_a_part_are_notes_of_the_whole():
    notes = Notes()
    work(Part(notes, "2026-10"))

    assert notes.told == [
        "note 2026-10",
        "note 2026-10: reading [bold]",
        "note 2026-10: half way",
        "note 2026-10: publishing",
        "note 2026-10: all",
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_is_shown_on_a_terminal_only(terminal):
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, color_system=None, width=100, markup=False)
    with Bar(console) as bar:
        bar.begin("Tiers", 2)
        bar.step("reading [bold]")

    assert ("reading [bold]" in written.getvalue()) == terminal
    assert ("Tiers" in written.getvalue()) == terminal


def test_work_that_was_never_begun_or_overruns_breaks_nothing():
    with Bar(Console(file=io.StringIO())) as bar:
        bar.step("too early")
        bar.note("too early")
        bar.end()
        work(bar)
        work(bar)
    work(Silent())


def test_a_bar_tells_how_much_is_done_how_fast_and_how_long_it_will_take():
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, color_system=None, width=150, markup=False)
    with Bar(console) as bar:
        bar.begin("Months", 4)
        bar.advance("2026-09", 5_000)
        bar.advance("2026-10", 5_000)

    last = written.getvalue()
    assert "2/4" in last
    assert "rows/s" in last
    assert last.count(":") >= 2
