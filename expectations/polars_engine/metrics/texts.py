"""Patterns and lengths of text; other values are looked at as Polars writes them."""

from __future__ import annotations

import polars as pl

from expectations.polars_engine.metrics.ranges import within
from expectations.polars_engine.metrics.row_metric import Arguments, ColumnMetric
from expectations.polars_engine.rows import Column


class ColumnValuesMatchRegex(ColumnMetric):
    """Values match a pattern somewhere."""

    condition = "column_values.match_regex"
    arguments = ("regex",)

    @classmethod
    def expected(cls, column: Column, arguments: Arguments) -> pl.Expr:
        """Tell where the pattern occurs."""
        return column.text.str.contains(arguments["regex"])


class ColumnValuesNotMatchRegex(ColumnMetric):
    """Values match a pattern nowhere."""

    condition = "column_values.not_match_regex"
    arguments = ("regex",)

    @classmethod
    def expected(cls, column: Column, arguments: Arguments) -> pl.Expr:
        """Tell where the pattern does not occur."""
        return ~column.text.str.contains(arguments["regex"])


class ColumnValuesLengthBetween(ColumnMetric):
    """Values have so many characters (code points, not bytes)."""

    condition = "column_values.value_length.between"
    arguments = ("min_value", "max_value", "strict_min", "strict_max")

    @classmethod
    def expected(cls, column: Column, arguments: Arguments) -> pl.Expr:
        """Tell where the length lies in the range."""
        return within(column.text.str.len_chars(), arguments, pl.UInt32())


class ColumnValuesLengthEquals(ColumnMetric):
    """Values have exactly so many characters (code points, not bytes)."""

    condition = "column_values.value_length.equals"
    arguments = ("value",)

    @classmethod
    def expected(cls, column: Column, arguments: Arguments) -> pl.Expr:
        """Tell where the length is the one wanted."""
        return column.text.str.len_chars() == arguments["value"]
