"""Columns and rows of the table as a whole."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_partial, metric_value

from expectations.polars_engine.bundle import collect
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.row_metric import Arguments, RowMetric, compute_domain


class TableColumnTypes(MetricProvider):
    """Names and dtypes of the columns, in order."""

    metric_name = "table.column_types"
    domain_keys = RowMetric.domain_keys
    value_keys = ("include_nested",)

    @metric_value(engine=PolarsExecutionEngine)
    def _polars(cls, execution_engine: PolarsExecutionEngine, **_: Any) -> list[dict[str, str]]:
        return [{"name": name, "type": str(dtype)} for name, dtype in execution_engine.batch_data.schema.items()]


class TableColumns(MetricProvider):
    """Names of the columns, in order."""

    metric_name = "table.columns"
    domain_keys = RowMetric.domain_keys

    @metric_value(engine=PolarsExecutionEngine)
    def _polars(cls, execution_engine: PolarsExecutionEngine, **_: Any) -> list[str]:
        return execution_engine.batch_data.schema.names()


class TableColumnCount(MetricProvider):
    """The number of columns."""

    metric_name = "table.column_count"
    domain_keys = RowMetric.domain_keys

    @metric_value(engine=PolarsExecutionEngine)
    def _polars(cls, execution_engine: PolarsExecutionEngine, **_: Any) -> int:
        return len(execution_engine.batch_data.schema)


class TableRowCount(MetricProvider):
    """The number of rows."""

    metric_name = "table.row_count"
    domain_keys = RowMetric.domain_keys

    @metric_partial(
        engine=PolarsExecutionEngine, partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN, domain_type="table"
    )
    def _polars(cls, metric_domain_kwargs: Arguments, **_: Any) -> tuple[pl.Expr, dict[str, Any], dict[str, Any]]:
        return pl.len(), compute_domain(metric_domain_kwargs), {}


class TableHead(MetricProvider):
    """The first rows, as ``batch.head()`` shows them."""

    metric_name = "table.head"
    domain_keys = RowMetric.domain_keys
    value_keys = ("n_rows", "fetch_all")
    default_kwarg_values = {"n_rows": 5, "fetch_all": False}

    @metric_value(engine=PolarsExecutionEngine)
    def _polars(
        cls,
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: Arguments,
        metric_value_kwargs: Arguments,
        **_: Any,
    ) -> pd.DataFrame:
        frame = execution_engine.rows(compute_domain(metric_domain_kwargs)).frame
        if not metric_value_kwargs.get("fetch_all"):
            frame = frame.head(metric_value_kwargs["n_rows"])
        return pd.DataFrame(collect(frame).to_dict(as_series=False))
