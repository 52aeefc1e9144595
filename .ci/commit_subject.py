"""Checks the subject of a commit message; git passes the file that holds it to the hook `commit-msg`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

MAXIMUM_LENGTH = 72
# Subjects that git writes itself.
_BY_GIT = ("Merge ", "Revert ", "fixup! ", "squash! ", "amend! ")
_IMPERATIVES = frozenset({"Bring", "Embed", "Feed", "Focus", "Need", "Proceed", "Shed", "Speed", "Spring", "String"})


def problem_of(message: str) -> str | None:
    """Return what is wrong with the first line of a commit message, None where it is right."""
    subject = next(iter(message.splitlines()), "").rstrip()
    if subject.startswith(_BY_GIT):
        return None
    first_word = subject.partition(" ")[0]
    if len(subject) > MAXIMUM_LENGTH:
        return f"has {len(subject)} characters, expected at most {MAXIMUM_LENGTH}"
    if not re.fullmatch(r"[A-Z][a-z-]+", first_word) or " " not in subject:
        return "expected a capitalised verb first, and what it is done to: Quarantine invoices without a date"
    if first_word not in _IMPERATIVES and re.search(r"(ed|ing|[^s]s)$", first_word):
        return f"begins with {first_word!r}, expected an imperative: Add, not Added, Adding or Adds"
    if subject.endswith("."):
        return "ends with a full stop"
    return None


def main() -> int:
    """Check the file that git names; return 1 and say why if its subject is refused."""
    if problem := problem_of(Path(sys.argv[1]).read_text(encoding="utf-8")):
        sys.stderr.write(f"The commit's subject {problem}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
