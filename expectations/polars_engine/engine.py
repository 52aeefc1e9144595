"""The execution engine: all aggregates of a suite in one streaming query per domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

import polars as pl
from great_expectations.core.batch import BatchMarkers
from great_expectations.core.batch_spec import RuntimeDataBatchSpec
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.exceptions.exceptions import ExecutionEngineError
from great_expectations.execution_engine.execution_engine import ExecutionEngine, MetricComputationConfiguration
from great_expectations.expectations.row_conditions import (
    AndCondition,
    ComparisonCondition,
    NullityCondition,
    OrCondition,
)
from great_expectations.validator.metric_configuration import MetricConfiguration, MetricConfigurationID

from expectations.polars_engine.batch_data import PolarsBatchData, References
from expectations.polars_engine.bundle import Asking, bundle_asked, resolve_bundle
from expectations.polars_engine.conditions import comparison, read_condition
from expectations.polars_engine.rows import Rows


class PolarsExecutionEngine(ExecutionEngine[pl.Expr]):
    """Computes metrics of lazy frames.

    The data source makes one engine for each batch, and nothing is stored by batch id, so that threads can validate at
    the same time and frames are freed when their validation has ended.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "caching": False})

    def get_batch_data_and_markers(self, batch_spec: RuntimeDataBatchSpec) -> tuple[PolarsBatchData, BatchMarkers]:
        """Take the frame out of a batch specification and leave a placeholder.

        Raises:
            ExecutionEngineError: If the specification holds no Polars frame.
        """
        frame = batch_spec.batch_data
        if not isinstance(frame, pl.LazyFrame | pl.DataFrame):
            raise ExecutionEngineError(f"batch data is a {type(frame).__name__}; pass a Polars LazyFrame or DataFrame")
        data = PolarsBatchData(self, frame, batch_spec.pop("references", None) or References())
        batch_spec.batch_data = "PolarsLazyFrame"
        # Without a load time, so that equal data has equal results; the result's validation_time says when.
        return data, BatchMarkers({"ge_load_time": None})

    @property
    def batch_data(self) -> PolarsBatchData:
        """The data of the batch that is being validated.

        Raises:
            ExecutionEngineError: If none was loaded.
        """
        data = self.batch_manager.active_batch_data
        if not isinstance(data, PolarsBatchData):
            raise ExecutionEngineError("no batch is loaded; get one from a Polars data source")
        return data

    def rows(self, domain_kwargs: dict[str, Any]) -> Rows:
        """Return the rows of a domain: those of its batch that its row condition keeps."""
        data = self._data_of(domain_kwargs)
        row_condition = domain_kwargs.get("row_condition")
        if not row_condition:
            return Rows(data.frame, data.schema)
        kept = self.condition_to_filter_clause(read_condition(row_condition))
        return Rows(data.frame.filter(kept), data.schema)

    def get_domain_records(self, domain_kwargs: dict[str, Any]) -> pl.LazyFrame:
        """Return the rows of a domain as a lazy frame."""
        return self.rows(domain_kwargs).frame

    def get_compute_domain(
        self,
        domain_kwargs: dict[str, Any],
        domain_type: str | MetricDomainTypes,
        accessor_keys: Iterable[str] | None = None,
    ) -> tuple[pl.LazyFrame, dict[str, Any], dict[str, Any]]:
        """Return the rows of a domain, the arguments that select them, and those that name its columns."""
        parts = self._partition_domain_kwargs(domain_kwargs, domain_type, accessor_keys)
        return self.get_domain_records(domain_kwargs), parts.compute, parts.accessor

    def resolve_metric_bundle(
        self, metric_fn_bundle: Sequence[MetricComputationConfiguration]
    ) -> dict[MetricConfigurationID, Any]:
        """Resolve aggregates, those of equal domains in one query."""
        return resolve_bundle(self.rows, metric_fn_bundle)

    def metrics_asked(
        self,
        wanted: Sequence[MetricConfiguration],
        known: Mapping[MetricConfigurationID, Any],
        runtime: dict[str, Any],
    ) -> Asking:
        """Resolve metrics as :meth:`resolve_metrics` does, with the queries of aggregates left to the caller.

        Raises:
            Exception: Of any kind, if a metric cannot be computed.
        """
        direct, bundled = self._build_direct_and_bundled_metric_computation_configurations(wanted, dict(known), runtime)
        values = self._process_direct_and_bundled_metric_computation_configurations(direct, [])
        return values | (yield from bundle_asked(self.rows, bundled)) if bundled else values

    def _data_of(self, domain_kwargs: dict[str, Any]) -> PolarsBatchData:
        batch_id = domain_kwargs.get("batch_id")
        if batch_id is None:
            return self.batch_data
        data = self.batch_manager.batch_data_cache.get(batch_id)
        if not isinstance(data, PolarsBatchData):
            raise ExecutionEngineError(f"batch {batch_id!r} is not loaded; get it from a Polars data source")
        return data

    def _comparison_condition_to_filter_clause(self, condition: ComparisonCondition) -> pl.Expr:
        data = self.batch_data
        return comparison(condition, Rows(data.frame, data.schema).column(condition.column.name))

    def _nullity_condition_to_filter_clause(self, condition: NullityCondition) -> pl.Expr:
        data = self.batch_data
        values = Rows(data.frame, data.schema).column(condition.column.name).values
        return values.is_null() if condition.is_null else values.is_not_null()

    def _and_condition_to_filter_clause(self, condition: AndCondition) -> pl.Expr:
        return reduce(pl.Expr.__and__, map(self.condition_to_filter_clause, condition.conditions))

    def _or_condition_to_filter_clause(self, condition: OrCondition) -> pl.Expr:
        return reduce(pl.Expr.__or__, map(self.condition_to_filter_clause, condition.conditions))
