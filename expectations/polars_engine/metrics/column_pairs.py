"""Two columns, compared row by row; a comparison with a missing value does not hold, as in pandas."""

from __future__ import annotations

import polars as pl

from expectations.polars_engine.checks import Check, RowCheck
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.record_metric import PairMetric, only
from expectations.polars_engine.metrics.row_metric import Arguments
from expectations.polars_engine.rows import Rows


class _Comparison(PairMetric):
    @classmethod
    def holds(cls, left: pl.Expr, right: pl.Expr, arguments: Arguments) -> pl.Expr:
        """Tell where the comparison holds; null where a value is missing."""
        raise NotImplementedError

    @classmethod
    def check(cls, rows: Rows, domain: Arguments, arguments: Arguments, engine: PolarsExecutionEngine) -> Check:
        """Find rows for which the comparison does not hold."""
        left, right = (rows.column(name).values for name in cls.columns(domain))
        holds = cls.holds(left, right, arguments).fill_null(value=False)
        return RowCheck.of(only(cls.is_considered(rows, domain), ~holds))


class ColumnPairValuesEqual(_Comparison):
    """Both columns hold the same value."""

    condition = "column_pair_values.equal"

    @classmethod
    def holds(cls, left: pl.Expr, right: pl.Expr, arguments: Arguments) -> pl.Expr:
        """Tell where the values are equal."""
        return left == right


class ColumnPairValuesAGreaterThanB(_Comparison):
    """The first column holds the greater value."""

    condition = "column_pair_values.a_greater_than_b"
    arguments = ("or_equal",)

    @classmethod
    def holds(cls, left: pl.Expr, right: pl.Expr, arguments: Arguments) -> pl.Expr:
        """Tell where the first value is greater, or equal where that will do."""
        return left >= right if arguments.get("or_equal") else left > right
