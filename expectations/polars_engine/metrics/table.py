"""Columns and rows of the table as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import polars as pl

from expectations.polars_engine.bundle import collect
from expectations.polars_engine.metrics.base import (
    TABLE_KEYS,
    AggregateMetric,
    Arguments,
    Dependencies,
    Question,
    ValueMetric,
)


class _TableValue(ValueMetric):
    domain_keys = TABLE_KEYS

    @classmethod
    def dependencies(cls, domain: Arguments, arguments: Arguments) -> Dependencies:  # noqa: ARG003
        """Depend on nothing."""
        return {}


class TableColumnTypes(_TableValue):
    """Names and dtypes of the columns, in order."""

    name = "table.column_types"
    value_keys = ("include_nested",)

    @classmethod
    def value(cls, asked: Question, metrics: Mapping[str, Any]) -> list[dict[str, str]]:  # noqa: ARG003
        """Return a mapping for each column."""
        return [{"name": name, "type": str(dtype)} for name, dtype in asked.rows.schema.items()]


class TableColumns(_TableValue):
    """Names of the columns, in order."""

    name = "table.columns"

    @classmethod
    def value(cls, asked: Question, metrics: Mapping[str, Any]) -> list[str]:  # noqa: ARG003
        """Return the names."""
        return asked.rows.schema.names()


class TableColumnCount(_TableValue):
    """The number of columns."""

    name = "table.column_count"

    @classmethod
    def value(cls, asked: Question, metrics: Mapping[str, Any]) -> int:  # noqa: ARG003
        """Count the columns."""
        return len(asked.rows.schema)


class TableHead(_TableValue):
    """The first rows, as ``batch.head()`` shows them."""

    name = "table.head"
    value_keys = ("n_rows", "fetch_all")

    @classmethod
    def value(cls, asked: Question, metrics: Mapping[str, Any]) -> pd.DataFrame:  # noqa: ARG003
        """Return them as pandas, which is what Great Expectations shows."""
        is_whole = asked.arguments.get("fetch_all")
        frame = asked.rows.frame if is_whole else asked.rows.frame.head(asked.arguments.get("n_rows") or 5)
        return pd.DataFrame(collect(frame).to_dict(as_series=False))


class TableRowCount(AggregateMetric):
    """The number of rows."""

    name = "table.row_count"
    domain_keys = TABLE_KEYS

    @classmethod
    def aggregate(cls, asked: Question) -> pl.Expr:  # noqa: ARG003
        """Count the rows."""
        return pl.len()
