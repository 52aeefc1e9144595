"""The distinct values of a column, compared with a set; missing values are left out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl
from great_expectations.constants import MAX_DISTINCT_VALUES
from great_expectations.validator.metric_configuration import MetricConfiguration

from expectations.polars_engine.bundle import collect
from expectations.polars_engine.literals import members
from expectations.polars_engine.metrics.base import AggregateMetric, Arguments, Dependencies, Question, ValueMetric


class ColumnDistinctValuesNotInSetCount(AggregateMetric):
    """How many distinct values are not in a set."""

    name = "column.distinct_values.not_in_set.count"
    value_keys = ("value_set",)

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Count the distinct values outside the set."""
        return asked.column.values.filter(~_is_member(asked)).n_unique()


class ColumnDistinctValuesMissingCount(AggregateMetric):
    """How many members of a set do not occur."""

    name = "column.distinct_values.missing_from_column.count"
    value_keys = ("value_set",)

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:
        """Subtract the members that occur from all members."""
        occurring = asked.column.values.filter(_is_member(asked)).n_unique()
        return pl.lit(len(set(_value_set(asked)))) - occurring.cast(pl.Int64)


class _Difference(ValueMetric):
    value_keys = ("value_set", "limit")
    counted: ClassVar[str] = ""

    @classmethod
    def dependencies(cls, domain: Arguments, arguments: Arguments) -> Dependencies:
        """Depend on the count, so that nothing is queried if there is no difference."""
        return {"count": MetricConfiguration(cls.counted, dict(domain), {"value_set": arguments.get("value_set")})}

    @classmethod
    def value(cls, asked: Question, metrics: Mapping[str, Any]) -> list[Any]:
        """Return the first values that differ."""
        limit = asked.arguments.get("limit") or MAX_DISTINCT_VALUES
        return cls.differing(asked)[:limit] if metrics["count"] else []

    @classmethod
    @abstractmethod
    def differing(cls, asked: Question) -> list[Any]:
        """Return the values that differ."""


class ColumnDistinctValuesNotInSet(_Difference):
    """The first distinct values, in ascending order, that are not in a set."""

    name = "column.distinct_values.not_in_set"
    counted = ColumnDistinctValuesNotInSetCount.name

    @classmethod
    def differing(cls, asked: Question) -> list[Any]:
        """Query the distinct values outside the set."""
        return _distinct(asked, ~_is_member(asked))


class ColumnDistinctValuesMissing(_Difference):
    """The first members of a set, in its order, that do not occur."""

    name = "column.distinct_values.missing_from_column"
    counted = ColumnDistinctValuesMissingCount.name

    @classmethod
    def differing(cls, asked: Question) -> list[Any]:
        """Return the members of the set that do not occur."""
        occurring = set(_distinct(asked, _is_member(asked)))
        return [
            value
            for value in dict.fromkeys(_value_set(asked))
            if not occurring.intersection(members([value], asked.column.dtype).to_list())
        ]


def _value_set(asked: Question) -> list[Any]:
    return asked.arguments["value_set"] or []


def _is_member(asked: Question) -> pl.Expr:
    return asked.column.values.is_in(members(_value_set(asked), asked.column.dtype).implode())


def _distinct(asked: Question, which: pl.Expr) -> list[Any]:
    """Query the distinct values of some rows, in ascending order."""
    return collect(asked.rows.frame.filter(which).select(asked.column.values.unique().sort())).to_series().to_list()
