"""Columns whose values differ within each record."""

from __future__ import annotations

from functools import reduce
from itertools import combinations

import polars as pl

from expectations.polars_engine.checks import Check, RowCheck
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.record_metric import ListMetric, only
from expectations.polars_engine.metrics.row_metric import Arguments
from expectations.polars_engine.rows import Column, Rows


class SelectColumnValuesUniqueWithinRecord(ListMetric):
    """No two columns of a record hold the same value; missing equals missing."""

    condition = "select_column_values.unique.within_record"

    @classmethod
    def check(cls, rows: Rows, domain: Arguments, arguments: Arguments, engine: PolarsExecutionEngine) -> Check:
        """Find records in which two columns are equal."""
        columns = [rows.column(name) for name in cls.columns(domain)]
        is_equal = reduce(pl.Expr.__or__, (_equal(left, right) for left, right in combinations(columns, 2)))
        return RowCheck.of(only(cls.is_considered(rows, domain), is_equal))


def _equal(left: Column, right: Column) -> pl.Expr:
    if _are_comparable(left.dtype, right.dtype):
        return left.values.eq_missing(right.values)
    return left.values.is_null() & right.values.is_null()


def _are_comparable(left: pl.DataType, right: pl.DataType) -> bool:
    return left == right or (left.is_numeric() and right.is_numeric())
