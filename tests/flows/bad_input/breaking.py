"""How a project is broken, and what a run must say and leave alone then."""

from __future__ import annotations

from pathlib import Path

from tests.flows.command_line import retier, told
from tests.flows.projects import FEBRUARY, published_tables

FAILED, WRONG_USE, BAD_DATA = 1, 2, 3


def refused(project: Path, exit_code: int, *words: str, month: object = FEBRUARY) -> None:
    """Run a month, and expect one sentence with these words, and the warehouse as it was."""
    before = published_tables(project)
    sentence = told(retier("run", "--month", month, "--project", project), exit_code)

    assert [word for word in words if word not in sentence] == [], sentence
    assert published_tables(project) == before


def data(project: Path, source: str) -> Path:
    """Give the file of a source."""
    return project / "data" / f"{source}.csv"


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
