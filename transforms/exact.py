"""Sums of fractional numbers that do not depend on the order of rows or threads."""

from __future__ import annotations

import polars as pl

SCALE = 10_000
"""Fractions are summed as whole multiples of 1/SCALE: more than money, hours and ratings are recorded with."""


def exact_sum(values: pl.Expr) -> pl.Expr:
    """Sum an expression exactly to 1/SCALE, so that any order of rows gives the same bytes.

    Floating-point addition is not associative, and groups are summed in the order in which threads deliver them.

    Args:
        values: Numbers; nulls count as 0.

    Returns:
        A Float64 aggregate.
    """
    return (values.cast(pl.Float64) * SCALE).round().cast(pl.Int64).sum() / SCALE
