"""Errors: their exit codes, and naming the first few of many."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import BusyError, DataQualityError, RetierError, WrongUseError, first_few


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [(RetierError, 1), (WrongUseError, 2), (DataQualityError, 3), (BusyError, 4)],
)
def test_each_error_has_its_exit_code_and_is_caught_as_one_of_ours(error: type[RetierError], exit_code: int) -> None:
    with pytest.raises(RetierError, match="what went wrong") as caught:
        raise error("what went wrong")
    assert caught.value.exit_code == exit_code


@pytest.mark.parametrize(
    ("values", "limit", "expected"),
    [
        ([], 3, ""),
        (["b", "a"], 3, "'a', 'b'"),
        (["c", "b", "a"], 3, "'a', 'b', 'c'"),
        (["d", "c", "b", "a"], 3, "'a', 'b', 'c' and 1 more"),
        (["a", "a", "b"], 1, "'a' and 1 more"),
        ([None, 3], 3, "3, None"),
    ],
    ids=["none", "sorted", "just_as_many", "one_more", "duplicates_once", "any_kind_of_value"],
)
def test_first_few(values: list[object], limit: int, expected: str) -> None:
    assert first_few(values, limit) == expected


@settings(max_examples=30)
@given(st.lists(st.text(max_size=3), max_size=8), st.randoms(use_true_random=False))
def test_same_values_give_the_same_words(values: list[str], chance: object) -> None:
    shuffled = values.copy()
    chance.shuffle(shuffled)
    assert first_few(shuffled) == first_few(values)
