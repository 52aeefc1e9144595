"""Amounts of money side by side."""

from __future__ import annotations

import polars as pl

_DECIMALS = 6


def at_most(amount: pl.Expr, limit: pl.Expr) -> pl.Expr:
    """Return whether an amount does not exceed a limit; null where either is.

    What is equal on paper counts as equal: 2,880 x 1.1 is a hair above 3,168 in floating point, and that must
    not cost an account its tier. Money is recorded far more coarsely than the difference that is forgiven.
    """
    return (amount - limit).round(_DECIMALS) <= 0
