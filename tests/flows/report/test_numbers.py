"""Numbers as people read them."""

from __future__ import annotations

import pytest

from flows.report.numbers import NOT_KNOWN, change, count, growth, money, percent, points, share


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0"), (7.4, "7"), (999.4, "999"), (999.6, "1.00 k"), (1250, "1.25 k"), (99_960, "100 k"),
        (999_499, "999 k"), (999_999, "1.00 M"), (154_512_000, "155 M"), (1.2e9, "1.20 B"), (-42_000, "-42.0 k"),
        (None, NOT_KNOWN), (float("nan"), NOT_KNOWN),
    ],
)  # fmt: skip
def test_amounts_have_three_digits_and_a_scale(amount, written):
    assert money(amount) == written


def test_amounts_may_name_their_currency():
    assert money(1250, "USD") == "USD 1.25 k"


def test_what_is_not_known_is_said():
    assert {count(None), money(None), percent(None), points(None), share(1, 0), share(None, 1)} == {NOT_KNOWN}


def test_differences_are_said_in_words():
    assert change(5, 3) == "2 more than the month before"
    assert change(3, 5) == "2 fewer than the month before"
    assert change(3, 3) == "as many as the month before"
    assert change(3, None) == ""
    assert growth(110, 100) == "10.0 % more than the month before"
    assert growth(90, 100) == "10.0 % less than the month before"
    assert growth(100.001, 100) == "as much as the month before"
    assert growth(1, 0) == ""
