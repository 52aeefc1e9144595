"""Rates of usage: events per reporting slot of an account's months in service, so that months compare fairly."""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from transforms.exact import divided
from transforms.facts.rhythm import SourceRhythm
from transforms.facts.service_days import every_day
from transforms.month import Month
from transforms.pillars.inputs import WINDOW_MONTHS
from transforms.pillars.usage_window import events
from transforms.policy import Policy


def with_rates(accounts: pl.LazyFrame, rhythm: SourceRhythm, month: Month, months: int) -> pl.LazyFrame:
    """Add the reporting slots and the rate of events of each trailing month.

    Args:
        accounts: One row per account in scope, with ``events_N``, ``last_active_date`` and ``service_day_bits`` (the
            days in service of each trailing month, the newest first).
        rhythm: The rhythm of usage.
        month: The month M.
        months: How many trailing months, M included.

    Returns:
        The frame with ``service_days`` (days of M in service), and for each month ``slots_N`` (in service) and
        ``rate_N`` (events per slot; null for a month that is not known or, other than M, was not lived through whole).
    """
    # Dates without use have no weekday; an account that was never active has no rate that it could change.
    weekday = pl.col("last_active_date").dt.weekday().fill_null(1)
    trailing = [month - ago for ago in range(months)]
    served = [pl.col("service_day_bits").list.get(ago) for ago in range(months)]
    return accounts.with_columns(
        served[0].bitwise_count_ones().cast(pl.Int64).alias("service_days"),
        *(
            rhythm.slots(one, days, weekday).alias(f"slots_{ago}")
            for ago, (one, days) in enumerate(zip(trailing, served, strict=True))
        ),
    ).with_columns(
        _rate(ago, is_whole=days == every_day(one) if ago else pl.lit(value=True))
        for ago, (one, days) in enumerate(zip(trailing, served, strict=True))
    )


def rate(ago: int) -> pl.Expr:
    """Return the events per slot of the month that was the given number of months ago."""
    return pl.col(f"rate_{ago}")


def slots(ago: int) -> pl.Expr:
    """Return the reporting slots in service of the month that was the given number of months ago."""
    return pl.col(f"slots_{ago}")


def expected_events(policy: Policy) -> pl.Expr:
    """Return the events to expect of M: the usual rate of the months before times the slots of M.

    The usual rate is the median of the year before. Where M has no event and few are expected, it is the highest
    median of three consecutive months, so that long silence stays a fall. Null without a month to go by, and where
    all of them are without events.
    """
    months = range(1, policy.metrics.trend_base_months + 1)
    rates = [rate(ago) for ago in months]
    usual = pl.concat_arr(rates).arr.median()
    windows = [rates[start : start + WINDOW_MONTHS] for start in range(len(rates) - WINDOW_MONTHS + 1)]
    medians = [
        pl.when(pl.all_horizontal(one.is_not_null() for one in window)).then(pl.concat_arr(window).arr.median())
        for window in windows
    ]
    best = pl.max_horizontal(usual, *medians)
    is_silence = (events(0) == 0) & (usual * slots(0) < policy.metrics.trend_prior_events)
    expected = pl.when(is_silence).then(best).otherwise(usual) * slots(0)
    is_ever_used = pl.max_horizontal(rates) > 0
    return pl.when(is_ever_used & (pl.col("service_days") >= policy.metrics.trend_minimum_service_days)).then(expected)


def known_usage_months(policy: Policy) -> pl.Expr:
    """Return how many of the months before M are known and were lived through whole."""
    months = range(1, policy.metrics.trend_base_months + 1)
    return pl.sum_horizontal(rate(ago).is_not_null().cast(pl.Int64) for ago in months)


def growth_of_use(policy: Policy) -> pl.Expr:
    """Return the events of three months against what the rate of the three before leads to expect, minus 1.

    Months that are not known, or were not lived through whole, are left out on both sides. Null where either side has
    none; both sides have the policy's prior.
    """
    recent, before = range(WINDOW_MONTHS), range(WINDOW_MONTHS, 2 * WINDOW_MONTHS)
    prior = policy.metrics.trend_prior_events
    now, now_slots = _total("events", recent), _total("slots", recent)
    then, then_slots = _total("events", before), _total("slots", before)
    expected = divided(then, then_slots) * now_slots
    is_known = (now_slots > 0) & (then_slots > 0)
    return pl.when(is_known).then(divided(now - expected, expected + prior))


def _rate(ago: int, *, is_whole: pl.Expr) -> pl.Expr:
    return pl.when(is_whole & (slots(ago) > 0)).then(divided(events(ago), slots(ago))).alias(f"rate_{ago}")


def _total(column: str, agos: range) -> pl.Expr:
    known = (pl.when(rate(ago).is_not_null()).then(pl.col(f"{column}_{ago}")).otherwise(0) for ago in agos)
    return reduce(add, known)
