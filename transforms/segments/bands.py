"""Bands of the policy: a number in, the name of the band that it lies in out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import polars as pl


class Band(Protocol):
    """A band of a policy's list of bands, which rise from 0."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def minimum(self) -> float:
        """Where it begins; that number belongs to it."""
        ...


def band_of(value: pl.Expr, bands: Iterable[Band]) -> pl.Expr:
    """Name the band that each value lies in; null for null, and the first band for what is below 0."""
    named: pl.Expr = pl.lit(None, pl.String)
    for place, band in enumerate(bands):
        reached = value.is_not_null() if place == 0 else value >= band.minimum
        named = pl.when(reached).then(pl.lit(band.name)).otherwise(named)
    return named
