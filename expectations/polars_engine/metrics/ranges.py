"""Ranges of values."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import polars as pl

from expectations.polars_engine.literals import literal
from expectations.polars_engine.metrics.row_metric import Arguments, ColumnMetric
from expectations.polars_engine.rows import Column


def within(values: pl.Expr, arguments: Arguments, dtype: pl.DataType) -> pl.Expr:
    """Tell whether values lie between ``min_value`` and ``max_value``, which may each be strict or not given.

    Raises:
        ValueError: If neither bound is given, or they are the wrong way round.
    """
    least, most = arguments.get("min_value"), arguments.get("max_value")
    if least is None and most is None:
        raise ValueError("min_value and max_value cannot both be None")
    if least is not None and most is not None and _is_greater(least, most):
        raise ValueError("min_value cannot be greater than max_value")
    bounds = []
    if least is not None:
        above = operator.gt if arguments.get("strict_min") else operator.ge
        bounds.append(above(values, literal(least, dtype)))
    if most is not None:
        below = operator.lt if arguments.get("strict_max") else operator.le
        bounds.append(below(values, literal(most, dtype)))
    return reduce(pl.Expr.__and__, bounds)


def _is_greater(least: Any, most: Any) -> bool:
    return type(least) is type(most) and bool(least > most)


class ColumnValuesBetween(ColumnMetric):
    """Values lie in a range."""

    condition = "column_values.between"
    arguments = ("min_value", "max_value", "strict_min", "strict_max")

    @classmethod
    def expected(cls, column: Column, arguments: Arguments) -> pl.Expr:
        """Tell where a value lies in the range."""
        return within(column.values, arguments, column.dtype)
