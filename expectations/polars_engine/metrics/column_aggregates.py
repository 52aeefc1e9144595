"""Aggregates of one column; missing values are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.expectations.metrics.column_aggregate_metrics.column_proportion_of_non_null_values import (
    nonnull_proportion,
)
from great_expectations.expectations.metrics.column_aggregate_metrics.column_proportion_of_unique_values import (
    unique_proportion,
)
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_partial, metric_value
from great_expectations.validator.metric_configuration import MetricConfiguration

from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.row_metric import Arguments, ColumnMetric, compute_domain
from expectations.polars_engine.rows import Column


class ColumnAggregate(MetricProvider):
    """An aggregate of one column, resolved in the bundle."""

    domain_keys = ColumnMetric.domain_keys

    @classmethod
    def aggregate(cls, column: Column) -> pl.Expr:
        """Give the aggregate."""
        raise NotImplementedError

    @metric_partial(
        engine=PolarsExecutionEngine, partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN, domain_type="column"
    )
    def _polars(
        cls, execution_engine: PolarsExecutionEngine, metric_domain_kwargs: Arguments, **_: Any
    ) -> tuple[pl.Expr, dict[str, Any], dict[str, Any]]:
        domain = compute_domain(metric_domain_kwargs)
        return cls.aggregate(execution_engine.rows(domain).column(metric_domain_kwargs["column"])), domain, {}


class ColumnMin(ColumnAggregate):
    """The smallest value."""

    metric_name = "column.min"

    @classmethod
    def aggregate(cls, column: Column) -> pl.Expr:
        """Give the smallest value."""
        return column.values.min()


class ColumnMax(ColumnAggregate):
    """The largest value."""

    metric_name = "column.max"

    @classmethod
    def aggregate(cls, column: Column) -> pl.Expr:
        """Give the largest value."""
        return column.values.max()


class ColumnMean(ColumnAggregate):
    """The mean."""

    metric_name = "column.mean"

    @classmethod
    def aggregate(cls, column: Column) -> pl.Expr:
        """Give the mean."""
        return column.values.mean()


class ColumnSum(ColumnAggregate):
    """The sum; zero of no values."""

    metric_name = "column.sum"

    @classmethod
    def aggregate(cls, column: Column) -> pl.Expr:
        """Give the sum; whole numbers in 128 bits, as 64 can overflow."""
        return column.values.cast(pl.Int128).sum() if column.dtype.is_integer() else column.values.sum()


class ColumnMedian(ColumnAggregate):
    """The median, which Polars holds the column in memory for."""

    metric_name = "column.median"

    @classmethod
    def aggregate(cls, column: Column) -> pl.Expr:
        """Give the median."""
        return column.values.median()


class ColumnStandardDeviation(ColumnAggregate):
    """The standard deviation of a sample (divided by n - 1)."""

    metric_name = "column.standard_deviation"

    @classmethod
    def aggregate(cls, column: Column) -> pl.Expr:
        """Give the standard deviation."""
        return column.values.std()


class ColumnNonNullCount(ColumnAggregate):
    """The number of values."""

    metric_name = "column.non_null_count"

    @classmethod
    def aggregate(cls, column: Column) -> pl.Expr:
        """Give the number of values."""
        return column.values.count()


class ColumnDistinctCount(ColumnAggregate):
    """The number of distinct values."""

    metric_name = "column.distinct_values.count"

    @classmethod
    def aggregate(cls, column: Column) -> pl.Expr:
        """Give the number of distinct values."""
        return column.values.drop_nulls().n_unique()


class _Proportion(MetricProvider):
    domain_keys = ColumnMetric.domain_keys
    of: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def _get_evaluation_dependencies(
        cls, metric: MetricConfiguration, *_: Any, **__: Any
    ) -> dict[str, MetricConfiguration]:
        domain = metric.metric_domain_kwargs
        table = {key: value for key, value in domain.items() if key != "column"}
        return {
            "table.row_count": MetricConfiguration("table.row_count", table),
            **{name: MetricConfiguration(name, domain) for name in cls.of},
        }


class ColumnUniqueProportion(_Proportion):
    """Distinct values, as a share of all values."""

    metric_name = "column.unique_proportion"
    of = ("column.distinct_values.count", "column_values.nonnull.unexpected_count")

    @metric_value(engine=PolarsExecutionEngine)
    def _polars(cls, metrics: Mapping[str, Any], **_: Any) -> float:
        return float(unique_proportion(metrics))


class ColumnNonNullProportion(_Proportion):
    """Values, as a share of all rows."""

    metric_name = "column.non_null_proportion"
    of = ("column.non_null_count",)

    @metric_value(engine=PolarsExecutionEngine)
    def _polars(cls, metrics: Mapping[str, Any], **_: Any) -> float:
        return float(nonnull_proportion(metrics))
