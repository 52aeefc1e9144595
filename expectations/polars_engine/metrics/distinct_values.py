"""The distinct values of a column, held against a set; missing values are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl
from great_expectations.constants import MAX_DISTINCT_VALUES
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_partial, metric_value
from great_expectations.validator.metric_configuration import MetricConfiguration

from expectations.polars_engine.bundle import collect
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.literals import members
from expectations.polars_engine.metrics.row_metric import Arguments, ColumnMetric, compute_domain
from expectations.polars_engine.rows import Column


class ColumnDistinctValues(MetricProvider):
    """The distinct values."""

    metric_name = "column.distinct_values"
    domain_keys = ColumnMetric.domain_keys

    @metric_value(engine=PolarsExecutionEngine)
    def _polars(cls, execution_engine: PolarsExecutionEngine, metric_domain_kwargs: Arguments, **_: Any) -> set[Any]:
        column = _column(execution_engine, metric_domain_kwargs)
        return set(_distinct(execution_engine, metric_domain_kwargs, column.values.is_not_null()))


class _DifferenceCount(MetricProvider):
    domain_keys = ColumnMetric.domain_keys
    value_keys = ("value_set",)

    @classmethod
    def count(cls, column: Column, value_set: list[Any]) -> pl.Expr:
        """Count what makes the difference."""
        raise NotImplementedError

    @metric_partial(
        engine=PolarsExecutionEngine, partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN, domain_type="column"
    )
    def _polars(
        cls,
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: Arguments,
        metric_value_kwargs: Arguments,
        **_: Any,
    ) -> tuple[pl.Expr, dict[str, Any], dict[str, Any]]:
        column = _column(execution_engine, metric_domain_kwargs)
        count = cls.count(column, metric_value_kwargs["value_set"] or [])
        return count, compute_domain(metric_domain_kwargs), {}


class ColumnDistinctValuesNotInSetCount(_DifferenceCount):
    """How many distinct values are no members of a set."""

    metric_name = "column.distinct_values.not_in_set.count"

    @classmethod
    def count(cls, column: Column, value_set: list[Any]) -> pl.Expr:
        """Count the distinct values outside the set."""
        return column.values.filter(~_is_member(column, value_set)).n_unique()


class ColumnDistinctValuesMissingCount(_DifferenceCount):
    """How many members of a set do not occur."""

    metric_name = "column.distinct_values.missing_from_column.count"

    @classmethod
    def count(cls, column: Column, value_set: list[Any]) -> pl.Expr:
        """Take the members that occur from all members."""
        return len(set(value_set)) - column.values.filter(_is_member(column, value_set)).n_unique().cast(pl.Int64)


class _Difference(MetricProvider):
    domain_keys = ColumnMetric.domain_keys
    value_keys = ("value_set", "limit")
    counted: ClassVar[str] = ""

    @classmethod
    def _get_evaluation_dependencies(
        cls, metric: MetricConfiguration, *_: Any, **__: Any
    ) -> dict[str, MetricConfiguration]:
        arguments = {"value_set": metric.metric_value_kwargs.get("value_set")}
        return {cls.counted: MetricConfiguration(cls.counted, metric.metric_domain_kwargs, arguments)}


class ColumnDistinctValuesNotInSet(_Difference):
    """The first distinct values, in ascending order, that are no members of a set."""

    metric_name = "column.distinct_values.not_in_set"
    counted = ColumnDistinctValuesNotInSetCount.metric_name

    @metric_value(engine=PolarsExecutionEngine)
    def _polars(
        cls,
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: Arguments,
        metric_value_kwargs: Arguments,
        metrics: Mapping[str, Any],
        **_: Any,
    ) -> list[Any]:
        if not metrics[cls.counted]:
            return []
        column = _column(execution_engine, metric_domain_kwargs)
        outside = ~_is_member(column, metric_value_kwargs["value_set"] or [])
        limit = metric_value_kwargs.get("limit") or MAX_DISTINCT_VALUES
        return _distinct(execution_engine, metric_domain_kwargs, outside)[:limit]


class ColumnDistinctValuesMissing(_Difference):
    """The first members of a set, in its order, that do not occur."""

    metric_name = "column.distinct_values.missing_from_column"
    counted = ColumnDistinctValuesMissingCount.metric_name

    @metric_value(engine=PolarsExecutionEngine)
    def _polars(
        cls,
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: Arguments,
        metric_value_kwargs: Arguments,
        metrics: Mapping[str, Any],
        **_: Any,
    ) -> list[Any]:
        if not metrics[cls.counted]:
            return []
        column = _column(execution_engine, metric_domain_kwargs)
        value_set = metric_value_kwargs["value_set"] or []
        occurring = set(_distinct(execution_engine, metric_domain_kwargs, _is_member(column, value_set)))
        missing = [
            value
            for value in dict.fromkeys(value_set)
            if not occurring.intersection(members([value], column.dtype).to_list())
        ]
        return missing[: metric_value_kwargs.get("limit") or MAX_DISTINCT_VALUES]


def _column(engine: PolarsExecutionEngine, domain: Arguments) -> Column:
    return engine.rows(compute_domain(domain)).column(domain["column"])


def _is_member(column: Column, value_set: list[Any]) -> pl.Expr:
    return column.values.is_in(members(value_set, column.dtype).implode())


def _distinct(engine: PolarsExecutionEngine, domain: Arguments, which: pl.Expr) -> list[Any]:
    """Query the distinct values among some rows, in ascending order."""
    rows = engine.rows(compute_domain(domain))
    values = rows.column(domain["column"]).values
    return collect(rows.frame.filter(which).select(values.unique().sort())).to_series().to_list()
