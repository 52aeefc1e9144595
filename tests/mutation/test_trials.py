from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.__main__ import report, try_all
from tests.mutation.mutants import mutants_of
from tests.mutation.trials import Tree

SOURCE = "def is_adult(age):\n    return age >= 18\n"
TESTS = "from transforms.age import is_adult\n\ndef test_it():\n    assert is_adult(18.5) and not is_adult(17)\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with one source and its tests, which do not look at the limit itself."""
    root = tmp_path / "tree"
    for path, text in {
        "transforms/__init__.py": "",
        "transforms/age.py": SOURCE,
        "tests/transforms/test_age.py": TESTS,
        "pyproject.toml": "[tool.pytest.ini_options]\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_what_survives_is_reported_and_the_tree_stays_as_it_is(tree, tmp_path, capsys) -> None:
    mutants = mutants_of("transforms/age.py", SOURCE)
    report(try_all(mutants, tree, tmp_path / "copies", processes=1))

    # That 19 is not the limit is seen, that it is not 18 to the day is not.
    assert capsys.readouterr().out.strip().splitlines() == [
        "transforms/age.py:2 survived",
        "-    return age >= 18",
        "+    return age > 18",
        "",
        "1 killed, 0 timed out, 1 survived",
    ]
    assert (tree / "transforms" / "age.py").read_text(encoding="utf-8") == SOURCE


def test_tests_that_fail_without_a_mutant_are_an_error(tree, tmp_path) -> None:
    (tree / "tests" / "transforms" / "test_age.py").write_text(TESTS.replace("17", "18"), encoding="utf-8")
    (mutant, *_) = mutants_of("transforms/age.py", SOURCE)

    with pytest.raises(RuntimeError, match="the tests fail without any mutation"):
        Tree(tree, tmp_path / "copy", {}).try_mutant(mutant)


def test_the_tests_named_after_a_source_come_first(tree, tmp_path) -> None:
    (tree / "tests" / "transforms" / "test_aaa.py").touch()

    assert Tree(tree, tmp_path / "copy", {}).tests_of("transforms/age.py") == (
        "tests/transforms/test_age.py",
        "tests/transforms/test_aaa.py",
    )
