"""The base of all metrics about rows: the count, samples and index of unexpected rows come from one check.

Great Expectations' own base class puts a condition and three metrics of the table between each of them and the data.
These metrics do without, because a node of its graph takes more time than a column of a small frame.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import polars as pl
from great_expectations.constants import MAX_RESULT_RECORDS
from great_expectations.core.metric_function_types import SummarizationMetricNameSuffixes
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

from expectations.polars_engine.checks import Check, RowCheck
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.base import (
    COLUMN_KEYS,
    PARTIAL,
    Arguments,
    Dependencies,
    Question,
    compute_domain,
    question,
    register,
)

COUNT = SummarizationMetricNameSuffixes.UNEXPECTED_COUNT.value
CONSIDERED = SummarizationMetricNameSuffixes.FILTERED_ROW_COUNT.value


class RowMetric(MetricProvider):
    """A metric that checks each row.

    Attributes:
        condition: Its name in expectations; a class without one is a base class.
    """

    condition: ClassVar[str] = ""

    @classmethod
    @abstractmethod
    def check(cls, asked: Question) -> Check:
        """Make the check."""

    @classmethod
    @abstractmethod
    def columns(cls, domain: Arguments) -> list[str]:
        """List the columns that the metric is about."""

    @classmethod
    @abstractmethod
    def shape(cls, sample: pl.DataFrame) -> list[Any]:
        """Return the unexpected values of a sample as this kind of expectation reports them."""

    @classmethod
    def _register_metric_functions(cls) -> None:
        if not cls.condition:
            return
        register(cls, f"{cls.condition}.{COUNT}.{PARTIAL}", _partial_count, *cls.value_keys)
        register(cls, f"{cls.condition}.{COUNT}", None, *cls.value_keys)
        for suffix, function in _SAMPLES.items():
            register(cls, f"{cls.condition}.{suffix.value}", function, *cls.value_keys, "result_format")

    @classmethod
    def _get_evaluation_dependencies(cls, metric: MetricConfiguration, *_: Any, **__: Any) -> Dependencies:
        if metric.metric_name.endswith(PARTIAL):
            return {}
        arguments = {name: value for name, value in metric.metric_value_kwargs.items() if name != "result_format"}
        wanted = CONSIDERED if metric.metric_name.endswith(CONSIDERED) else COUNT

        def needed(suffix: str) -> MetricConfiguration:
            return MetricConfiguration(f"{cls.condition}.{suffix}", metric.metric_domain_kwargs, arguments)

        dependencies = {"metric_partial_fn": needed(f"{wanted}.{PARTIAL}")}
        if not metric.metric_name.endswith((COUNT, CONSIDERED)):
            dependencies[COUNT] = needed(COUNT)
        return dependencies


class ColumnMetric(RowMetric):
    """A metric about the values of one column; missing values are ignored."""

    domain_keys = COLUMN_KEYS

    @classmethod
    @abstractmethod
    def expected(cls, asked: Question) -> pl.Expr:
        """Return where a value is as expected; null if it is missing."""

    @classmethod
    def check(cls, asked: Question) -> Check:
        """Make the check."""
        return RowCheck.of(~cls.expected(asked))

    @classmethod
    def columns(cls, domain: Arguments) -> list[str]:
        """Return the name of the column."""
        return [domain["column"]]

    @classmethod
    def shape(cls, sample: pl.DataFrame) -> list[Any]:
        """Return the values."""
        return sample.to_series().to_list()


def _partial_count(
    cls: type[RowMetric],
    execution_engine: PolarsExecutionEngine,
    metric_domain_kwargs: Arguments,
    metric_value_kwargs: Arguments,
    **_: Any,
) -> tuple[object, dict[str, Any], Check]:
    """Return how to count the unexpected rows, which rows to read, and the check itself for later samples."""
    check = cls.check(question(execution_engine, metric_domain_kwargs, metric_value_kwargs))
    return check.count if isinstance(check, RowCheck) else check, compute_domain(metric_domain_kwargs), check


def _sample(
    execution_engine: PolarsExecutionEngine, metrics: Mapping[str, Any], result_format: Arguments, columns: list[str]
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
    if not metrics[COUNT]:
        return []
    result_format = metric_value_kwargs["result_format"]
    return cls.shape(_sample(execution_engine, metrics, result_format, cls.columns(metric_domain_kwargs)))


def _unexpected_rows(
    execution_engine: PolarsExecutionEngine, metric_value_kwargs: Arguments, metrics: Mapping[str, Any], **_: Any
) -> list[dict[str, Any]]:
    columns = execution_engine.batch_data.schema.names()
    return _sample(execution_engine, metrics, metric_value_kwargs["result_format"], columns).to_dicts()


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
    return _sample(execution_engine, metrics, result_format, columns).to_dicts()


def _unexpected_index_query(**_: Any) -> None:
    """Return None: a lazy frame cannot be queried by a text."""


_SAMPLES: dict[SummarizationMetricNameSuffixes, Callable[..., Any]] = {
    SummarizationMetricNameSuffixes.UNEXPECTED_VALUES: _unexpected_values,
    SummarizationMetricNameSuffixes.UNEXPECTED_ROWS: _unexpected_rows,
    SummarizationMetricNameSuffixes.UNEXPECTED_INDEX_LIST: _unexpected_index_list,
    SummarizationMetricNameSuffixes.UNEXPECTED_INDEX_QUERY: _unexpected_index_query,
}
