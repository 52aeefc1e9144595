"""Billing facts: recurring revenue, tenure, products and renewals of each account as of a month."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from transforms.exact import exact_sum
from transforms.facts.rates import with_rate
from transforms.facts.renewals import pending_renewals
from transforms.facts.service import in_force_on_own_day, in_service, lapsed_within, mrr_on, paid
from transforms.month import Month
from transforms.policy import Policy

VERSIONS = {1: "as in 0.1.0", 2: "days in service, without those between two contracts"}

__all__ = ["billing_facts", "mrr_on", "paid"]

_MONTHS_PER_YEAR = 12


def billing_facts(
    subscriptions: pl.LazyFrame, rates: pl.LazyFrame | None, currency: str, month: Month, policy: Policy
) -> pl.LazyFrame:
    """Compute what each account pays for at the end of a month, and what it paid for before.

    All amounts, also those of earlier months, are at the month's rates, so that exchange rates move no tier.
    Grace applies at each month end by itself: an amount in grace then counts for that month, so that a late
    renewal is not growth. A subscription that starts after the month end is ignored.

    Args:
        subscriptions: Known rows of ``subscriptions``, accounts mapped. They are read immediately, because a
            missing rate must stop the month.
        rates: Known rows of ``rates``; None where not configured.
        currency: The run's currency.
        month: The month M.
        policy: The policy in force; its days of grace and its rules for renewals count.

    Returns:
        One row per account with ARR at the end of M, M-1 or M-2: account_id; arr, arr_1_month_ago,
        arr_2_months_ago (0 if there was none); is_in_grace; arr_reference (12 months ago, or else at the first
        month end since then that has some); new_product_arr (of products that it did not have, even in grace,
        at the end of M-1); products, products_owned, seats (null if never recorded; summed over
        subscriptions); tenure_start_date; tenure_months (whole months up to the end of M's last day);
        renewal_date and has_renewal_freeze (see ``pending_renewals``).

    Raises:
        DataQualityError: If a currency has no rate in M.
    """
    grace_days = policy.metrics.renewal_grace_days
    # In memory and in steps: one plan with all branches takes longer to build than to run.
    started = _in_memory(paid(subscriptions).filter(pl.col("start_date") <= month.last_day))
    rows = _in_memory(_at_rates(_recent(started, month, grace_days), rates, currency, month))
    ends = [month.last_day, (month - 1).last_day, (month - 2).last_day, (month - _MONTHS_PER_YEAR).last_day]
    now, month_ago, two_months_ago, year_ago = (
        frame.lazy()
        for frame in pl.collect_all([in_service(rows, day, grace_days) for day in ends], engine="in-memory")
    )
    facts = _tenure(started, month)
    for one in (
        _summary(now),
        _arr(month_ago, "arr_1_month_ago"),
        _arr(two_months_ago, "arr_2_months_ago"),
        _arr_reference(rows, year_ago, ends[-1]),
        _new_product_arr(rows, now, month_ago, ends[1], grace_days),
        pending_renewals(rows, month.last_day, policy),
    ):
        facts = facts.join(one, on="account_id", how="left")
    amounts = ("arr", "arr_1_month_ago", "arr_2_months_ago", "new_product_arr")
    return (
        facts.with_columns(
            pl.col(*amounts).fill_null(0.0),
            pl.col("arr_reference").fill_null(pl.col("arr")),
            pl.col("is_in_grace", "has_renewal_freeze").fill_null(value=False),
            pl.col("products_owned").fill_null(0),
            pl.col("products").fill_null([]),
        )
        .filter(pl.max_horizontal("arr", "arr_1_month_ago", "arr_2_months_ago") > 0)
    )  # fmt: skip


def _recent(rows: pl.LazyFrame, month: Month, grace_days: int) -> pl.LazyFrame:
    """Return rows that count on a day of the last 12 months: currencies of older ones may no longer have a rate."""
    oldest = (month - _MONTHS_PER_YEAR).last_day - timedelta(days=grace_days)
    return rows.filter(pl.col("end_date").is_null() | (pl.col("end_date") >= oldest))


def _in_memory(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.collect(engine="in-memory").lazy()


def _at_rates(rows: pl.LazyFrame, rates: pl.LazyFrame | None, currency: str, month: Month) -> pl.LazyFrame:
    """Return the rows with ``mrr`` in the run's currency."""
    return (
        with_rate(rows, rates, currency, month, "subscriptions")
        .with_columns(mrr=pl.col("mrr") * pl.col("rate"))
        .drop("rate")
    )


def _annual(mrr: pl.Expr) -> pl.Expr:
    return _MONTHS_PER_YEAR * exact_sum(mrr)


def _arr(rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
    return rows.group_by("account_id").agg(_annual(pl.col("mrr")).alias(name))


def _summary(now: pl.LazyFrame) -> pl.LazyFrame:
    product, seats = pl.col("product"), pl.col("seats")
    return now.group_by("account_id").agg(
        _annual(pl.col("mrr")).alias("arr"),
        pl.col("is_in_grace").any(),
        product.unique().sort().alias("products"),
        product.n_unique().cast(pl.Int64).alias("products_owned"),
        pl.when(seats.is_not_null().any()).then(seats.sum()).alias("seats"),
    )


def _arr_reference(rows: pl.LazyFrame, year_ago: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """Return the ARR of 12 months ago or, if there was none, of the first month end since then that has some.

    Args:
        rows: Paid subscription rows.
        year_ago: The rows in service 12 months ago.
        day: The last day of the month then.
    """
    then = _arr(year_ago, "arr_reference").filter(pl.col("arr_reference") > 0)
    month_end = pl.col("start_date").dt.month_end()
    is_paid_then = (pl.col("mrr") > 0) & (pl.col("end_date").is_null() | (pl.col("end_date") >= month_end))
    first = (
        rows.filter((month_end > day) & is_paid_then)
        .join(then, on="account_id", how="anti")
        .group_by("account_id")
        .agg(month_end.min().alias("day"))
    )
    later = _arr(in_force_on_own_day(rows, first), "arr_reference")
    return pl.concat([then, later.filter(pl.col("arr_reference") > 0)])


def _new_product_arr(
    rows: pl.LazyFrame, now: pl.LazyFrame, month_ago: pl.LazyFrame, former_end: date, grace_days: int
) -> pl.LazyFrame:
    owned = ["account_id", "product"]
    # If one of several products is renewed late, it is not a new product either.
    lapsed = rows.filter(lapsed_within(former_end, grace_days))
    had = pl.concat([month_ago.select(owned), lapsed.select(owned)])
    return _arr(now.join(had, on=owned, how="anti"), "new_product_arr")


def _tenure(rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Per account that ever paid: tenure_start_date and tenure_months."""
    start, after = pl.col("tenure_start_date"), month + 1
    months = (
        (after.first_day.year - start.dt.year()) * _MONTHS_PER_YEAR
        + (after.first_day.month - start.dt.month().cast(pl.Int32))
        - (start.dt.day() > 1).cast(pl.Int32)
    )
    return (
        rows.filter(pl.col("mrr") > 0)
        .group_by("account_id")
        .agg(pl.col("start_date").min().alias("tenure_start_date"))
        .with_columns(tenure_months=months.cast(pl.Int64))
    )
