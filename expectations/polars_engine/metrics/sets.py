"""Sets of allowed values: written in the suite, or passed by name with the batch."""

from __future__ import annotations

import polars as pl

from expectations.polars_engine.literals import as_one, members
from expectations.polars_engine.metrics.base import Question
from expectations.polars_engine.metrics.row_metric import ColumnMetric


class ColumnValuesInSet(ColumnMetric):
    """Values are members of a set; without a set every value is."""

    condition = "column_values.in_set"
    value_keys = ("value_set",)

    @classmethod
    def expected(cls, asked: Question) -> pl.Expr:
        """Return where a value is a member."""
        return _is_member(asked, without_set=True)


class ColumnValuesNotInSet(ColumnMetric):
    """Values are not members of a set."""

    condition = "column_values.not_in_set"
    value_keys = ("value_set",)

    @classmethod
    def expected(cls, asked: Question) -> pl.Expr:
        """Return where a value is not a member."""
        return ~_is_member(asked, without_set=False)


class ColumnValuesInReference(ColumnMetric):
    """Values are members of a set that is passed by name with the batch."""

    condition = "column_values.in_reference"
    value_keys = ("reference",)

    @classmethod
    def expected(cls, asked: Question) -> pl.Expr:
        """Return where the reference contains a value."""
        return asked.column.values.is_in(as_one(asked.references.distinct(asked.arguments["reference"])))


def _is_member(asked: Question, *, without_set: bool) -> pl.Expr:
    value_set = asked.arguments["value_set"]
    if value_set is None:
        return pl.when(asked.column.values.is_not_null()).then(pl.lit(without_set))
    return asked.column.values.is_in(as_one(members(value_set, asked.column.dtype)))
