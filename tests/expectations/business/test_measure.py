"""A measure is a number with inclusive bounds, written in words."""

from __future__ import annotations

import math

import pytest

from expectations.business.measure import Measure, does_not_apply
from expectations.business.words import percent
from transforms.plurals import pluralize


def measure(observed: float | None, minimum: float | None = None, maximum: float | None = None) -> Measure:
    return Measure("rows.usage", "warn", observed, minimum, maximum, "As told.")


@pytest.mark.parametrize(
    ("observed", "minimum", "maximum", "is_passed"),
    [
        (0.5, 0.5, 2, True),
        (2, 0.5, 2, True),
        (0.4999, 0.5, 2, False),
        (2.0001, 0.5, 2, False),
        (0, None, 0, True),
        (1, None, 0, False),
        (1, 1, None, True),
        (0.9, 1, None, False),
        (7, None, None, True),
        (None, 0.5, 2, True),
        (math.nan, None, 2, False),
        (math.nan, 0, None, False),
    ],
)
def test_bounds_are_inclusive(
    observed: float | None, minimum: float | None, maximum: float | None, is_passed: bool
) -> None:
    assert measure(observed, minimum, maximum).is_passed is is_passed


@pytest.mark.parametrize(
    ("given", "observed", "expected"),
    [
        (measure(0.31, maximum=0.15), "0.31", "at most 0.15"),
        (measure(1 / 3, minimum=0.5), "0.3333", "at least 0.5"),
        (measure(1200, 0.5, 2000), "1,200", "at least 0.5 and at most 2,000"),
        (measure(0.0, maximum=0), "0", "at most 0"),
        (measure(None), "does not apply", "any"),
    ],
)
def test_numbers_are_written_in_words(given: Measure, observed: str, expected: str) -> None:
    assert (given.observed_text, given.expected_text) == (observed, expected)


@pytest.mark.parametrize("name", ["", "rows usage", "rows-usage", "rows/usage", "rows.usage\n", "größe"])
def test_a_name_that_could_not_be_typed_or_be_a_column_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid check name"):
        does_not_apply(name, "warn", "Because.")


@pytest.mark.parametrize(
    ("share", "text"), [(0.15, "15 %"), (0.324, "32.4 %"), (1, "100 %"), (0, "0 %"), (0.0004, "0 %"), (12, "1,200 %")]
)
def test_shares_are_written_as_per_cent(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 days"), (1, "1 day"), (2000, "2,000 days")])
def test_things_are_counted(number: int, text: str) -> None:
    assert pluralize(number, "day") == text
