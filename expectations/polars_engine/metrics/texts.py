"""Patterns and lengths of text; other values are converted to text by Polars."""

from __future__ import annotations

import polars as pl

from expectations.polars_engine.metrics.base import Question
from expectations.polars_engine.metrics.ranges import within
from expectations.polars_engine.metrics.row_metric import ColumnMetric


class ColumnValuesMatchRegex(ColumnMetric):
    """Values match a pattern somewhere."""

    condition = "column_values.match_regex"
    value_keys = ("regex",)

    @classmethod
    def expected(cls, asked: Question) -> pl.Expr:
        """Return where the pattern occurs."""
        return asked.column.text.str.contains(asked.arguments["regex"])


class ColumnValuesNotMatchRegex(ColumnMetric):
    """Values match a pattern nowhere."""

    condition = "column_values.not_match_regex"
    value_keys = ("regex",)

    @classmethod
    def expected(cls, asked: Question) -> pl.Expr:
        """Return where the pattern does not occur."""
        return ~asked.column.text.str.contains(asked.arguments["regex"])


class ColumnValuesLengthBetween(ColumnMetric):
    """Values have a number of characters (code points, not bytes) in a range."""

    condition = "column_values.value_length.between"
    value_keys = ("min_value", "max_value", "strict_min", "strict_max")

    @classmethod
    def expected(cls, asked: Question) -> pl.Expr:
        """Return where the length is in the range."""
        return within(asked.column.text.str.len_chars(), asked.arguments, pl.UInt32())


class ColumnValuesLengthEquals(ColumnMetric):
    """Values have exactly the given number of characters (code points, not bytes)."""

    condition = "column_values.value_length.equals"
    value_keys = ("value",)

    @classmethod
    def expected(cls, asked: Question) -> pl.Expr:
        """Return where the length is as expected."""
        lengths: pl.Expr = asked.column.text.str.len_chars()
        return lengths.eq(asked.arguments["value"])
