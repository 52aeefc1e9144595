"""Tiers as ranks, and months as numbers, so that both can be compared and counted."""

from __future__ import annotations

import polars as pl

from transforms.contracts.model import TIERS
from transforms.month import Month

TOP_RANK = len(TIERS) - 1
_TIERS = pl.Enum(TIERS)


def rank_of(tier: str) -> pl.Expr:
    """Return a tier column as rank: 0 low, 1 mid, 2 high touch; null stays null."""
    return pl.col(tier).cast(_TIERS).to_physical().cast(pl.Int8)


def tier_of(rank: str) -> pl.Expr:
    """Return a rank column as tier name; null stays null."""
    return pl.col(rank).replace_strict(dict(enumerate(TIERS)), default=None, return_dtype=pl.String)


def months_since(column: str, month: Month) -> pl.Expr:
    """Count the months from a month column up to ``month``; null stays null."""
    index = pl.col(column).dt.year().cast(pl.Int32) * 12 + pl.col(column).dt.month()
    return pl.lit(month.first_day.year * 12 + month.first_day.month, pl.Int32) - index


def null_as_false(condition: pl.Expr) -> pl.Expr:
    """Count an unknown condition as false, as every yes-or-no rule does."""
    return condition.fill_null(value=False)
