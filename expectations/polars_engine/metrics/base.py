"""The base classes of metrics: their registration, and the question that each of them answers."""

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
    """The inputs of a metric.

    Attributes:
        rows: The rows it is about.
        domain: Its columns, by role.
        arguments: Its other arguments.
        references: The sets of values of the batch.
    """

    rows: Rows
    domain: Arguments
    arguments: Arguments
    references: References

    @property
    def column(self) -> Column:
        """The column of a column metric."""
        return self.rows.column(self.domain["column"])


def question(engine: PolarsExecutionEngine, domain: Arguments, arguments: Arguments) -> Question:
    """Collect the inputs of a metric."""
    return Question(engine.rows(compute_domain(domain)), domain, arguments, engine.batch_data.references)


def compute_domain(domain: Arguments) -> dict[str, Any]:
    """Return the arguments that decide which rows are read; aggregates with equal ones share a query."""
    return {key: domain[key] for key in ("batch_id", "row_condition") if domain.get(key) is not None}


def register(metric: type[MetricProvider], name: str, function: Callable[..., Any] | None, *keys: str) -> None:
    """Register a metric; one without a function is resolved in the bundle, from its partial.

    Args:
        metric: The class that the function is called with.
        name: Its name in expectations and other metrics.
        function: Returns the value; called by keyword.
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
    """A metric that is computed by itself.

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
        """Return the metrics that it depends on."""

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
