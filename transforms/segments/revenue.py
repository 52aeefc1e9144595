"""Revenue of a year: what was invoiced or, if invoices are not mapped, the recurring revenue."""

from __future__ import annotations

import polars as pl

from transforms.exact import exact_sum
from transforms.facts.rates import with_rate
from transforms.facts.service import in_force, paid
from transforms.month import Month
from transforms.pillars.inputs import YEAR_MONTHS
from transforms.pillars.known_window import whole_window

_MONTHS = 12
_COLUMNS = ("account_id", "subscription_id", "start_date", "end_date", "mrr", "currency", "is_trial")


def invoiced_revenue(
    invoices: pl.LazyFrame, rates: pl.LazyFrame | None, currency: str, month: Month, known_months: int = YEAR_MONTHS
) -> pl.LazyFrame:
    """Sum what was invoiced in M-11..M, by the month of issue, at M's rates; void invoices are not in the facts.

    Args:
        invoices: Invoice facts.
        rates: Known rows of ``rates``; None where not configured.
        currency: The run's currency.
        month: The month M.
        known_months: How many of the 12 months are known of invoices, 1 at least; what was invoiced in them is brought
            to 12 months, and invoices of before count nowhere.

    Returns:
        One row per account with invoices: account_id, trailing_year_revenue (negative if credits prevail).

    Raises:
        DataQualityError: If a currency has no rate in M.
    """
    issued = pl.col("issued_month")
    of_year = invoices.filter(issued.is_between((month - (known_months - 1)).first_day, month.first_day))
    amount = exact_sum(pl.col("amount_sum") * pl.col("rate"))
    return (
        with_rate(of_year, rates, currency, month, "invoices")
        .group_by("account_id")
        .agg(amount.alias("trailing_year_revenue"))
        .with_columns(whole_window(pl.col("trailing_year_revenue"), known_months, YEAR_MONTHS))
    )


def recurring_revenue(
    subscriptions: pl.LazyFrame, rates: pl.LazyFrame | None, currency: str, month: Month
) -> pl.LazyFrame:
    """Sum the monthly recurring revenue at the month ends of M-11..M, without grace, at M's rates.

    Args:
        subscriptions: Known rows of ``subscriptions``, accounts mapped.
        rates: Known rows of ``rates``; None where not configured.
        currency: The run's currency.
        month: The month M.

    Returns:
        One row per account that paid at one of the month ends: account_id, trailing_year_revenue.

    Raises:
        DataQualityError: If a currency has no rate in M.
    """
    first, last = month - (YEAR_MONTHS - 1), month
    end = pl.col("end_date")
    of_year = paid(subscriptions.select(_COLUMNS)).filter(
        (pl.col("start_date") <= last.last_day) & (end.is_null() | (end >= first.last_day))
    )
    rows = with_rate(of_year, rates, currency, month, "subscriptions")
    # Most subscriptions have one row, whose month ends can be counted arithmetically.
    has_others = pl.col("subscription_id").is_duplicated()
    alone = rows.filter(~has_others).with_columns(months=_month_ends(first, last)).filter(pl.col("months") > 0)
    one_by_one = [in_force(rows.filter(has_others), one.last_day) for one in Month.range(first, last)]
    counted = pl.concat([alone, *(frame.with_columns(months=pl.lit(1, pl.Int32)) for frame in one_by_one)])
    revenue = exact_sum(pl.col("mrr") * pl.col("rate") * pl.col("months"))
    return counted.group_by("account_id").agg(revenue.alias("trailing_year_revenue"))


def _month_ends(first: Month, last: Month) -> pl.Expr:
    """Count the month ends, from the first to the last one, that a row covers; negative if it covers none."""
    # A row that ends on the last day of a month covers its end; a row that ends earlier does not.
    day_after = pl.col("end_date").dt.offset_by("1d")
    begin = _number(pl.col("start_date")).clip(lower_bound=_number_of(first))
    end = (_number(day_after) - 1).fill_null(_number_of(last)).clip(upper_bound=_number_of(last))
    return end - begin + 1


def _number(day: pl.Expr) -> pl.Expr:
    return day.dt.year() * _MONTHS + day.dt.month().cast(pl.Int32)


def _number_of(month: Month) -> int:
    return month.first_day.year * _MONTHS + month.first_day.month
