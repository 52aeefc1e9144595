"""How often the data are read."""

from __future__ import annotations

import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.expectations.row_conditions import Column

from tests.expectations.polars_engine.harness import validate

FRAME = pl.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"], "c": [0.5, None, 1.5]})

AGGREGATES = [
    gxe.ExpectTableRowCountToEqual(value=3),
    gxe.ExpectColumnValuesToNotBeNull(column="a"),
    gxe.ExpectColumnValuesToBeBetween(column="a", min_value=0),
    gxe.ExpectColumnValuesToMatchRegex(column="b", regex="[x-z]"),
    gxe.ExpectColumnMeanToBeBetween(column="c", max_value=1),
    gxe.ExpectColumnDistinctValuesToBeInSet(column="b", value_set=["x", "y", "z"]),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="a", column_B="c", ignore_row_if="either_value_is_missing"),
]
OF_OTHER_ROWS = gxe.ExpectColumnValuesToBeBetween(column="a", max_value=9, row_condition=Column("c") > 0)
UNIQUE = gxe.ExpectCompoundColumnsToBeUnique(column_list=["a", "b"])
FAILING = gxe.ExpectColumnValuesToBeBetween(column="a", max_value=2)
OF_ANOTHER_TYPE = gxe.ExpectColumnValuesToBeBetween(column="b", max_value=2)


@pytest.mark.parametrize(
    ("checks", "reads"),
    [
        pytest.param(AGGREGATES, 1, id="all_aggregates_at_once"),
        pytest.param([*AGGREGATES, OF_OTHER_ROWS], 2, id="once_more_for_a_row_condition"),
        pytest.param([*AGGREGATES, UNIQUE], 2, id="once_more_for_a_key"),
        pytest.param([*AGGREGATES, FAILING], 2, id="once_more_for_a_sample"),
        pytest.param([*AGGREGATES, OF_ANOTHER_TYPE], 2, id="once_more_without_what_does_not_fit"),
    ],
)
def test_the_data_are_read(checks, reads):
    seen = []
    frame = FRAME.lazy().map_batches(lambda rows: seen.append(rows.height) or rows, schema=FRAME.schema)
    results = validate(frame, checks, "SUMMARY")
    assert len(seen) == reads
    assert all(result.success for result in results[: len(AGGREGATES)])
