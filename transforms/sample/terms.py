"""Subscriptions: a row for each term of each contract, and for each change within a term."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from transforms.sample.chance import uniform
from transforms.sample.profiles import YEARS, level, profiles
from transforms.sample.span import LAST_MONTH, MONTHS, day_of, number_of
from transforms.sample.troubled_lives import LIVES
from transforms.sample.vocabulary import MAIN_PRODUCT, PRODUCTS

_STREAM = pl.col("stream")
_NEWEST = number_of(LAST_MONTH)
_DAY = pl.duration(days=1)
_EUROS_PER_DOLLAR = 0.9
_BOOM = 0.03

# How many accounts on each plan buy a product beside the main one.
_BUYERS = {
    "Insights": {"team": 0.25, "business": 0.5, "enterprise": 0.75},
    "Automate": {"team": 0.15, "business": 0.4, "enterprise": 0.6},
    "Connect": {"business": 0.3, "enterprise": 0.55},
}


@lru_cache(maxsize=2)
def terms(accounts: int) -> pl.DataFrame:
    """Draw all subscriptions that have started by the end of the demo.

    Args:
        accounts: The number of accounts besides the stories.

    Returns:
        One row per subscription and start: the columns of the source, and also `mrr_cents` (mrr in whole cents)
        and `served_until` (the last day on which the account uses the product under this row: a customer
        who signs late continues to use it; null without an end).
    """
    drawn = profiles(accounts).lazy().filter(~pl.col("is_story"))
    main = _main_terms(drawn.filter(pl.col("kind") != "trial"))
    rows = pl.concat([main, _additions(main), _trials(drawn)], how="diagonal").with_columns(
        subscription_id=pl.format("S-{}-{}", pl.col("account_id").str.slice(2), _line()),
        mrr_cents=(pl.col("mrr") * 100).round().cast(pl.Int64),
    )
    planted = _planted()
    columns = list(planted.columns)
    return (
        pl.concat([rows.select(columns).collect(), planted])
        .filter(pl.col("start_date") <= LAST_MONTH.last_day)
        .sort("subscription_id", "start_date")
        .with_columns(served_until=_served_until(), mrr=(pl.col("mrr_cents") / 100).round(2))
    )


def _main_terms(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Draw terms of the main product: years, or quarters for monthly contracts, which are adjusted each quarter."""
    step = pl.when("is_annual").then(12).otherwise(3)
    begun = rows.with_columns(
        step.alias("step"), pl.int_ranges(0, 12 * YEARS, step).alias("passed"), pl.lit(value=False).alias("is_trial")
    ).explode("passed", empty_as_null=False, keep_nulls=False)
    regular = begun.with_columns(from_month=pl.col("anchor_month") + pl.col("passed")).with_columns(
        until_month=pl.min_horizontal(pl.col("from_month") + pl.col("step"), "leaving_month")
    )
    booming = pl.coalesce(pl.when(pl.col("passed") == 12 * y).then(f"rate_{y}") for y in range(YEARS)) > _BOOM
    amended = regular.filter("is_annual", booming).with_columns(from_month=pl.col("from_month") + 6)
    earlier = regular.filter(pl.col("passed") == 0, pl.col("start_month") < pl.col("anchor_month")).with_columns(
        from_month="start_month", until_month="anchor_month"
    )
    running = pl.col("leaving_month").is_null() | (pl.col("from_month") < pl.col("leaving_month"))
    return pl.concat([earlier, regular, amended]).filter(running & (pl.col("from_month") <= _NEWEST)).pipe(_dated)


def _dated(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Add dates, seats and price to terms; one renewal in ten is signed some days or weeks late."""
    is_late = (pl.col("passed") > 0) & (pl.col("from_month") == pl.col("anchor_month") + pl.col("passed"))
    is_late &= pl.col("is_annual") & (uniform("is_late", _STREAM, pl.col("from_month")) < 0.1)
    late_by = pl.when(is_late).then(4 + (uniform("late_by", _STREAM, pl.col("from_month")) * 22).floor()).otherwise(0)
    ends = pl.col("is_annual") | (pl.col("until_month") <= _NEWEST)
    seats = (pl.col("users_at_start") * level(pl.col("from_month")) * pl.col("headroom")).ceil().clip(lower_bound=2)
    return rows.with_columns(
        product=pl.lit(MAIN_PRODUCT),
        start_date=day_of(pl.col("from_month"), pl.col("start_day")) + pl.duration(days=late_by),
        end_date=pl.when(ends).then(day_of(pl.col("until_month"), pl.col("start_day")) - _DAY),
        seats=seats.cast(pl.Int64),
        mrr=seats * pl.col("seat_price") * _in_currency(),
    ).with_columns(renewal_date=pl.when("is_annual").then(pl.col("end_date") + _DAY))


def _additions(main: pl.LazyFrame) -> pl.LazyFrame:
    """Draw further products, under the terms of the main one from some month on.

    They cover the seats of the main product and have none of their own, so that seats can be added up.
    """
    found = []
    for product in PRODUCTS:
        name = str(product["product"])
        if name == MAIN_PRODUCT:
            continue
        bought = uniform(f"buys {name}", _STREAM) < pl.col("plan").replace_strict(_BUYERS[name], default=0.0)
        later = number_of(MONTHS[0]) + (uniform(f"buys {name} in", _STREAM) * len(MONTHS)).floor().cast(pl.Int64)
        month = pl.when(uniform(f"buys {name} later", _STREAM) < 0.45).then(later).otherwise("start_month")
        units = pl.col("seats") if product["is_per_seat"] else 1
        found.append(
            main.filter(bought & (month < pl.col("until_month"))).with_columns(
                product=pl.lit(name),
                start_date=pl.max_horizontal("start_date", day_of(month, pl.col("start_day"))),
                seats=pl.lit(None, dtype=pl.Int64),
                mrr=units * pl.lit(product["list_price"]) * pl.col("seat_price") / 40 * _in_currency(),
            )
        )
    return (
        pl.concat(found)
        .filter(pl.col("end_date").is_null() | (pl.col("start_date") <= pl.col("end_date")))
        .unique(["account_id", "product", "start_date"], keep="last", maintain_order=True)
    )


def _trials(drawn: pl.LazyFrame) -> pl.LazyFrame:
    """Draw trials: some precede a first contract, some lead to none."""
    tried = (pl.col("kind") == "trial") | (uniform("tries", _STREAM) < 0.25)
    start = day_of(pl.col("start_month"), pl.col("start_day"))
    return drawn.filter(tried & (pl.col("start_month") == pl.col("anchor_month"))).with_columns(
        product=pl.lit(MAIN_PRODUCT),
        start_date=start - pl.duration(days=14),
        end_date=start - _DAY,
        renewal_date=pl.lit(None, dtype=pl.Date),
        seats=pl.lit(5, dtype=pl.Int64),
        mrr=5 * pl.col("seat_price") * _in_currency(),
        is_trial=pl.lit(value=True),
    )


def _planted() -> pl.DataFrame:
    rows = [
        {
            "account_id": account_id,
            "subscription_id": f"S-{account_id}-{contract.number}",
            "product": contract.product,
            "mrr_cents": round(contract.mrr * 100),
            "currency": life.currency,
            "seats": contract.seats,
            "start_date": contract.start,
            "end_date": contract.end,
            "renewal_date": contract.end,
            "is_trial": False,
            "is_annual": contract.is_annual,
        }
        for account_id, life in LIVES.items()
        for contract in life.contracts
    ]
    renewal = pl.when("is_annual").then(pl.col("end_date") + _DAY)
    return pl.DataFrame(rows).with_columns(renewal_date=renewal).drop("is_annual")


def _served_until() -> pl.Expr:
    next_start = pl.col("start_date").shift(-1).over("subscription_id")
    is_late = next_start - pl.col("end_date") <= pl.duration(days=31)
    return pl.when(is_late).then(pl.max_horizontal("end_date", next_start - _DAY)).otherwise("end_date")


def _line() -> pl.Expr:
    return pl.when("is_trial").then(pl.lit("trial")).otherwise(pl.col("product").str.to_lowercase())


def _in_currency() -> pl.Expr:
    return pl.when(pl.col("currency") == "EUR").then(_EUROS_PER_DOLLAR).otherwise(1.0)
