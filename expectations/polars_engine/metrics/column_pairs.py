"""Two columns, compared row by row; a comparison with a missing value does not hold, as in pandas."""

from __future__ import annotations

from abc import abstractmethod

import polars as pl

from expectations.polars_engine.checks import RowCheck
from expectations.polars_engine.metrics.base import Question
from expectations.polars_engine.metrics.record_metric import PairMetric, only


class _Comparison(PairMetric):
    @classmethod
    @abstractmethod
    def holds(cls, asked: Question) -> pl.Expr:
        """Return where the comparison holds; null if a value is missing."""

    @classmethod
    def check(cls, asked: Question) -> RowCheck:
        """Find rows for which the comparison does not hold."""
        holds = cls.holds(asked).fill_null(value=False)
        return RowCheck.of(only(cls.is_considered(asked), ~holds))


class ColumnPairValuesEqual(_Comparison):
    """Both columns hold the same value."""

    condition = "column_pair_values.equal"

    @classmethod
    def holds(cls, asked: Question) -> pl.Expr:
        """Return where the values are equal."""
        left, right = (asked.rows.column(name).values for name in cls.columns(asked.domain))
        return left.eq(right)


class ColumnPairValuesAGreaterThanB(_Comparison):
    """The first column holds the greater value."""

    condition = "column_pair_values.a_greater_than_b"
    value_keys = ("or_equal",)

    @classmethod
    def holds(cls, asked: Question) -> pl.Expr:
        """Return where the first value is greater, or equal if that is allowed."""
        left, right = (asked.rows.column(name).values for name in cls.columns(asked.domain))
        return left.ge(right) if asked.arguments.get("or_equal") else left.gt(right)
