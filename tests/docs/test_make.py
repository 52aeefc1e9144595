"""`make` in a document is a target that there is, and what it does is what tests run."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests import demo
from tests.conftest import ROOT
from tests.docs.blocks import DOCUMENTS, blocks_of, text_of

RECIPES = {
    # Run by the fixture demo_project, in an empty folder as here.
    "demo": [f".venv/bin/retier {' '.join(demo.COMMAND)}"],
    # Run by .ci/run, or this test would not be running.
    "test": [
        ".venv/bin/ruff check",
        ".venv/bin/ruff format --check",
        ".venv/bin/mypy",
        ".venv/bin/python -m pytest --quiet",
    ],
}
"""By target: the commands that make runs once .venv is made."""


@pytest.mark.parametrize("target", RECIPES)
def test_make_runs_what_tests_run(target: str, tmp_path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv").mkdir()
    for name in (
        "pyproject.toml", "requirements.txt", "requirements-dev.txt",
        ".venv/created.stamp", ".venv/runtime.stamp", ".venv/dev.stamp",
    ):  # fmt: skip
        (tmp_path / name).touch()
    told = subprocess.run(
        ["make", "--dry-run", target], capture_output=True, encoding="utf-8", check=True, cwd=tmp_path
    )
    # A line of its own says what make does side by side.
    lines = [line for line in told.stdout.splitlines() if "--jobs" not in line]
    # How pytest spreads the tests over processes makes no difference to which ones there are.
    assert [re.sub(r" -n \d+ --dist \S+( --no-loadscope-reorder)?$", "", line) for line in lines] == RECIPES[target]


def test_the_checks_of_a_clone_are_those_of_make() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("part ")] == [
        "part make install",
        "part make test",
        "part make compat",
    ]


def test_every_target_in_a_document_is_held_here() -> None:
    typed = {
        word
        for document in DOCUMENTS
        for block in blocks_of(text_of(document))
        if block.language == "sh" and block.reason is None
        for command in block.commands()
        if command.text.startswith("make ")
        for word in command.text.partition("#")[0].split()[1:]
    }
    assert typed <= RECIPES.keys()


def test_every_target_that_is_named_in_a_document_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for document in DOCUMENTS:
        assert set(re.findall(r"`make ([a-z]+)", text_of(document))) <= targets, document
