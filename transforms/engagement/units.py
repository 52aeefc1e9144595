"""Hours as whole numbers, so that sums and comparisons with a capacity are exact."""

from __future__ import annotations

import polars as pl

from transforms.exact import DECIMALS, SCALE

MOST_HOURS = 1e9
"""The most hours that a person can have in a month; more is a typing error, and sums must fit 64 bits."""


def units_of(hours: pl.Expr) -> pl.Expr:
    """Return hours as whole ten-thousandths of an hour; null stays null."""
    return (hours.clip(0, MOST_HOURS) * SCALE).round().cast(pl.Int64)


def hours_of(units: pl.Expr) -> pl.Expr:
    """Return whole ten-thousandths of an hour as hours: the nearest number, however many rows were summed."""
    return (units / SCALE).round(DECIMALS)
