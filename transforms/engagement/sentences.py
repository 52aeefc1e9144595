"""Formats figures for sentences that people read."""

from __future__ import annotations

import polars as pl

_LAST_EXACT = 2**53
"""Up to here floating-point numbers are whole numbers."""


def day(column: str | pl.Expr) -> pl.Expr:
    """Write a date as ``2026-10-31``."""
    return _expr(column).dt.to_string("%Y-%m-%d")


def as_month(column: str | pl.Expr) -> pl.Expr:
    """Write a month as ``2026-10``."""
    return _expr(column).dt.to_string("%Y-%m")


def whole(column: str | pl.Expr) -> pl.Expr:
    """Round a number and separate its thousands: ``12,400``, ``-3``; what is rounded to 0 has no sign.

    Of numbers so large that they have no exact digits it writes the largest that has: a share of next to nothing.
    """
    number = _expr(column).round().clip(-_LAST_EXACT, _LAST_EXACT).cast(pl.Int64)
    sign = pl.when(number < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    # A look-ahead would do it at once, but the regular expressions of Polars have none.
    reversed_digits = number.abs().cast(pl.String).str.reverse().str.replace_all(r"(\d{3})", "${1},")
    return pl.concat_str(sign, reversed_digits.str.strip_chars_end(",").str.reverse())


def counted(column: str | pl.Expr, one: str) -> pl.Expr:
    """Count things: ``1 day``, ``12 days``.

    Args:
        column: How many, rounded to whole ones.
        one: One of them, whose plural ends in s.
    """
    number = whole(column)
    return pl.concat_str(number, pl.when(number == "1").then(pl.lit(f" {one}")).otherwise(pl.lit(f" {one}s")))


def per_cent(column: str | pl.Expr) -> pl.Expr:
    """Write a share in whole per cent, without the sign."""
    return whole(_expr(column) * 100)


def words(column: str | pl.Expr) -> pl.Expr:
    """Write a code as words: ``low touch``."""
    return _expr(column).str.replace_all("_", " ", literal=True)


def _expr(column: str | pl.Expr) -> pl.Expr:
    return pl.col(column) if isinstance(column, str) else column
