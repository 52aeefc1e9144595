"""What metrics are made of: how they are registered, and what each of them is asked."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl
from great_expectations.core.metric_function_types import MetricFunctionTypes, MetricPartialFunctionTypes
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.expectations.registry import register_metric
from great_expectations.validator.metric_configuration import MetricConfiguration

from expectations.polars_engine.batch_data import References
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.rows import Column, Rows

Arguments = Mapping[str, Any]
Dependencies = dict[str, MetricConfiguration]

PARTIAL = MetricPartialFunctionTypes.AGGREGATE_FN.metric_suffix
TABLE_KEYS = ("batch_id", "table", "row_condition", "condition_parser")
COLUMN_KEYS: tuple[str, ...] = (*TABLE_KEYS, "column")


@dataclass(frozen=True, slots=True)
class Question:
    """What a metric is asked.

    Attributes:
        rows: The rows it is about.
        domain: Which columns of them, by role.
        arguments: What it depends on besides.
        references: The sets of values that came with the batch.
    """

    rows: Rows
    domain: Arguments
    arguments: Arguments
    references: References

    @property
    def column(self) -> Column:
        """The column that a column metric is about."""
        return self.rows.column(self.domain["column"])


def question(engine: PolarsExecutionEngine, domain: Arguments, arguments: Arguments) -> Question:
    """Put together what a metric is asked."""
    return Question(engine.rows(compute_domain(domain)), domain, arguments, engine.batch_data.references)


def compute_domain(domain: Arguments) -> dict[str, Any]:
    """Return what decides which rows are read: aggregates of equal ones share a query."""
    return {key: domain[key] for key in ("batch_id", "row_condition") if domain.get(key) is not None}


def register(metric: type[MetricProvider], name: str, function: Callable[..., Any] | None, *keys: str) -> None:
    """Register a metric; one without a function is resolved in the bundle, from its partial.

    Args:
        metric: The class that the function is called with.
        name: The name that expectations and other metrics know it by.
        function: What gives the value, called by keyword.
        keys: The arguments it depends on.
    """
    is_partial = name.endswith(f".{PARTIAL}")
    register_metric(
        metric_name=name,
        metric_domain_keys=metric.domain_keys,
        metric_value_keys=keys,
        execution_engine=PolarsExecutionEngine,
        metric_class=metric,
        metric_provider=function,
        metric_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN if is_partial else MetricFunctionTypes.VALUE,
    )


class AggregateMetric(MetricProvider):
    """A metric that is one expression, resolved in the bundle.

    Attributes:
        name: The name it is known by; a class without one is a base class.
    """

    name: ClassVar[str] = ""
    domain_keys: tuple[str, ...] = COLUMN_KEYS

    @classmethod
    @abstractmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Return the expression."""

    @classmethod
    def _register_metric_functions(cls) -> None:
        if cls.name:
            register(cls, f"{cls.name}.{PARTIAL}", _aggregate, *cls.value_keys)
            register(cls, cls.name, None, *cls.value_keys)

    @classmethod
    def _get_evaluation_dependencies(cls, metric: MetricConfiguration, *_: Any, **__: Any) -> Dependencies:
        if metric.metric_name != cls.name:
            return {}
        partial = f"{cls.name}.{PARTIAL}"
        return {
            "metric_partial_fn": MetricConfiguration(partial, metric.metric_domain_kwargs, metric.metric_value_kwargs)
        }


class ValueMetric(MetricProvider):
    """A metric that is worked out by itself.

    Attributes:
        name: The name it is known by; a class without one is a base class.
    """

    name: ClassVar[str] = ""
    domain_keys: tuple[str, ...] = COLUMN_KEYS

    @classmethod
    @abstractmethod
    def value(cls, asked: Question, metrics: Mapping[str, Any]) -> Any:
        """Return the value, from the data and the metrics that it depends on."""

    @classmethod
    @abstractmethod
    def dependencies(cls, domain: Arguments, arguments: Arguments) -> Dependencies:
        """Name the metrics that it depends on."""

    @classmethod
    def _register_metric_functions(cls) -> None:
        if cls.name:
            register(cls, cls.name, _value, *cls.value_keys)

    @classmethod
    def _get_evaluation_dependencies(cls, metric: MetricConfiguration, *_: Any, **__: Any) -> Dependencies:
        return cls.dependencies(metric.metric_domain_kwargs, metric.metric_value_kwargs)


def _aggregate(
    cls: type[AggregateMetric],
    execution_engine: PolarsExecutionEngine,
    metric_domain_kwargs: Arguments,
    metric_value_kwargs: Arguments,
    **_: Any,
) -> tuple[pl.Expr, dict[str, Any], None]:
    asked = question(execution_engine, metric_domain_kwargs, metric_value_kwargs)
    return cls.aggregate(asked), compute_domain(metric_domain_kwargs), None


def _value(
    cls: type[ValueMetric],
    execution_engine: PolarsExecutionEngine,
    metric_domain_kwargs: Arguments,
    metric_value_kwargs: Arguments,
    metrics: Mapping[str, Any],
    **_: Any,
) -> Any:
    return cls.value(question(execution_engine, metric_domain_kwargs, metric_value_kwargs), metrics)
