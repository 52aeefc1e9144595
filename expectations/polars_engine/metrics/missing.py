"""Missing values."""

from __future__ import annotations

from expectations.polars_engine.checks import RowCheck
from expectations.polars_engine.metrics.base import Question
from expectations.polars_engine.metrics.row_metric import ColumnMetric


class ColumnValuesNonNull(ColumnMetric):
    """Values are not missing."""

    condition = "column_values.nonnull"

    @classmethod
    def check(cls, asked: Question) -> RowCheck:
        """Find missing values."""
        values = asked.column.values
        return RowCheck(values.is_null(), values.null_count())


class ColumnValuesNull(ColumnMetric):
    """Values are missing."""

    condition = "column_values.null"

    @classmethod
    def check(cls, asked: Question) -> RowCheck:
        """Find values that are not missing."""
        values = asked.column.values
        return RowCheck(values.is_not_null(), values.count())
