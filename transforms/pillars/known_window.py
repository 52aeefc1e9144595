"""Sums over windows of which a source knows only the last months: brought to the length of the whole window."""

from __future__ import annotations

import polars as pl

from transforms.exact import divided


def whole_window(total: pl.Expr, known_months: int, window_months: int, least_months: int = 1) -> pl.Expr:
    """Return what a total over the known months of a window comes to in the whole window.

    Args:
        total: A total over the known months.
        known_months: How many months of the window are known; all of them leave the total as it is.
        window_months: The length of the window.
        least_months: From how many known months on the total says something.

    Returns:
        The total, of its own dtype where the whole window is known, else a Float64; null where too few months are
        known.
    """
    if known_months >= window_months:
        return total
    if known_months < least_months:
        return pl.lit(None, pl.Float64)
    return divided(total * window_months, known_months)
