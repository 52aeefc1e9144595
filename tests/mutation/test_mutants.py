from __future__ import annotations

import ast

import pytest

from tests.conftest import ROOT
from tests.mutation.__main__ import sample
from tests.mutation.mutants import Mutant, mutants_of


@pytest.fixture(scope="module")
def every_mutant() -> list[Mutant]:
    """All that may be drawn."""
    return sample(ROOT, 10**6, seed=0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a + b", ["a - b"], id="operator"),
        pytest.param("(a  # a + sign\n / b)", ["(a  # a + sign\n * b)"], id="operator after a comment"),
        pytest.param("a < b <= c", ["a <= b <= c", "a < b < c"], id="comparisons"),
        pytest.param("a not in b", ["a in b"], id="membership"),
        pytest.param("a and b and c", ["a or b and c", "a and b or c"], id="connectives"),
        pytest.param("x = not a", ["x =  a"], id="negation"),
        pytest.param("x = True", ["x = False"], id="truth"),
        pytest.param("x = 0.5", ["x = 1.5"], id="number"),
        pytest.param("pl.col('é').max()", ["pl.col('é').min()"], id="method after a wide letter"),
        pytest.param("(f.a\n  .filter(b(c)))", ["(f.a\n  )"], id="method left out"),
        pytest.param('x: "1 + 1" = f"{1 + 1}"', [], id="strings"),
        pytest.param("@cache(1)\ndef f(x: A | B) -> A | B: ...", [], id="decorators and annotations"),
    ],
)
def test_one_thing_changes_at_a_time(before: str, after: list[str]) -> None:
    assert [mutant.after for mutant in mutants_of("file.py", before)] == after


def test_a_mutant_tells_its_line_and_its_difference() -> None:
    (mutant,) = mutants_of("file.py", "x = y\nz = x * y\n")

    assert (mutant.line, mutant.diff()) == (2, "-z = x * y\n+z = x / y")


def test_mutants_can_be_compiled(every_mutant) -> None:
    for mutant in every_mutant[::5]:
        ast.parse(mutant.after)


def test_a_seed_draws_the_same_mutants_again() -> None:
    assert sample(ROOT, 5, seed=3) == sample(ROOT, 5, seed=3) != sample(ROOT, 5, seed=4)


def test_made_up_data_and_descriptions_are_left_out(every_mutant) -> None:
    paths = {mutant.path for mutant in every_mutant}

    assert {"transforms/month.py", "transforms/tiers/gates.py"} <= paths
    assert not [path for path in paths if "/sample/" in path or "/columns/" in path]
