"""Tests stay with those that they share something with, and what is named for that is there."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.spreading import LONG, TOGETHER, place_of


@pytest.mark.parametrize(
    ("nodeid", "place"),
    [
        pytest.param("tests/flows/crashes/test_killed.py::test_it[a]", "crashes", id="folder"),
        pytest.param("tests/flows/bad_input/test_rows.py::test_it", "crashes", id="another folder that goes with it"),
        pytest.param("tests/sql/test_facts.py::test_it", "tests/sql/test_facts.py", id="file"),
    ],
)
def test_a_test_goes_with_its_folder_or_its_file(nodeid: str, place: str) -> None:
    assert place_of(nodeid) == place


@pytest.mark.parametrize("path", sorted({*TOGETHER, *LONG}))
def test_what_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()
