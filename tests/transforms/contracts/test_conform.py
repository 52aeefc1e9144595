"""A frame takes on the columns and dtypes of its contract, and keeps its rows."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from transforms.contracts.model import Column, Table, fields

TABLE = Table(
    name="visits",
    grain="One row per visit",
    key=("month", "visit_id"),
    fields=fields(
        [Column("month", pl.Date(), "The month."), Column("visit_id", pl.String(), "The visit.")],
        [Column("minutes", pl.Float64(), "How long it took.", "minutes")],
    ),
)
ROWS = pl.DataFrame(
    {
        "minutes": pl.Series([3, None, 1], dtype=pl.Int32),
        "visit_id": ["b", "a", "c"],
        "note": ["x", "y", "z"],
        "month": [date(2026, 10, 1)] * 3,
    }
)
CONFORMED = pl.DataFrame(
    {"month": [date(2026, 10, 1)] * 3, "visit_id": ["b", "a", "c"], "minutes": [3.0, None, 1.0]}, schema=TABLE.schema
)


def test_columns_are_ordered_cast_and_dropped_while_rows_stay_as_they_are() -> None:
    assert_frame_equal(TABLE.conform(ROWS), CONFORMED)


def test_a_lazy_frame_stays_lazy() -> None:
    assert_frame_equal(TABLE.conform(ROWS.lazy()), CONFORMED.lazy())


def test_a_missing_column_is_an_error() -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError, match="visit_id"):
        TABLE.conform(ROWS.drop("visit_id"))


def test_a_value_that_does_not_fit_its_dtype_is_an_error() -> None:
    with pytest.raises(pl.exceptions.InvalidOperationError, match="conversion"):
        TABLE.conform(ROWS.with_columns(minutes=pl.lit("long")))
