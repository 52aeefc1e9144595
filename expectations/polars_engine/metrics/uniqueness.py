"""Values and keys that may occur only once."""

from __future__ import annotations

from expectations.polars_engine.duplicates import DuplicateCheck
from expectations.polars_engine.metrics.base import Question
from expectations.polars_engine.metrics.record_metric import ListMetric
from expectations.polars_engine.metrics.row_metric import ColumnMetric


class ColumnValuesUnique(ColumnMetric):
    """No value occurs twice; missing values do not count."""

    condition = "column_values.unique"

    @classmethod
    def check(cls, asked: Question) -> DuplicateCheck:
        """Find values that occur more than once."""
        values = asked.column.values
        return DuplicateCheck([values], values.is_not_null())


class CompoundColumnsUnique(ListMetric):
    """No combination of values occurs twice; missing equals missing."""

    condition = "compound_columns.unique"

    @classmethod
    def check(cls, asked: Question) -> DuplicateCheck:
        """Find combinations that occur more than once."""
        keys = [asked.rows.column(name).values for name in cls.columns(asked.domain)]
        return DuplicateCheck(keys, cls.is_considered(asked))
