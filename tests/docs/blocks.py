"""What the documents tell a reader to type: the fenced blocks of Markdown, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.conftest import ROOT

DOCUMENTS = tuple(
    sorted(
        path.relative_to(ROOT)
        for pattern in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/**/*.md", "deploy/**/README.md")
        for path in ROOT.glob(pattern)
    )
)
"""All documents, new ones included, as paths in the repository."""

_FENCE = re.compile(r"^\s*```(\w*)\s*$")
_NOT_RUN = re.compile(r"^<!-- not run: (.+) -->$")
_EXIT = re.compile(r"# exit (\d+)")
_HERE_DOCUMENT = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?")


@dataclass(frozen=True)
class Command:
    """A command of a block: one line, or several that belong together.

    Attributes:
        number: Its line in the document, from 1 on.
        text: What is typed.
        exit_code: How it ends: 0 unless a comment says so, as in ``retier check   # exit 3``.
    """

    number: int
    text: str
    exit_code: int


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        number: The line of its fence, from 1 on.
        language: What stands behind the fence, empty for nothing.
        reason: Why it is not run; None where it is.
        lines: What is in it.
    """

    number: int
    language: str
    reason: str | None
    lines: tuple[str, ...]

    def commands(self) -> Iterator[Command]:
        """Return its commands in order; empty lines and comments are none, and a block of Python is one."""
        if self.language == "python":
            program = "\n".join(self.lines)
            yield Command(self.number, f"python - <<'END'\n{program}\nEND", 0)
            return
        lines = iter(enumerate(self.lines, start=self.number + 1))
        for number, line in lines:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            text = line
            while text.endswith("\\"):
                text = f"{text}\n{next(lines)[1]}"
            if here := _HERE_DOCUMENT.search(text):
                while text.splitlines()[-1] != here[1]:
                    text = f"{text}\n{next(lines)[1]}"
            told = _EXIT.search(text)
            yield Command(number, text, int(told[1]) if told else 0)


def blocks_of(text: str) -> Iterator[Block]:
    """Return the fenced blocks of a document in order."""
    before, lines = "", iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if fence := _FENCE.match(line):
            inside = []
            for _, inner in lines:
                if inner.strip() == "```":
                    break
                inside.append(inner)
            reason = _NOT_RUN.match(before)
            # A block in a list stands indented, which nobody types.
            typed = tuple(dedent("\n".join(inside)).splitlines())
            yield Block(number, fence[1], reason[1] if reason else None, typed)
        if line.strip():
            before = line.strip()


def text_of(document: Path) -> str:
    """Read a document by its path in the repository."""
    return (ROOT / document).read_text(encoding="utf-8")


def prose_of(text: str) -> list[str]:
    """Return the lines of a document outside of its fenced blocks."""
    prose, is_inside = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            is_inside = not is_inside
        elif not is_inside:
            prose.append(line)
    return prose
