"""What goes into the image: the instructions of the Dockerfile, and what .dockerignore lets the builder see."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath

from tests.conftest import ROOT


@dataclass(frozen=True)
class Instruction:
    """An instruction, its continued lines joined.

    Attributes:
        stage: The number of the stage it belongs to, from 0 on.
        name: Its name, in capitals.
        rest: What follows.
    """

    stage: int
    name: str
    rest: str

    @property
    def words(self) -> list[str]:
        """What follows, word by word as a shell would see it, without options."""
        return [word for word in shlex.split(self.rest) if not word.startswith("--")]


def instructions() -> list[Instruction]:
    """Read the Dockerfile."""
    lines = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#")).replace("\\\n", " ")
    found: list[Instruction] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = line.partition(" ")
        stage = found[-1].stage if found else -1
        found.append(Instruction(stage + (name == "FROM"), name, re.sub(r"\s+", " ", rest)))
    return found


def copied() -> list[str]:
    """Return the sources in the repository that the Dockerfile copies."""
    copies = [i for i in instructions() if i.name == "COPY" and "--from=" not in i.rest]
    return [source for copy in copies for source in copy.words[:-1]]


def is_in_context(path: str) -> bool:
    """Return whether the builder gets to see a path: the last pattern that matches it or a folder above it decides."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    is_seen = True
    for pattern in (line.strip() for line in lines if line.strip() and not line.startswith("#")):
        names = [path, *map(str, PurePosixPath(path).parents)][:-1]
        if any(re.fullmatch(_expression(pattern.removeprefix("!")), name) for name in names):
            is_seen = pattern.startswith("!")
    return is_seen


def _expression(pattern: str) -> str:
    parts = re.split(r"(\*\*/|\*)", pattern)
    return "".join({"**/": "(?:.*/)?", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
