"""Values and keys that may stand only once."""

from __future__ import annotations

from expectations.polars_engine.checks import Check
from expectations.polars_engine.duplicates import DuplicateCheck
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.record_metric import ListMetric
from expectations.polars_engine.metrics.row_metric import Arguments, ColumnMetric
from expectations.polars_engine.rows import Rows


class ColumnValuesUnique(ColumnMetric):
    """No value stands twice; missing values do not count."""

    condition = "column_values.unique"

    @classmethod
    def check(cls, rows: Rows, domain: Arguments, arguments: Arguments, engine: PolarsExecutionEngine) -> Check:
        """Find values that stand more than once."""
        values = rows.column(domain["column"]).values
        return DuplicateCheck([values], values.is_not_null())


class CompoundColumnsUnique(ListMetric):
    """No combination of values stands twice; missing equals missing."""

    condition = "compound_columns.unique"

    @classmethod
    def check(cls, rows: Rows, domain: Arguments, arguments: Arguments, engine: PolarsExecutionEngine) -> Check:
        """Find combinations that stand more than once."""
        keys = [rows.column(name).values for name in cls.columns(domain)]
        return DuplicateCheck(keys, cls.is_considered(rows, domain))
