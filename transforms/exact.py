"""Sums of fractional numbers that do not depend on the order of rows or threads."""

from __future__ import annotations

import polars as pl

DECIMALS = 4
"""Fractions are summed to so many decimals: more than money, hours and ratings are recorded with."""

SCALE = 10**DECIMALS


def exact_sum(values: pl.Expr) -> pl.Expr:
    """Sum an expression exactly to 1/SCALE, so that any order of rows gives the same bytes.

    Floating-point addition is not associative, and groups are summed in the order in which threads deliver them.

    Args:
        values: Numbers; nulls count as 0.

    Returns:
        A Float64 aggregate.
    """
    units = (values.cast(pl.Float64) * SCALE).round().cast(pl.Int64).sum()
    # Polars divides by a constant in chunks of one row and multiplies by its reciprocal in longer ones, which may
    # differ in the last bit; rounded, both give the nearest number.
    return (units / SCALE).round(DECIMALS)
