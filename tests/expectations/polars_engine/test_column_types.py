"""Types of many columns in one expectation."""

from __future__ import annotations

import polars as pl
import pytest
from great_expectations.render.renderer.content_block import ExpectationStringRenderer

from expectations.polars_engine import ExpectTableColumnTypesToMatch
from tests.expectations.polars_engine.harness import validate_one

FRAME = pl.LazyFrame({"a": [1], "b": ["x"], "c": [[1.0]]})


@pytest.mark.parametrize(
    ("types", "observed"),
    [
        ({"a": "Int64", "b": "String", "c": "List(Float64)"}, "all as expected"),
        ({"a": "Int64"}, "all as expected"),
        ({}, "all as expected"),
        ({"c": "List(String)", "a": "Int32"}, ["a: Int64", "c: List(Float64)"]),
        ({"d": "Date"}, ["d: missing"]),
    ],
    ids=["all", "some", "none", "differing", "missing"],
)
def test_the_columns_that_differ_are_observed(types, observed):
    result = validate_one(FRAME, ExpectTableColumnTypesToMatch(column_types=types))
    assert result.success is (observed == "all as expected")
    assert result.result["observed_value"] == observed


def test_it_is_reported_in_a_sentence():
    result = validate_one(FRAME, ExpectTableColumnTypesToMatch(column_types={"b": "String", "a": "Int64"}))
    [told] = ExpectationStringRenderer.render(result)
    assert told.string_template["template"] == "Columns must have these types: $column_types."
    assert told.string_template["params"]["column_types"] == "a: Int64, b: String"
