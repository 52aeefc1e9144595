"""The rows of a metric, and how their columns are read."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from great_expectations.exceptions.exceptions import InvalidMetricAccessorDomainKwargsKeyError


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the data.

    Attributes:
        name: Its name.
        dtype: Its Polars dtype.
    """

    name: str
    dtype: pl.DataType

    @property
    def values(self) -> pl.Expr:
        """The values, null where missing: NaN counts as missing, as in pandas."""
        column = pl.col(self.name)
        return column.fill_nan(None) if self.dtype.is_float() else column

    @property
    def text(self) -> pl.Expr:
        """The values as strings."""
        return self.values if self.dtype == pl.String else self.values.cast(pl.String)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a domain: those of the batch that its row condition keeps.

    Attributes:
        frame: The rows, lazy.
        schema: Names and dtypes of their columns.
    """

    frame: pl.LazyFrame
    schema: pl.Schema

    def column(self, name: str) -> Column:
        """Find a column.

        Raises:
            InvalidMetricAccessorDomainKwargsKeyError: If the data has no such column.
        """
        if name not in self.schema:
            raise InvalidMetricAccessorDomainKwargsKeyError(
                f'Error: The column "{name}" in BatchData does not exist; there are {", ".join(self.schema)}.'
            )
        return Column(name, self.schema[name])
