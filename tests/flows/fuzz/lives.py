"""A life: one project whose files are mutated again and again, and fixed in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random

from tests.flows.fuzz.base import fix
from tests.flows.fuzz.cases import make_case
from tests.flows.fuzz.months import Published, attempt, healthy_again, hold_laws
from tests.flows.fuzz.sheets import Sheet
from tests.flows.projects import FEBRUARY, JANUARY

_ATTEMPTS = 3
"""How often a source is mutated in a life."""

_TWICE = 0.3
"""The share of failed attempts that are made once more."""


def live(seed: str, project: Path, healthy: Path, published: Published, sheets: Mapping[str, Sheet]) -> Counter[str]:
    """Exchange the files of a published project for mutated ones, hold the laws of each run, fix it in the end.

    Args:
        seed: Decides everything.
        project: A project whose January is published; it is changed.
        healthy: The same as it was.
        published: What is published of January.
        sheets: The rows of every source.

    Returns:
        How often which status and exit code came out.
    """
    random, came = Random(seed), Counter[str]()
    history = []
    try:
        for number in range(_ATTEMPTS):
            case = make_case(f"{seed}.{number}", sheets)
            fix(project, healthy)
            case.put(project)
            month = random.choice([JANUARY, JANUARY, FEBRUARY])
            history.append(f"{month} with {case}")
            found = hold_laws(project, month, case)
            came[f"{found.status} ({found.exit_code})"] += 1
            if found.exit_code and random.random() < _TWICE:
                assert attempt(project, month) == found, "a second attempt says something else"
        fix(project, healthy)
        history.append("fixed")
        healthy_again(project, JANUARY, published)
    except BaseException as error:
        error.add_note("\n".join([f"the life of seed {seed}, the last attempt failed:", *history]))
        raise
    return came
