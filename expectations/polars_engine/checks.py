"""Checks of rows: which rows are unexpected, how they are counted and sampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from expectations.polars_engine.bundle import collect
from expectations.polars_engine.rows import Rows


class Check(Protocol):
    """A question about each row of a domain."""

    def sample(self, rows: Rows, columns: Sequence[str], limit: int) -> pl.DataFrame:
        """Return the first unexpected rows, in the order of the data."""


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A check that looks at one row at a time.

    Attributes:
        is_unexpected: True where a row is unexpected; null counts as False.
        count: The number of unexpected rows.
    """

    is_unexpected: pl.Expr
    count: pl.Expr

    @classmethod
    def of(cls, is_unexpected: pl.Expr) -> RowCheck:
        """Make a check that counts its unexpected rows."""
        return cls(is_unexpected, is_unexpected.sum())

    def sample(self, rows: Rows, columns: Sequence[str], limit: int) -> pl.DataFrame:
        """Return the first unexpected rows, in the order of the data."""
        return collect(rows.frame.filter(self.is_unexpected).select(columns).head(limit))
