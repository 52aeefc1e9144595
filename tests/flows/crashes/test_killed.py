"""A command that is killed at any moment leaves whole months, and the next one finishes what it began."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.flows.crashes.killing import Moment, any_moment, kill_until_done
from tests.flows.crashes.scenarios import SCENARIOS
from tests.flows.crashes.stage import Stage

_MOST_KILLS = 3
_IN_FEBRUARY = r"os.mkdir .*/data-docs/\.making-.*/2025-02-"
_LISTING = r"open .*/data-docs/\.making-\w+/new\.html"


def seeds(blocks: int, size: int) -> list[object]:
    """Numbers in blocks, one test each."""
    return [
        pytest.param(range(start, start + size), id=f"{start}-{start + size - 1}")
        for start in range(0, blocks * size, size)
    ]


def killed_by_chance(stage: Stage, name: str, seed: object, folder: Path, most_kills: int) -> int:
    undisturbed = stage.undisturbed(name)
    dice = random.Random(f"{name} {seed}")
    moments = [any_moment(dice, undisturbed) for _ in range(dice.randint(1, most_kills))]
    with stage.copy(name, folder) as copy:
        return kill_until_done(copy, undisturbed, moments)


def test_a_backfill_killed_now_and_then_loses_nothing(stage: Stage, tmp_path: Path) -> None:
    """Three times before January is published, once after, and once when all is published but not yet listed."""
    undisturbed = stage.undisturbed("backfill-anew")
    published = undisturbed.moment("insert into restatements", "begin commit")
    in_january = random.Random(1).sample([one for one in undisturbed.moments_of_sql if one <= published], 3)
    moments = [*(Moment(one) for one in in_january), Moment(_IN_FEBRUARY), Moment(_LISTING)]
    with stage.copy("backfill-anew", tmp_path / "project") as copy:
        assert kill_until_done(copy, undisturbed, moments) == len(moments)


@pytest.mark.torture
@pytest.mark.parametrize("numbers", seeds(blocks=5, size=4))
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_command_killed_at_any_moment_loses_nothing(stage: Stage, name: str, numbers: range, tmp_path: Path) -> None:
    kills = [killed_by_chance(stage, name, number, tmp_path / str(number), _MOST_KILLS) for number in numbers]
    print(f"killed {sum(kills)} times")
    assert sum(kills) > 0


@pytest.mark.torture
@pytest.mark.parametrize("part", range(5))
def test_a_run_killed_after_any_statement_loses_nothing(stage: Stage, part: int, tmp_path: Path) -> None:
    undisturbed = stage.undisturbed("run-anew")
    numbers = [one for one in undisturbed.moments_of_sql if not undisturbed.moments[one - 1].startswith("begin ")]
    for number in numbers[part::5]:
        with stage.copy("run-anew", tmp_path / str(number)) as copy:
            assert kill_until_done(copy, undisturbed, [Moment(number)]) == 1, undisturbed.moments[number - 1]
