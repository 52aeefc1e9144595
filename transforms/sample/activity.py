"""The drivers of an account in a month: how many people use how much, what they ask for, how they pay.

Everything that happens in a month is drawn from these rows; the courses of the planted stories replace them.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from transforms.month import Month
from transforms.sample.chance import normal, uniform
from transforms.sample.profiles import level, profiles
from transforms.sample.script import DRIVERS
from transforms.sample.span import number_of
from transforms.sample.terms import terms
from transforms.sample.troubled_lives import LIVES

_STREAM = pl.col("stream")
_FADING_MONTHS = 5
_DIP_MONTHS = 3


@lru_cache(maxsize=2)
def activity(month: Month, accounts: int) -> pl.DataFrame:
    """Draw the drivers of a month.

    Args:
        month: The month.
        accounts: The number of accounts besides the stories.

    Returns:
        One row per account that is served in the month, sorted: the drivers (`script.DRIVERS`), the first and last day
        of the month on which it is served, seats, the month's mrr in whole cents, and its hidden traits.
    """
    served = _served(month, accounts)
    rows = profiles(accounts).lazy().join(served.lazy(), on="account_id", how="inner")
    drawn = _in_contact(_in_use(_in_mood(rows, number_of(month)), number_of(month)), number_of(month))
    planted = pl.DataFrame(
        [{"account_id": account_id, **life.at(month)} for account_id, life in LIVES.items()],
        schema={"account_id": pl.String, **dict.fromkeys(DRIVERS, pl.Float64)},
    )
    return (
        drawn.join(planted.lazy(), on="account_id", how="left", suffix="_planted")
        .with_columns(
            pl.coalesce(f"{driver}_planted", pl.col(driver).cast(pl.Float64)).alias(driver) for driver in DRIVERS
        )
        .with_columns(pl.col("users", "events", "breadth", "last_day_of_use").round().cast(pl.Int64))
        .drop(f"{driver}_planted" for driver in DRIVERS)
        .sort("account_id")
        .collect()
    )


def _served(month: Month, accounts: int) -> pl.DataFrame:
    """Sum up the contracts that serve an account in a month; of rows of one subscription the latest counts."""
    rows = terms(accounts).filter(
        pl.col("start_date") <= month.last_day,
        pl.col("served_until").is_null() | (pl.col("served_until") >= month.first_day),
    )
    until = pl.col("served_until").fill_null(month.last_day).clip(upper_bound=month.last_day)
    days = rows.group_by("account_id").agg(
        pl.col("start_date").min().clip(lower_bound=month.first_day).dt.day().cast(pl.Int64).alias("from_day"),
        until.max().dt.day().cast(pl.Int64).alias("until_day"),
    )
    paid = (
        rows.sort("start_date")
        .unique("subscription_id", keep="last")
        .group_by("account_id")
        .agg(pl.col("seats").max(), pl.col("mrr_cents").filter(~pl.col("is_trial")).sum())
    )
    return days.join(paid, on="account_id")


def _in_mood(rows: pl.LazyFrame, month: int) -> pl.LazyFrame:
    """Reduce an account's use before it leaves, in a bad spell, and while it is new."""
    left = (pl.col("leaving_month") - month).clip(0, _FADING_MONTHS)
    fading = (left / _FADING_MONTHS).clip(lower_bound=0.04)
    is_leaving = pl.col("leaving_month").is_not_null() & (left < _FADING_MONTHS)
    own_time = month + (uniform("phase", _STREAM) * 6).floor().cast(pl.Int64)
    is_ill = (uniform("spell", _STREAM, own_time // 6) < 0.07) & (own_time % 6 < _DIP_MONTHS) & ~pl.col("is_story")
    lived = month - pl.col("start_month")
    return rows.with_columns(
        is_loud=is_leaving & (pl.col("farewell") == "loud"),
        is_ill=is_ill,
        mood=pl.when(is_leaving & (pl.col("farewell") == "silent")).then(fading)
        .when(is_leaving & (pl.col("farewell") == "loud")).then(0.5 + 0.5 * fading)
        .when(is_ill).then(0.35).otherwise(1.0),
        arrived=(0.35 + 0.13 * (lived + 1)).clip(upper_bound=1.0),
        grown=level(month),
    )  # fmt: skip


def _in_use(rows: pl.LazyFrame, month: int) -> pl.LazyFrame:
    """Add people, events, features and days; they vary by a few per cent from month to month."""
    latent = pl.col("users_at_start") * pl.col("grown") * pl.col("mood").sqrt() * pl.col("arrived")
    seats = (pl.col("seats") * 1.05).clip(lower_bound=1)
    events = pl.col("intensity") * pl.col("mood").sqrt() * (1 + 0.02 * normal("events", _STREAM, month))
    breadth = (pl.col("breadth") + 5 * pl.col("grown").log()) * (0.5 + 0.5 * pl.col("arrived")) * pl.col("mood").sqrt()
    return rows.with_columns(users=pl.min_horizontal(latent, seats)).with_columns(
        users=(pl.col("users") * (1 + 0.012 * normal("users", _STREAM, month))).round().clip(lower_bound=1),
        events=pl.col("users") * events,
        breadth=breadth.clip(2, 34),
        last_day_of_use="until_day",
        habit=(1 - (-pl.col("users") / 6).exp()).clip(0.4, 0.97) * pl.col("mood").clip(lower_bound=0.3),
    )


def _in_contact(rows: pl.LazyFrame, month: int) -> pl.LazyFrame:
    """Add tickets, hours and payment; accounts in trouble, or that leave loudly, ask more and are less satisfied."""
    arr = pl.col("mrr_cents") * 12 / 100
    scale = (arr / 100_000) ** 0.65
    trouble = pl.when("is_loud").then(2.5).when("is_ill").then(1.6).otherwise(1.0)
    arriving = 1 + 1.5 * (1 - pl.col("arrived"))
    worse = pl.when("is_loud").then(1.4).when("is_ill").then(1.1).otherwise(0.0)
    swing = 0.5 + uniform("tickets", _STREAM, month)
    ours = pl.when("is_ill").then(2.0).otherwise(1.0)
    return rows.with_columns(
        tickets=(0.15 + 1.8 * scale) * pl.col("friction") * trouble * arriving * swing,
        csat=(pl.col("csat") - worse).clip(1.2, 4.9),
        ticket_minutes=30 + 25 * pl.col("friction"),
        escalated=0.02 + 0.03 * pl.col("friction") + 0.15 * pl.col("is_loud").cast(pl.Float64),
        customer_hours=(0.05 + 2.2 * scale) * (0.3 + pl.col("friction") * 0.7) * trouble * arriving,
        our_hours=(0.05 + 1.0 * scale) * arriving * ours,
        days_late=pl.col("days_late") + pl.when("is_loud").then(15.0).otherwise(0.0),
    )
