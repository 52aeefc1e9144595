"""Columns whose values differ within each record."""

from __future__ import annotations

from functools import reduce
from itertools import combinations

import polars as pl

from expectations.polars_engine.checks import RowCheck
from expectations.polars_engine.metrics.base import Question
from expectations.polars_engine.metrics.record_metric import ListMetric, only
from expectations.polars_engine.rows import Column


class SelectColumnValuesUniqueWithinRecord(ListMetric):
    """No two columns of a record hold the same value; missing equals missing."""

    condition = "select_column_values.unique.within_record"

    @classmethod
    def check(cls, asked: Question) -> RowCheck:
        """Find records in which two columns are equal."""
        columns = [asked.rows.column(name) for name in cls.columns(asked.domain)]
        is_equal = reduce(pl.Expr.__or__, (_is_equal(left, right) for left, right in combinations(columns, 2)))
        return RowCheck.of(only(cls.is_considered(asked), is_equal))


def _is_equal(left: Column, right: Column) -> pl.Expr:
    if left.dtype == right.dtype or (left.dtype.is_numeric() and right.dtype.is_numeric()):
        return left.values.eq_missing(right.values)
    return left.values.is_null() & right.values.is_null()
