"""Where this engine means to differ from pandas, or pandas is not of one mind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.expectations.row_conditions import Column

from tests.expectations.polars_engine.harness import as_pandas, error_of, validate_one

BIG = 2**62


def unexpected(frame, check):
    result = validate_one(frame, check)
    assert error_of(result) is None, error_of(result)
    return result.result["unexpected_list"]


def test_large_sums_do_not_overflow_as_they_do_in_pandas():
    frame = pl.DataFrame({"a": [BIG, BIG, BIG]})
    check = gxe.ExpectColumnSumToBeBetween(column="a", min_value=0)
    assert validate_one(frame, check).result["observed_value"] == 3 * BIG
    assert validate_one(as_pandas(frame), check).result["observed_value"] < 0


def test_a_dollar_does_not_match_before_a_line_end():
    check = gxe.ExpectColumnValuesToMatchRegex(column="a", regex="^[a-z]+$")
    assert unexpected(pl.DataFrame({"a": ["abc", "abc\n"]}), check) == ["abc\n"]


def test_a_pattern_that_looks_around_is_an_error():
    check = gxe.ExpectColumnValuesToMatchRegex(column="a", regex="(?<=a)b")
    result = validate_one(pl.DataFrame({"a": ["ab"]}), check)
    assert not result.success
    assert "look-around" in error_of(result)


@pytest.mark.parametrize("condition", [Column("n") != 1, Column("n").is_not_in([1])])
def test_a_comparison_with_null_keeps_no_row(condition):
    frame = pl.DataFrame({"n": [1, 2, 3, None], "a": [0, 0, 0, 0]})
    result = validate_one(frame, gxe.ExpectColumnValuesToNotBeNull(column="a", row_condition=condition))
    assert result.result["element_count"] == 2


@pytest.mark.parametrize("text", ['col("d") == date("2024-01-02")', 'col("d") > "2024-01-01"'])
@pytest.mark.filterwarnings("ignore:.*(condition_parser|row_condition).*:DeprecationWarning")
def test_conditions_as_great_expectations_wrote_them_before(text):
    frame = pl.DataFrame({"d": [date(2024, 1, 1), date(2024, 1, 2)], "a": [0, 0]})
    check = gxe.ExpectTableRowCountToEqual(value=1)
    check = gxe.ExpectColumnValuesToNotBeNull(column="a", row_condition=text, condition_parser="great_expectations")
    assert validate_one(frame, check).result["element_count"] == 1


@pytest.mark.filterwarnings("ignore:.*(condition_parser|row_condition).*:DeprecationWarning")
def test_a_condition_for_pandas_is_an_error_that_says_what_to_do():
    check = gxe.ExpectColumnValuesToNotBeNull(column="a", row_condition="a > 1", condition_parser="pandas")
    assert "use condition objects" in error_of(validate_one(pl.DataFrame({"a": [1]}), check))


DAYS = pl.DataFrame({"a": [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3)]})
TIMES = DAYS.with_columns(pl.col("a").cast(pl.Datetime("us", "UTC")))


@pytest.mark.parametrize(
    ("frame", "bound"),
    [
        pytest.param(DAYS, date(2024, 1, 2), id="days"),
        pytest.param(DAYS, "2024-01-02", id="days_as_text"),
        pytest.param(DAYS, datetime(2024, 1, 2), id="days_by_midnight"),
        pytest.param(DAYS, datetime(2024, 1, 1, 12), id="days_by_noon"),
        pytest.param(TIMES, datetime(2024, 1, 2, tzinfo=UTC), id="times"),
        pytest.param(TIMES, "2024-01-02T01:00:00+01:00", id="times_as_text"),
        pytest.param(TIMES, datetime(2024, 1, 2), id="times_without_a_zone"),
        pytest.param(TIMES, date(2024, 1, 2), id="times_by_day"),
        pytest.param(TIMES.select(pl.col("a").dt.replace_time_zone(None)), "2024-01-02T00:00:00Z", id="no_zone"),
    ],
)
def test_bounds_of_days_and_times(frame, bound):
    check = gxe.ExpectColumnValuesToBeBetween(column="a", min_value=bound)
    assert unexpected(frame, check) == frame["a"].head(1).to_list()


@pytest.mark.parametrize("member", ["2024-01-02", date(2024, 1, 2), datetime(2024, 1, 2)])
@pytest.mark.parametrize("frame", [DAYS, TIMES])
def test_members_that_are_days_and_times(frame, member):
    check = gxe.ExpectColumnValuesToNotBeInSet(column="a", value_set=[member, "soon"])
    assert unexpected(frame, check) == [frame["a"][1]]


@pytest.mark.parametrize(
    ("values", "dtype", "value_set", "members"),
    [
        pytest.param([1, 2], pl.UInt8, [1, 2.5, "2", 300, -1, None, float("inf")], [1], id="whole_numbers"),
        pytest.param([1.5, 2.0], pl.Float32, [2, "1.5"], [2.0], id="floats"),
        pytest.param([Decimal("1.50"), Decimal("2.00")], pl.Decimal(9, 2), [1.5], [Decimal("1.50")], id="decimals"),
        pytest.param(["a", "b"], pl.Enum(["a", "b"]), ["a", "z", 1], ["a"], id="enums"),
        pytest.param(["a", "b"], pl.Categorical, ["a", "z"], ["a"], id="categories"),
        pytest.param([True, False], pl.Boolean, [True, "no"], [True], id="truth"),
    ],
)
def test_members_of_other_types_match_nothing(values, dtype, value_set, members):
    frame = pl.DataFrame({"a": pl.Series(values, dtype=dtype)})
    assert unexpected(frame, gxe.ExpectColumnValuesToNotBeInSet(column="a", value_set=value_set)) == members


def test_members_that_are_written_twice_are_missed_once():
    check = gxe.ExpectColumnDistinctValuesToContainSet(column="a", value_set=[1, 9, 9])
    result = validate_one(pl.DataFrame({"a": [1, 2]}), check).result
    assert (result["missing_count"], result["partial_missing_list"]) == (1, [9])


def test_whole_bounds_are_exact_on_large_numbers():
    frame = pl.DataFrame({"a": [2**53, 2**53 + 1]})
    assert unexpected(frame, gxe.ExpectColumnValuesToBeBetween(column="a", max_value=2**53)) == [2**53 + 1]


def test_bounds_of_decimals():
    frame = pl.DataFrame({"a": pl.Series([Decimal("0.10"), Decimal("0.11")], dtype=pl.Decimal(9, 2))})
    assert unexpected(frame, gxe.ExpectColumnValuesToBeBetween(column="a", max_value=0.1)) == [Decimal("0.11")]


def test_bounds_the_wrong_way_round_are_an_error():
    check = gxe.ExpectColumnValuesToBeBetween(column="a", min_value=2, max_value=1)
    assert "min_value cannot be greater" in error_of(validate_one(pl.DataFrame({"a": [1]}), check))


def test_numbers_and_texts_of_a_record_are_never_equal():
    frame = pl.DataFrame({"a": [1, None], "b": ["1", None]})
    check = gxe.ExpectSelectColumnValuesToBeUniqueWithinRecord(column_list=["a", "b"], ignore_row_if="never")
    assert unexpected(frame, check) == [{"a": None, "b": None}]
