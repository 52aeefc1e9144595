"""Missing values."""

from __future__ import annotations

from expectations.polars_engine.checks import RowCheck
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.row_metric import Arguments, ColumnMetric
from expectations.polars_engine.rows import Rows


class ColumnValuesNonNull(ColumnMetric):
    """Values are there."""

    condition = "column_values.nonnull"

    @classmethod
    def check(cls, rows: Rows, domain: Arguments, arguments: Arguments, engine: PolarsExecutionEngine) -> RowCheck:
        """Find missing values."""
        values = rows.column(domain["column"]).values
        return RowCheck(values.is_null(), values.null_count())


class ColumnValuesNull(ColumnMetric):
    """Values are missing."""

    condition = "column_values.null"

    @classmethod
    def check(cls, rows: Rows, domain: Arguments, arguments: Arguments, engine: PolarsExecutionEngine) -> RowCheck:
        """Find values that are there."""
        values = rows.column(domain["column"]).values
        return RowCheck(values.is_not_null(), values.count())
