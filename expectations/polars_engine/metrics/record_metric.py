"""Metrics about several columns of a row, some rows of which may be left out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

import polars as pl
from great_expectations.core.metric_function_types import MetricFunctionTypes, MetricPartialFunctionTypes

from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.row_metric import (
    CONSIDERED,
    Arguments,
    RowMetric,
    compute_domain,
)
from expectations.polars_engine.rows import Rows


class RecordMetric(RowMetric):
    """A metric about several columns of a row.

    Attributes:
        leave_out_if: What ``ignore_row_if`` may say, and whether all columns must be missing, any, or none.
    """

    leave_out_if: ClassVar[dict[str, str]] = {}

    @classmethod
    def _register_metric_functions(cls) -> None:
        super()._register_metric_functions()
        if not cls.condition:
            return
        partial = MetricPartialFunctionTypes.AGGREGATE_FN
        arguments = ("result_format",)
        cls._register(f"{CONSIDERED}.{partial.metric_suffix}", _partial_considered, partial, arguments)
        cls._register(CONSIDERED, None, MetricFunctionTypes.VALUE, arguments)

    @classmethod
    def is_considered(cls, rows: Rows, domain: Arguments) -> pl.Expr | None:
        """Tell which rows take part by what ``ignore_row_if`` says; None for all.

        Raises:
            ValueError: If it says something unknown.
        """
        said = domain.get("ignore_row_if") or next(iter(cls.leave_out_if))
        if said not in cls.leave_out_if:
            raise ValueError(f"ignore_row_if is {said!r}; expected one of {', '.join(cls.leave_out_if)}")
        missing = [rows.column(name).values.is_null() for name in cls.columns(domain)]
        match cls.leave_out_if[said]:
            case "all":
                return ~reduce(pl.Expr.__and__, missing)
            case "any":
                return ~reduce(pl.Expr.__or__, missing)
        return None


class PairMetric(RecordMetric):
    """A metric about two columns."""

    domain_keys = (*RowMetric.domain_keys, "column_A", "column_B", "ignore_row_if")
    leave_out_if = {"both_values_are_missing": "all", "either_value_is_missing": "any", "neither": "none"}

    @classmethod
    def columns(cls, domain: Arguments) -> list[str]:
        """Name the two columns."""
        return [domain["column_A"], domain["column_B"]]

    @classmethod
    def shape(cls, sample: pl.DataFrame) -> list[Any]:
        """Give pairs of values."""
        return sample.rows()


class ListMetric(RecordMetric):
    """A metric about a list of columns."""

    domain_keys = (*RowMetric.domain_keys, "column_list", "ignore_row_if")
    leave_out_if = {"all_values_are_missing": "all", "any_value_is_missing": "any", "never": "none"}

    @classmethod
    def columns(cls, domain: Arguments) -> list[str]:
        """Name the columns."""
        return list(domain["column_list"])

    @classmethod
    def shape(cls, sample: pl.DataFrame) -> list[Any]:
        """Give values by column."""
        return sample.to_dicts()


def only(considered: pl.Expr | None, is_unexpected: pl.Expr) -> pl.Expr:
    """Leave out the rows that do not take part."""
    return is_unexpected if considered is None else considered & is_unexpected


def _partial_considered(
    cls: type[RecordMetric], execution_engine: PolarsExecutionEngine, metric_domain_kwargs: Arguments, **_: Any
) -> tuple[pl.Expr, dict[str, Any], Sequence[str]]:
    domain = compute_domain(metric_domain_kwargs)
    considered = cls.is_considered(execution_engine.rows(domain), metric_domain_kwargs)
    return pl.len() if considered is None else considered.sum(), domain, ()
