"""Counts in words: one thing is one thing, and nothing is minus nothing."""

import pytest

from transforms.plurals import pluralize


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(0, "0 days", id="none"),
        pytest.param(1, "1 day", id="one"),
        pytest.param(1.0, "1 day", id="one-as-a-fraction"),
        pytest.param(2_000, "2,000 days", id="thousands"),
        pytest.param(1_234_567.0, "1,234,567 days", id="millions-as-a-fraction"),
        pytest.param(0.5, "0.5 days", id="half"),
        pytest.param(-0.0, "0 days", id="minus-zero"),
        pytest.param(-1, "-1 days", id="minus-one"),
    ],
)
def test_number_and_noun_agree(number, expected):
    assert pluralize(number, "day") == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(("person", "people"), "2 people", id="irregular"),
        pytest.param(("lift started",), "2 lifts started", id="noun-and-participle"),
        pytest.param(("override ended",), "2 overrides ended", id="of-an-override"),
    ],
)
def test_several_have_a_plural_of_their_own(words, expected):
    assert pluralize(2, *words) == expected
