"""Resolves bundles of aggregates: one streaming query per domain."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any, Protocol

import polars as pl
from great_expectations.core.id_dict import IDDict
from great_expectations.exceptions.exceptions import ExecutionEngineError
from great_expectations.execution_engine.execution_engine import MetricComputationConfiguration
from great_expectations.validator.metric_configuration import MetricConfigurationID

from expectations.polars_engine.rows import Rows

Values = dict[MetricConfigurationID, Any]
Asking = Generator[list[pl.LazyFrame], list[pl.DataFrame], Values]
"""Yields queries to be collected, receives their frames, and returns the values of metrics."""


class OwnQuery(Protocol):
    """An aggregate that needs a query of its own."""

    def query(self, rows: Rows, height: int) -> pl.LazyFrame | None:
        """Return a query that can be collected together with others; None if there is none."""

    def count(self, rows: Rows, height: int, found: pl.DataFrame | None = None) -> int:
        """Compute it on the rows of its domain, given their number and the result of its query."""


def resolve_bundle(
    rows_of: Callable[[dict[str, Any]], Rows], bundle: Sequence[MetricComputationConfiguration]
) -> Values:
    """Resolve aggregates, those of equal domains in one query.

    An aggregate that does not fit the schema is left out, so that the others are still resolved; Great Expectations
    asks for it again and then receives its error.

    Raises:
        polars.exceptions.PolarsError: If there is only one aggregate and it fails, or if the data make one fail.
    """
    values: Values = {}
    for metrics in _by_domain(bundle):
        rows = rows_of(metrics[0].compute_domain_kwargs or {})
        values.update(_resolve_domain(rows, metrics))
    return values


def bundle_asked(rows_of: Callable[[dict[str, Any]], Rows], bundle: Sequence[MetricComputationConfiguration]) -> Asking:
    """Resolve aggregates by queries that the caller collects, together with those of other bundles.

    It yields twice: the aggregates of each domain, then the queries of aggregates that need their own.

    Raises:
        Exception: Of any kind, if an aggregate cannot be computed.
    """
    domains = [(rows_of(metrics[0].compute_domain_kwargs or {}), metrics) for metrics in _by_domain(bundle)]
    selected = yield [rows.frame.select(_columns(_in_bundle(metrics))) for rows, metrics in domains]
    values: Values = {}
    own: list[tuple[MetricConfigurationID, OwnQuery, Rows, int]] = []
    for (rows, metrics), frame in zip(domains, selected, strict=True):
        height, *found = frame.row(0)
        values.update(_named(_in_bundle(metrics), found))
        own += [(metric.metric_configuration.id, metric.metric_fn, rows, height) for metric in _by_query(metrics)]
    queries = [check.query(rows, height) for _, check, rows, height in own]
    frames = iter((yield [query for query in queries if query is not None]))
    for (metric, check, rows, height), query in zip(own, queries, strict=True):
        values[metric] = check.count(rows, height, None if query is None else next(frames))
    return values


def collect(query: pl.LazyFrame) -> pl.DataFrame:
    """Run a query on the streaming engine.

    Raises:
        ExecutionEngineError: If Polars panics, which would otherwise end the whole validation.
    """
    try:
        return query.collect(engine="streaming")
    except pl.exceptions.PanicException as panic:
        raise ExecutionEngineError(f"Polars could not compute this: {panic}") from panic


def _by_domain(bundle: Iterable[MetricComputationConfiguration]) -> list[list[MetricComputationConfiguration]]:
    # The bundle comes in the order of a set: sorting makes the queries the same in every run.
    groups: dict[str, list[MetricComputationConfiguration]] = {}
    for metric in sorted(bundle, key=lambda metric: str(metric.metric_configuration.id)):
        groups.setdefault(str(IDDict(metric.compute_domain_kwargs or {}).to_id()), []).append(metric)
    return list(groups.values())


def _resolve_domain(rows: Rows, metrics: list[MetricComputationConfiguration]) -> Values:
    height, values = _select(rows, _in_bundle(metrics))
    for metric in _by_query(metrics):
        query: OwnQuery = metric.metric_fn
        values[metric.metric_configuration.id] = query.count(rows, height)
    return values


def _in_bundle(metrics: list[MetricComputationConfiguration]) -> list[MetricComputationConfiguration]:
    return [metric for metric in metrics if isinstance(metric.metric_fn, pl.Expr)]


def _by_query(metrics: list[MetricComputationConfiguration]) -> list[MetricComputationConfiguration]:
    return [metric for metric in metrics if not isinstance(metric.metric_fn, pl.Expr)]


def _named(metrics: list[MetricComputationConfiguration], found: Iterable[Any]) -> Values:
    return {metric.metric_configuration.id: value for metric, value in zip(metrics, found, strict=True)}


def _select(rows: Rows, metrics: list[MetricComputationConfiguration]) -> tuple[int, Values]:
    if len(metrics) == 1:
        # An aggregate that does not fit is asked for alone, several times: its error must not read the data each time.
        _try_on_no_rows(rows.schema, metrics[0])
    try:
        row = collect(rows.frame.select(_columns(metrics))).row(0)
    except pl.exceptions.PolarsError:
        sound = [metric for metric in metrics if _has_columns_of(rows.schema, metric)]
        if len(sound) in (0, len(metrics)):
            raise
        metrics = sound
        row = collect(rows.frame.select(_columns(metrics))).row(0)
    return row[0], _named(metrics, row[1:])


def _columns(metrics: list[MetricComputationConfiguration]) -> list[pl.Expr]:
    aggregates: list[pl.Expr] = [metric.metric_fn for metric in metrics]
    return [pl.len(), *(aggregate.alias(str(number)) for number, aggregate in enumerate(aggregates))]


def _has_columns_of(schema: pl.Schema, metric: MetricComputationConfiguration) -> bool:
    try:
        _try_on_no_rows(schema, metric)
    except pl.exceptions.PolarsError:
        return False
    return True


def _try_on_no_rows(schema: pl.Schema, metric: MetricComputationConfiguration) -> None:
    pl.DataFrame(schema=schema).select(metric.metric_fn)
