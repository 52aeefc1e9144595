"""The months of the demo, and months as integers, for arithmetic in Polars."""

from __future__ import annotations

import polars as pl

from transforms.month import Month

FIRST_MONTH = Month.parse("2024-11")
LAST_MONTH = Month.parse("2026-10")
MONTHS = tuple(Month.range(FIRST_MONTH, LAST_MONTH))
"""The 24 months with usage, tickets, touchpoints and invoices."""

HISTORY_MONTH = FIRST_MONTH - 12
"""Subscriptions go back at least to here, so that the first month knows the ARR of the year before."""

ACCOUNTS = 3_000
"""The number of accounts of the demo besides those with a story."""


def number_of(month: Month) -> int:
    """Return the number of a month, counted from the year 0."""
    return month.first_day.year * 12 + month.first_day.month - 1


def day_of(month_number: pl.Expr, day: pl.Expr | int = 1) -> pl.Expr:
    """Return the Date of a day in a month with the number of `number_of`."""
    return pl.date(month_number // 12, month_number % 12 + 1, day)
