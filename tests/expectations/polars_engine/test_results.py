"""What results hold: samples in row order, indexes, errors of their own, and nothing that was not asked for."""

from __future__ import annotations

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.core.result_format import ResultFormat

from tests.expectations.polars_engine.harness import definition, error_of, validate, validate_one

TWENTY_FIRST = pl.DataFrame({"row": range(1000), "a": [number % 3 for number in range(1000)]})
NO_ONES = gxe.ExpectColumnValuesToNotBeInSet(column="a", value_set=[1])


def test_summary_has_the_first_rows_and_their_counts():
    result = validate_one(TWENTY_FIRST, gxe.ExpectColumnValuesToBeBetween(column="row", max_value=9), "SUMMARY").result
    assert result["unexpected_count"] == 990
    assert result["partial_unexpected_list"] == list(range(10, 30))
    assert result["partial_unexpected_counts"][0] == {"value": 10, "count": 1}
    assert result["unexpected_percent"] == pytest.approx(99.0)
    assert "unexpected_list" not in result


def test_complete_has_as_many_as_great_expectations_allows():
    result = validate_one(TWENTY_FIRST, NO_ONES, "COMPLETE").result
    assert result["unexpected_list"] == [1] * 200
    assert "unexpected_index_list" not in result


def test_basic_has_no_counts_of_values():
    result = validate_one(TWENTY_FIRST, NO_ONES, ResultFormat.BASIC).result
    assert result["partial_unexpected_list"] == [1] * 20
    assert "partial_unexpected_counts" not in result


def test_boolean_only_has_the_verdict():
    result = validate_one(TWENTY_FIRST, NO_ONES, "BOOLEAN_ONLY")
    assert (result.success, result.result) == (False, {})


def test_rows_are_identified_by_the_columns_that_are_named():
    asked = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}
    result = validate_one(TWENTY_FIRST.head(5), NO_ONES, asked).result
    assert result["unexpected_index_list"] == [{"a": 1, "row": 1}, {"a": 1, "row": 4}]
    hidden = validate_one(TWENTY_FIRST.head(5), NO_ONES, {**asked, "exclude_unexpected_values": True}).result
    assert hidden["unexpected_index_list"] == [{"row": 1}, {"row": 4}]


def test_whole_rows_can_be_asked_for():
    asked = {"result_format": "BASIC", "include_unexpected_rows": True}
    result = validate_one(TWENTY_FIRST.head(5), NO_ONES, asked).result
    assert result["unexpected_rows"] == [{"row": 1, "a": 1}, {"row": 4, "a": 1}]


def test_samples_of_much_data_are_in_row_order():
    frame = pl.select(row=pl.int_range(1_000_000), a=pl.int_range(1_000_000) % 7 // 6, b=pl.int_range(1_000_000) // 2)
    seven, twice = validate(
        frame.lazy(),
        [
            gxe.ExpectColumnValuesToNotBeInSet(column="a", value_set=[1]),
            gxe.ExpectColumnValuesToBeUnique(column="b"),
        ],
        {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]},
    )
    assert [index["row"] for index in seven.result["unexpected_index_list"]] == list(range(6, 1400, 7))
    assert [index["row"] for index in twice.result["unexpected_index_list"]] == list(range(200))
    assert (seven.result["unexpected_count"], twice.result["unexpected_count"]) == (142_857, 1_000_000)


def test_a_sample_of_none_is_not_queried():
    result = validate_one(TWENTY_FIRST, NO_ONES, {"result_format": "SUMMARY", "partial_unexpected_count": 0}).result
    assert (result["unexpected_count"], result["partial_unexpected_list"]) == (333, [])


def test_an_error_is_a_failure_of_its_own():
    good, number = (
        gxe.ExpectColumnValuesToNotBeNull(column="a"),
        gxe.ExpectColumnValuesToBeBetween(column="t", max_value=1),
    )
    checks = [
        gxe.ExpectColumnValuesToBeUnique(column="none"),
        good,
        number,
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["a", "none"]),
        gxe.ExpectColumnMeanToBeBetween(column="none", max_value=1),
        gxe.ExpectColumnValuesToBeUnique(column="row"),
    ]
    results = validate(TWENTY_FIRST.with_columns(t=pl.lit("x")), checks)
    assert [result.success for result in results] == [False, True, False, False, False, True]
    assert 'column "none" in BatchData does not exist; there are row, a, t' in error_of(results[0])
    assert "cannot compare string with numeric" in error_of(results[2])
    assert [error_of(result) is None for result in results] == [False, True, False, False, False, True]


def test_an_error_in_the_data_does_not_hide_other_verdicts():
    broken = TWENTY_FIRST.with_columns(b=pl.lit("x")).lazy().with_columns(pl.col("b").cast(pl.Int64))
    checks = [gxe.ExpectColumnValuesToBeBetween(column="b", max_value=1), gxe.ExpectColumnValuesToNotBeNull(column="a")]
    first, second = validate(broken, checks)
    assert "conversion from `str` to `i64` failed" in error_of(first)
    assert second.success


@pytest.mark.parametrize(
    ("dtype", "name", "is_that"),
    [
        (pl.Int64, "Int64", True),
        (pl.Int64, "Int32", False),
        (pl.String, "String", True),
        (pl.Date, "Date", True),
        (pl.Datetime("us", "UTC"), "Datetime(time_unit='us', time_zone='UTC')", True),
        (pl.Datetime("us", "UTC"), "Datetime(time_unit='ms', time_zone='UTC')", False),
        (pl.Datetime("us", "UTC"), "Datetime", True),
        (pl.List(pl.Float64), "List(Float64)", True),
        (pl.List(pl.Float64), "List", True),
        (pl.Boolean, "Boolean", True),
        (pl.Float64, "Float64", True),
        (pl.Decimal(9, 2), "Decimal(precision=9, scale=2)", True),
    ],
)
def test_types_by_their_names_in_polars(dtype, name, is_that):
    result = validate_one(pl.DataFrame(schema={"a": dtype}), gxe.ExpectColumnTypeToBe(column="a", type_=name))
    assert result.success is is_that, error_of(result)
    assert result.result["observed_value"] == str(dtype)


def test_a_type_that_polars_has_not_is_an_error():
    result = validate_one(pl.DataFrame(schema={"a": pl.Int64}), gxe.ExpectColumnTypeToBe(column="a", type_="Text"))
    assert "Unrecognized" in error_of(result)


def test_severity_is_kept():
    batch = definition().get_batch({"dataframe": TWENTY_FIRST})
    suite = gx.ExpectationSuite(
        "s", expectations=[gxe.ExpectColumnMaxToBeBetween(column="a", max_value=1, severity="info")]
    )
    assert batch.validate(suite).get_max_severity_failure().value == "info"


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of how Great Expectations uses pandas
def test_the_batch_shows_its_columns_and_first_rows():
    batch = definition().get_batch({"dataframe": TWENTY_FIRST.lazy()})
    assert batch.columns() == ["row", "a"]
    assert batch.head(2).data.to_dict("list") == {"row": [0, 1], "a": [0, 1]}
