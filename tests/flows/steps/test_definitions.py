"""The code of definitions: what counts as another one."""

from __future__ import annotations

import pytest

from flows.staleness.definitions import FACT_PARTS, code_only, definitions, fact_definition

CODE = '''
"""A module."""
LIMIT = 3
"""What it is."""


def double(number):
    """Return twice the number."""
    # Twice.
    return 2 * number
'''


@pytest.mark.parametrize(
    ("edit", "is_same"),
    [
        pytest.param(lambda code: code.replace("A module", "The module"), True, id="docstring-of-the-module"),
        pytest.param(lambda code: code.replace("Give twice", "Gives twice"), True, id="docstring-of-a-function"),
        pytest.param(lambda code: code.replace("What it is", "Why it is"), True, id="text-below-a-constant"),
        pytest.param(lambda code: code.replace("# Twice.", "# Two times."), True, id="comment"),
        pytest.param(lambda code: code.replace("2 * number", "2*number"), True, id="layout"),
        pytest.param(lambda code: code.replace("2 * number", "3 * number"), False, id="number"),
        pytest.param(lambda code: code.replace("LIMIT = 3", "LIMIT = 4"), False, id="constant"),
        pytest.param(lambda code: code.replace("number", "value"), False, id="name"),
    ],
)
def test_only_code_counts(edit, is_same):
    assert (code_only(edit(CODE)) == code_only(CODE)) is is_same


def test_a_function_of_nothing_but_a_docstring_stays_code():
    assert code_only('def nothing():\n    """Do nothing."""') == "def nothing():\n    pass"


def test_every_part_that_makes_results_has_a_fingerprint_and_no_other():
    assert set(definitions()) >= {"facts", "pillars", "scoring", "tiers", "lifecycle", "economics", "knowledge"}
    assert not {"contracts", "erasure", "policy", "sample", "errors"} & set(definitions())
    assert len(set(definitions().values())) == len(definitions())


def test_facts_hang_on_their_own_code_alone():
    assert set(FACT_PARTS) <= set(definitions())
    assert "tiers" not in FACT_PARTS
    assert fact_definition() not in definitions().values()
