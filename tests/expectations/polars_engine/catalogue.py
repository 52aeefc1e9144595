"""Every supported expectation, in the forms in which it is compared with pandas, and the data for that."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import great_expectations.expectations as gxe
import polars as pl
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column
from hypothesis import strategies as st

SCHEMA = {
    "i": pl.Int64, "j": pl.Int64, "f": pl.Float64, "g": pl.Float64, "s": pl.String, "t": pl.String, "d": pl.Date,
    "e": pl.Date, "m": pl.Datetime("us", "UTC"), "n": pl.Datetime("us", "UTC"), "b": pl.Boolean,
}  # fmt: skip

_BIG = st.sampled_from([None, 0, 1, -1, 7, 3, 2, 2**53 + 1, 2**60, -(2**60)])
_SMALL = st.sampled_from([None, 0, 1, 2, 3, -4])
_FLOATS = st.sampled_from([None, math.nan, math.inf, -math.inf, 0.0, -0.0, 1.5, 1e100, -3.0, 2.0])
_NAUGHTY = ["", "a", "a", "A", "ä", "a\u0308", "😀", "' or 1=1 --", "NaN", "null", "12", "\u202e", "${a}", "\x00", " "]
_TEXTS = st.none() | st.sampled_from(_NAUGHTY) | st.text(max_size=3)
_DATES = st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 4))
_TIMES = st.none() | st.datetimes(datetime(2024, 1, 1), datetime(2024, 1, 3), timezones=st.just(UTC))
_VALUES = {
    "i": _BIG, "j": _SMALL, "f": _FLOATS, "g": _FLOATS, "s": _TEXTS, "t": _TEXTS, "d": _DATES, "e": _DATES,
    "m": _TIMES, "n": _TIMES, "b": st.sampled_from([None, True, False]),
}  # fmt: skip

FRAMES = st.lists(st.fixed_dictionaries(_VALUES), max_size=8).map(lambda rows: pl.DataFrame(rows, schema=SCHEMA))

_GOOD = {
    "i": 1, "j": 1, "f": 1.5, "g": 0.0, "s": "a", "t": "A", "d": date(2024, 1, 2), "e": date(2024, 1, 1),
    "m": datetime(2024, 1, 2, tzinfo=UTC), "n": datetime(2024, 1, 1, tzinfo=UTC), "b": True,
}  # fmt: skip
_BAD = {
    "i": 9, "j": -9, "f": math.inf, "g": -math.inf, "s": "😀😀😀", "t": "😀😀😀", "d": date(1999, 1, 1),
    "e": date(1999, 1, 1), "m": datetime(1999, 1, 1, tzinfo=UTC), "n": datetime(1999, 1, 1, tzinfo=UTC), "b": False,
}  # fmt: skip
CORNERS = {
    name: pl.DataFrame(rows, schema=SCHEMA)
    for name, rows in {
        "empty": [],
        "one_good_row": [_GOOD],
        "all_null": [dict.fromkeys(SCHEMA)] * 3,
        "all_bad": [_BAD] * 3,
        "half_null": [_GOOD, dict.fromkeys(SCHEMA), _GOOD, dict.fromkeys(SCHEMA)],
        "not_a_number": [{**_GOOD, "f": math.nan, "g": math.nan}] * 2,
        "negative_zero": [{**_GOOD, "f": 0.0, "g": -0.0}, {**_GOOD, "f": -0.0, "g": 0.0}],
    }.items()
}

# Where a row is compared with null, pandas is not of one mind: see test_deviations.
OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "mostly": {"mostly": 0.6},
    "condition": {"row_condition": Column("j") > 0},
    "members": {"row_condition": Column("s").is_in(["a", ""])},
    "null": {"row_condition": Column("f").is_null()},
    "and": {"row_condition": (Column("j") >= 0) & (Column("f") < 2.0)},
    "or_mostly": {"row_condition": (Column("j") == 1) | (Column("s") == "a"), "mostly": 0.5},
}

_DAY, _TIME = datetime(2024, 1, 2), datetime(2024, 1, 2, tzinfo=UTC)
_TEXT_SET, _NUMBER_SET = ["a", "ä", "", "12"], [0, 1, 1.5]
_PAIRS = ("fg", "de", "mn")
_IGNORED_IN_PAIRS = ("both_values_are_missing", "either_value_is_missing", "neither")
_IGNORED_IN_LISTS = ("all_values_are_missing", "any_value_is_missing", "never")


def _of_any_column() -> Iterator[Expectation]:
    for name in SCHEMA:
        yield gxe.ExpectColumnValuesToNotBeNull(column=name)
        yield gxe.ExpectColumnValuesToBeNull(column=name)
        yield gxe.ExpectColumnValuesToBeUnique(column=name)
        yield gxe.ExpectColumnUniqueValueCountToBeBetween(column=name, min_value=1, max_value=3)
        yield gxe.ExpectColumnProportionOfUniqueValuesToBeBetween(column=name, min_value=0.5)
        yield gxe.ExpectColumnProportionOfNonNullValuesToBeBetween(column=name, min_value=0.5)


def _of_numbers() -> Iterator[Expectation]:
    for name in "ijfg":
        yield gxe.ExpectColumnValuesToBeBetween(column=name, min_value=0, max_value=2)
        yield gxe.ExpectColumnValuesToBeBetween(column=name, min_value=0, strict_min=True)
        yield gxe.ExpectColumnValuesToBeBetween(column=name, max_value=1.5, strict_max=True)
        yield gxe.ExpectColumnMinToBeBetween(column=name, min_value=0)
        yield gxe.ExpectColumnMaxToBeBetween(column=name, max_value=2)
        yield gxe.ExpectColumnMeanToBeBetween(column=name, max_value=2)
        yield gxe.ExpectColumnSumToBeBetween(column=name, min_value=0, max_value=2)
        yield gxe.ExpectColumnMedianToBeBetween(column=name, max_value=2)
        yield gxe.ExpectColumnStdevToBeBetween(column=name, max_value=2)


def _of_sets() -> Iterator[Expectation]:
    sets: dict[str, list[Any]] = {**dict.fromkeys("ijfg", _NUMBER_SET), "s": _TEXT_SET, "d": [_DAY], "m": [_TIME]}
    for name, value_set in sets.items():
        yield gxe.ExpectColumnValuesToBeInSet(column=name, value_set=value_set)
        yield gxe.ExpectColumnValuesToNotBeInSet(column=name, value_set=value_set)
        yield gxe.ExpectColumnDistinctValuesToBeInSet(column=name, value_set=value_set)
        yield gxe.ExpectColumnDistinctValuesToContainSet(column=name, value_set=value_set)
        yield gxe.ExpectColumnDistinctValuesToEqualSet(column=name, value_set=value_set)
    yield gxe.ExpectColumnValuesToBeInSet(column="b", value_set=[True])


def _of_texts_and_times() -> Iterator[Expectation]:
    yield gxe.ExpectColumnValuesToMatchRegex(column="s", regex="^[a-z]")
    yield gxe.ExpectColumnValuesToNotMatchRegex(column="s", regex="[0-9]+")
    yield gxe.ExpectColumnValueLengthsToBeBetween(column="s", min_value=1, max_value=2)
    yield gxe.ExpectColumnValueLengthsToEqual(column="s", value=1)
    for name, moment in (("d", _DAY), ("m", _TIME)):
        yield gxe.ExpectColumnValuesToBeBetween(column=name, min_value=moment)
        yield gxe.ExpectColumnValuesToBeBetween(column=name, max_value=moment, strict_max=True)
    yield gxe.ExpectColumnMinToBeBetween(column="m", min_value=_TIME)
    yield gxe.ExpectColumnMaxToBeBetween(column="m", max_value=_TIME)


def _of_records() -> Iterator[Expectation]:
    for ignored in _IGNORED_IN_LISTS:
        for names in (["i", "s"], ["f", "d", "b"], ["m", "j"], ["f", "g"]):
            yield gxe.ExpectCompoundColumnsToBeUnique(column_list=names, ignore_row_if=ignored)
        for names in (["f", "g"], ["s", "t"], ["d", "e"], ["j", "f"]):
            yield gxe.ExpectSelectColumnValuesToBeUniqueWithinRecord(column_list=names, ignore_row_if=ignored)
    for ignored in _IGNORED_IN_PAIRS:
        for left, right in _PAIRS:
            pair = {"column_A": left, "column_B": right, "ignore_row_if": ignored}
            yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(**pair)
            yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(**pair, or_equal=True)
            yield gxe.ExpectColumnPairValuesToBeEqual(**pair)
        yield gxe.ExpectColumnPairValuesToBeEqual(column_A="s", column_B="t", ignore_row_if=ignored)


def _of_the_table() -> Iterator[Expectation]:
    names = list(SCHEMA)
    yield gxe.ExpectTableColumnsToMatchSet(column_set=names)
    yield gxe.ExpectTableColumnsToMatchSet(column_set=names[:-1], exact_match=False)
    yield gxe.ExpectTableColumnsToMatchOrderedList(column_list=names)
    yield gxe.ExpectTableColumnsToMatchOrderedList(column_list=names[::-1])
    yield gxe.ExpectColumnToExist(column="i", column_index=0)
    yield gxe.ExpectColumnToExist(column="none")
    yield gxe.ExpectTableColumnCountToEqual(value=len(names))
    yield gxe.ExpectTableColumnCountToBeBetween(min_value=1, max_value=3)
    yield gxe.ExpectTableRowCountToEqual(value=2)
    yield gxe.ExpectTableRowCountToBeBetween(min_value=1, max_value=3)


def _by_type() -> dict[type[Expectation], list[Expectation]]:
    forms: dict[type[Expectation], list[Expectation]] = {}
    for family in (_of_the_table, _of_any_column, _of_numbers, _of_sets, _of_texts_and_times, _of_records):
        for form in family():
            forms.setdefault(type(form), []).append(form)
    return forms


FORMS = _by_type()
"""The forms of each expectation, by its class."""


def with_options(form: Expectation, options: dict[str, Any]) -> Expectation:
    """The same expectation with those of the options that it has."""
    known = {name: value for name, value in options.items() if name in form.__fields__}
    return type(form)(**{**form.configuration.kwargs, **known})
