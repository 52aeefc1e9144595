"""Sums and quotients of fractional numbers that depend neither on the order of rows nor on how many there are."""

from __future__ import annotations

import polars as pl

DECIMALS = 4
"""The decimals to which fractions are summed: more than money, hours and ratings are recorded with."""

SCALE: int = 10**DECIMALS


def exact_sum(values: pl.Expr) -> pl.Expr:
    """Sum an expression exactly to 1/SCALE, so that any order of rows returns the same bytes.

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


def divided(values: pl.Expr, by: float | pl.Expr) -> pl.Expr:
    """Divide to the nearest number, the same one in a frame of one row and in one of a million.

    Polars multiplies by the reciprocal where the divisor is one number for all rows of a chunk, which may miss by
    the last bit; so does a condition that happens to hold for all rows. Spread over the rows, it is divided by.

    Args:
        values: Finite numbers; null stays null.
        by: The divisor: a number, an aggregate or a column.

    Returns:
        A Float64 expression.
    """
    return values / (values * 0 + by)
