"""What all metrics about rows share: one check gives the count, the samples and the index of unexpected rows.

Great Expectations' own base class makes four metrics of each row metric, with six dependencies. These have fewer,
because each node of its graph costs as much time as a column of a small frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl
from great_expectations.constants import MAX_RESULT_RECORDS
from great_expectations.core.metric_function_types import (
    MetricFunctionTypes,
    MetricPartialFunctionTypes,
    SummarizationMetricNameSuffixes,
)
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.expectations.registry import register_metric
from great_expectations.validator.metric_configuration import MetricConfiguration

from expectations.polars_engine.bundle import OwnQuery
from expectations.polars_engine.checks import Check, RowCheck
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.rows import Column, Rows

Arguments = Mapping[str, Any]

COUNT = SummarizationMetricNameSuffixes.UNEXPECTED_COUNT.value
CONSIDERED = SummarizationMetricNameSuffixes.FILTERED_ROW_COUNT.value
_PARTIAL = MetricPartialFunctionTypes.AGGREGATE_FN.metric_suffix
_DOMAIN = ("batch_id", "table", "row_condition", "condition_parser")


class RowMetric(MetricProvider):
    """A metric that asks something of each row.

    Attributes:
        condition: The name that expectations know it by; a class without one is a base class.
        domain_keys: What says which rows and columns are meant.
        arguments: What the check depends on besides.
    """

    condition: ClassVar[str] = ""
    domain_keys: ClassVar[tuple[str, ...]] = _DOMAIN
    arguments: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def check(cls, rows: Rows, domain: Arguments, arguments: Arguments, engine: PolarsExecutionEngine) -> Check:
        """Make the check of a domain."""
        raise NotImplementedError

    @classmethod
    def columns(cls, domain: Arguments) -> list[str]:
        """List the columns that the metric is about."""
        raise NotImplementedError

    @classmethod
    def shape(cls, sample: pl.DataFrame) -> list[Any]:
        """Give the unexpected values of a sample as the kind of expectation reports them."""
        raise NotImplementedError

    @classmethod
    def _register_metric_functions(cls) -> None:
        if not cls.condition:
            return
        cls._register(f"{COUNT}.{_PARTIAL}", _partial_count, MetricPartialFunctionTypes.AGGREGATE_FN)
        cls._register(COUNT, None, MetricFunctionTypes.VALUE)
        for suffix, function in _SAMPLES.items():
            cls._register(suffix.value, function, MetricFunctionTypes.VALUE, ("result_format",))

    @classmethod
    def _register(cls, suffix: str, function: Any, kind: Any, more_arguments: tuple[str, ...] = ()) -> None:
        register_metric(
            metric_name=f"{cls.condition}.{suffix}",
            metric_domain_keys=cls.domain_keys,
            metric_value_keys=(*cls.arguments, *more_arguments),
            execution_engine=PolarsExecutionEngine,
            metric_class=cls,
            metric_provider=function,
            metric_fn_type=kind,
        )

    @classmethod
    def _get_evaluation_dependencies(
        cls, metric: MetricConfiguration, *_: Any, **__: Any
    ) -> dict[str, MetricConfiguration]:
        if metric.metric_name.endswith(_PARTIAL):
            return {}
        arguments = {name: value for name, value in metric.metric_value_kwargs.items() if name != "result_format"}
        wanted = CONSIDERED if metric.metric_name.endswith(CONSIDERED) else COUNT

        def needed(suffix: str) -> MetricConfiguration:
            return MetricConfiguration(f"{cls.condition}.{suffix}", metric.metric_domain_kwargs, arguments)

        dependencies = {"metric_partial_fn": needed(f"{wanted}.{_PARTIAL}")}
        if not metric.metric_name.endswith((COUNT, CONSIDERED)):
            dependencies[COUNT] = needed(COUNT)
        return dependencies


class ColumnMetric(RowMetric):
    """A metric about the values of one column; missing values are not looked at."""

    domain_keys = (*_DOMAIN, "column")

    @classmethod
    def expected(cls, column: Column, arguments: Arguments) -> pl.Expr:
        """Tell where a value is as expected; null where it is missing."""
        raise NotImplementedError

    @classmethod
    def check(cls, rows: Rows, domain: Arguments, arguments: Arguments, engine: PolarsExecutionEngine) -> Check:
        """Make the check of a column."""
        return RowCheck.of(~cls.expected(rows.column(domain["column"]), arguments))

    @classmethod
    def columns(cls, domain: Arguments) -> list[str]:
        """Name the column."""
        return [domain["column"]]

    @classmethod
    def shape(cls, sample: pl.DataFrame) -> list[Any]:
        """Give the bare values."""
        return sample.to_series().to_list()


def compute_domain(domain: Arguments) -> dict[str, Any]:
    """Give what decides which rows are read: aggregates of equal ones share a query."""
    return {key: domain[key] for key in ("batch_id", "row_condition") if domain.get(key) is not None}


def _partial_count(
    cls: type[RowMetric],
    execution_engine: PolarsExecutionEngine,
    metric_domain_kwargs: Arguments,
    metric_value_kwargs: Arguments,
    **_: Any,
) -> tuple[pl.Expr | OwnQuery, dict[str, Any], Check]:
    """Give how to count the unexpected rows, of which rows, and the check itself for the samples to come."""
    domain = compute_domain(metric_domain_kwargs)
    check = cls.check(execution_engine.rows(domain), metric_domain_kwargs, metric_value_kwargs, execution_engine)
    return check.count if isinstance(check, RowCheck) else check, domain, check  # type: ignore[return-value]


def _sample(
    cls: type[RowMetric],
    execution_engine: PolarsExecutionEngine,
    metrics: Mapping[str, Any],
    result_format: Arguments,
    columns: list[str],
) -> pl.DataFrame:
    """Query unexpected rows, if there are any."""
    _, domain, check = metrics["metric_partial_fn"]
    rows = execution_engine.rows(domain)
    limit = MAX_RESULT_RECORDS
    if result_format["result_format"] != "COMPLETE":
        limit = min(limit, result_format["partial_unexpected_count"])
    if not metrics[COUNT] or not limit:
        return pl.DataFrame(schema={name: rows.column(name).dtype for name in columns})
    sample: pl.DataFrame = check.sample(rows, columns, limit)
    return sample


def _unexpected_values(
    cls: type[RowMetric],
    execution_engine: PolarsExecutionEngine,
    metric_domain_kwargs: Arguments,
    metric_value_kwargs: Arguments,
    metrics: Mapping[str, Any],
    **_: Any,
) -> list[Any]:
    result_format = metric_value_kwargs["result_format"]
    return cls.shape(_sample(cls, execution_engine, metrics, result_format, cls.columns(metric_domain_kwargs)))


def _unexpected_rows(
    cls: type[RowMetric],
    execution_engine: PolarsExecutionEngine,
    metric_value_kwargs: Arguments,
    metrics: Mapping[str, Any],
    **_: Any,
) -> list[dict[str, Any]]:
    columns = execution_engine.batch_data.schema.names()
    return _sample(cls, execution_engine, metrics, metric_value_kwargs["result_format"], columns).to_dicts()


def _unexpected_index_list(
    cls: type[RowMetric],
    execution_engine: PolarsExecutionEngine,
    metric_domain_kwargs: Arguments,
    metric_value_kwargs: Arguments,
    metrics: Mapping[str, Any],
    **_: Any,
) -> list[dict[str, Any]] | None:
    """Identify unexpected rows by the columns that the result format names; frames have no index of their own."""
    result_format = metric_value_kwargs["result_format"]
    index = result_format.get("unexpected_index_column_names")
    if not index:
        return None
    own = [] if result_format.get("exclude_unexpected_values") else cls.columns(metric_domain_kwargs)
    columns = list(dict.fromkeys([*own, *index]))
    return _sample(cls, execution_engine, metrics, result_format, columns).to_dicts()


def _unexpected_index_query(**_: Any) -> None:
    """Give none: there is no text by which somebody could query a lazy frame again."""
    return


_SAMPLES = {
    SummarizationMetricNameSuffixes.UNEXPECTED_VALUES: _unexpected_values,
    SummarizationMetricNameSuffixes.UNEXPECTED_ROWS: _unexpected_rows,
    SummarizationMetricNameSuffixes.UNEXPECTED_INDEX_LIST: _unexpected_index_list,
    SummarizationMetricNameSuffixes.UNEXPECTED_INDEX_QUERY: _unexpected_index_query,
}
