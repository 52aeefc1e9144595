"""Metrics about several columns of a row, some rows of which may be left out."""

from __future__ import annotations

from functools import reduce
from typing import Any, ClassVar, Literal

import polars as pl

from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.base import (
    PARTIAL,
    TABLE_KEYS,
    Arguments,
    Question,
    compute_domain,
    question,
    register,
)
from expectations.polars_engine.metrics.row_metric import CONSIDERED, RowMetric

How = Literal["all", "any", "none"]


class RecordMetric(RowMetric):
    """A metric about several columns of a row.

    Attributes:
        leave_out_if: The options of ``ignore_row_if``, the default first, with how many columns must be missing.
    """

    leave_out_if: ClassVar[dict[str, How]] = {}

    @classmethod
    def _register_metric_functions(cls) -> None:
        super()._register_metric_functions()
        if cls.condition:
            keys = (*cls.value_keys, "result_format")
            register(cls, f"{cls.condition}.{CONSIDERED}.{PARTIAL}", _partial_considered, *keys)
            register(cls, f"{cls.condition}.{CONSIDERED}", None, *keys)

    @classmethod
    def is_considered(cls, asked: Question) -> pl.Expr | None:
        """Return the rows that ``ignore_row_if`` keeps; None for all.

        Raises:
            ValueError: If the option is unknown.
        """
        said = asked.domain.get("ignore_row_if") or next(iter(cls.leave_out_if))
        if said not in cls.leave_out_if:
            raise ValueError(f"ignore_row_if is {said!r}; expected one of {', '.join(cls.leave_out_if)}")
        missing = [asked.rows.column(name).values.is_null() for name in cls.columns(asked.domain)]
        match cls.leave_out_if[said]:
            case "all":
                return ~reduce(pl.Expr.__and__, missing)
            case "any":
                return ~reduce(pl.Expr.__or__, missing)
            case "none":
                return None


class PairMetric(RecordMetric):
    """A metric about two columns."""

    domain_keys = (*TABLE_KEYS, "column_A", "column_B", "ignore_row_if")
    leave_out_if: ClassVar[dict[str, How]] = {
        "both_values_are_missing": "all",
        "either_value_is_missing": "any",
        "neither": "none",
    }

    @classmethod
    def columns(cls, domain: Arguments) -> list[str]:
        """Return the names of the two columns."""
        return [domain["column_A"], domain["column_B"]]

    @classmethod
    def shape(cls, sample: pl.DataFrame) -> list[Any]:
        """Return pairs of values."""
        return sample.rows()


class ListMetric(RecordMetric):
    """A metric about a list of columns."""

    domain_keys = (*TABLE_KEYS, "column_list", "ignore_row_if")
    leave_out_if: ClassVar[dict[str, How]] = {
        "all_values_are_missing": "all",
        "any_value_is_missing": "any",
        "never": "none",
    }

    @classmethod
    def columns(cls, domain: Arguments) -> list[str]:
        """Return the names of the columns."""
        return list(domain["column_list"])

    @classmethod
    def shape(cls, sample: pl.DataFrame) -> list[Any]:
        """Return values by column."""
        return sample.to_dicts()


def only(considered: pl.Expr | None, is_unexpected: pl.Expr) -> pl.Expr:
    """Exclude the rows that are not considered."""
    return is_unexpected if considered is None else considered & is_unexpected


def _partial_considered(
    cls: type[RecordMetric],
    execution_engine: PolarsExecutionEngine,
    metric_domain_kwargs: Arguments,
    metric_value_kwargs: Arguments,
    **_: Any,
) -> tuple[pl.Expr, dict[str, Any], None]:
    considered = cls.is_considered(question(execution_engine, metric_domain_kwargs, metric_value_kwargs))
    return pl.len() if considered is None else considered.sum(), compute_domain(metric_domain_kwargs), None
