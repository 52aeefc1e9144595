"""Aggregates of one column; missing values are left out."""

from __future__ import annotations

import polars as pl

from expectations.polars_engine.metrics.base import AggregateMetric, Question


class ColumnMin(AggregateMetric):
    """The smallest value."""

    name = "column.min"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the smallest value."""
        return asked.column.values.min()


class ColumnMax(AggregateMetric):
    """The largest value."""

    name = "column.max"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the largest value."""
        return asked.column.values.max()


class ColumnMean(AggregateMetric):
    """The mean."""

    name = "column.mean"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the mean."""
        return asked.column.values.mean()


class ColumnSum(AggregateMetric):
    """The sum; zero of no values."""

    name = "column.sum"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the sum; whole numbers in 128 bits, as 64 can overflow."""
        values = asked.column.values
        return values.cast(pl.Int128).sum() if asked.column.dtype.is_integer() else values.sum()


class ColumnMedian(AggregateMetric):
    """The median, for which Polars holds the column in memory."""

    name = "column.median"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the median, of two infinite middle values too, where Polars' own would be NaN."""
        values = asked.column.values
        if not asked.column.dtype.is_float():
            return values.median()
        return (values.quantile(0.5, "lower") + values.quantile(0.5, "higher")) / 2


class ColumnStandardDeviation(AggregateMetric):
    """The standard deviation of a sample (divided by n - 1)."""

    name = "column.standard_deviation"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the standard deviation."""
        return asked.column.values.std()


class ColumnNonNullCount(AggregateMetric):
    """The number of values."""

    name = "column.non_null_count"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the number of values."""
        return asked.column.values.count()


class ColumnNonNullProportion(AggregateMetric):
    """Values, as a share of all rows; zero of no rows."""

    name = "column.non_null_proportion"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the share."""
        return _share(asked.column.values.count(), pl.len())


class ColumnDistinctCount(AggregateMetric):
    """The number of distinct values."""

    name = "column.distinct_values.count"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the number of distinct values."""
        return asked.column.values.drop_nulls().n_unique()


class ColumnUniqueProportion(AggregateMetric):
    """Distinct values, as a share of all values; zero of no values."""

    name = "column.unique_proportion"

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the share."""
        values = asked.column.values
        return _share(values.drop_nulls().n_unique(), values.count())


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole).otherwise(0.0)
