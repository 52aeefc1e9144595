"""Ranges of values."""

from __future__ import annotations

from functools import reduce
from typing import Any

import polars as pl

from expectations.polars_engine.literals import literal
from expectations.polars_engine.metrics.base import Arguments, Question
from expectations.polars_engine.metrics.row_metric import ColumnMetric


def within(values: pl.Expr, arguments: Arguments, dtype: pl.DataType) -> pl.Expr:
    """Return whether values are between ``min_value`` and ``max_value``, each of which may be strict or missing.

    Raises:
        ValueError: If neither bound is given, or they are the wrong way round.
    """
    least, most = arguments.get("min_value"), arguments.get("max_value")
    if least is None and most is None:
        raise ValueError("min_value and max_value cannot both be None")
    if least is not None and most is not None and _is_greater(least, most):
        raise ValueError("min_value cannot be greater than max_value")
    bounds: list[pl.Expr] = []
    if least is not None:
        bound = literal(least, dtype)
        bounds.append(values > bound if arguments.get("strict_min") else values >= bound)
    if most is not None:
        bound = literal(most, dtype)
        bounds.append(values < bound if arguments.get("strict_max") else values <= bound)
    return reduce(pl.Expr.__and__, bounds)


def _is_greater(least: Any, most: Any) -> bool:
    return type(least) is type(most) and bool(least > most)


class ColumnValuesBetween(ColumnMetric):
    """Values are in a range."""

    condition = "column_values.between"
    value_keys = ("min_value", "max_value", "strict_min", "strict_max")

    @classmethod
    def expected(cls, asked: Question) -> pl.Expr:
        """Return where a value is in the range."""
        return within(asked.column.values, asked.arguments, asked.column.dtype)
