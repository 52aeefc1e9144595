"""Finds the policy's band of a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import polars as pl


class Band(Protocol):
    """A band in a list of a policy, whose minima rise from 0."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def minimum(self) -> float:
        """Its lower limit, inclusive."""
        ...


def band_of(value: pl.Expr, bands: Iterable[Band]) -> pl.Expr:
    """Return the name of each value's band: null for null, and the first band below 0."""
    named: pl.Expr = pl.lit(None, pl.String)
    for place, band in enumerate(bands):
        reached = value.is_not_null() if place == 0 else value >= band.minimum
        named = pl.when(reached).then(pl.lit(band.name)).otherwise(named)
    return named
