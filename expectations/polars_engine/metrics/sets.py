"""Sets of allowed values: written in the suite, or given by name with the batch."""

from __future__ import annotations

import polars as pl

from expectations.polars_engine.checks import Check, RowCheck
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.literals import members
from expectations.polars_engine.metrics.row_metric import Arguments, ColumnMetric
from expectations.polars_engine.rows import Column, Rows


class ColumnValuesInSet(ColumnMetric):
    """Values are members of a set; every value is, if there is no set."""

    condition = "column_values.in_set"
    arguments = ("value_set",)

    @classmethod
    def expected(cls, column: Column, arguments: Arguments) -> pl.Expr:
        """Tell where a value is a member."""
        if arguments["value_set"] is None:
            return column.values.is_not_null()
        return column.values.is_in(members(arguments["value_set"], column.dtype).implode())


class ColumnValuesNotInSet(ColumnMetric):
    """Values are no members of a set."""

    condition = "column_values.not_in_set"
    arguments = ("value_set",)

    @classmethod
    def expected(cls, column: Column, arguments: Arguments) -> pl.Expr:
        """Tell where a value is no member."""
        if arguments["value_set"] is None:
            return column.values.is_not_null()
        return ~column.values.is_in(members(arguments["value_set"], column.dtype).implode())


class ColumnValuesInReference(ColumnMetric):
    """Values are members of a set that was given by name with the batch."""

    condition = "column_values.in_reference"
    arguments = ("reference",)

    @classmethod
    def check(cls, rows: Rows, domain: Arguments, arguments: Arguments, engine: PolarsExecutionEngine) -> Check:
        """Find values that the reference does not hold."""
        column = rows.column(domain["column"])
        reference = engine.batch_data.references.values(arguments["reference"])
        return RowCheck.of(~column.values.is_in(reference.implode()))
