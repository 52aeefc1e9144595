"""Usage events: a row for each account, day and feature, as the product's event store would export them."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.sample.activity import activity
from transforms.sample.chance import bits, uniform
from transforms.sample.span import number_of
from transforms.sample.vocabulary import FEATURES, FEATURES_PER_USE_CASE

_STREAM = pl.col("stream")
_WEEKEND_FACTOR = 0.5
_MOST_PER_DAY = 4
_TRAITS = ("account_id", "stream", "use_case", "users", "events", "breadth", "habit")


def usage_of(month: Month, accounts: int) -> pl.LazyFrame:
    """Draw the true usage of a month, before delivery errors.

    The events of an account's rows add up to its driver, and its busiest row has all of its users, so that the month's
    events and monthly active users equal the drivers.

    Args:
        month: The month.
        accounts: The number of accounts besides the stories.

    Returns:
        One row per account, date and feature: account_id, date, feature, events, active_users, and `fortune`, a
        uniform draw that decides how well the row is delivered (1 for the busiest row of the account's month).
    """
    number = number_of(month)
    rows = _used_features(_active_days(month, accounts), number)
    key = (_STREAM, pl.col("day"), pl.col("rank"))
    share = (bits("weight", number, *key) % 900 + 100).cast(pl.Int64)
    people = 1 + (pl.col("users") * (0.15 + 0.6 * uniform("people", number, *key))).floor().cast(pl.Int64)
    return (
        rows.with_columns(
            share=share, people=pl.min_horizontal(people, "users"), fortune=uniform("fortune", number, *key)
        )
        .with_columns(
            is_busiest=pl.int_range(pl.len()).over("account_id") == pl.col("share").arg_max().over("account_id")
        )
        .with_columns(
            active_users=pl.when("is_busiest").then("users").otherwise("people"),
            fortune=pl.when("is_busiest").then(1.0).otherwise("fortune"),
        )
        .with_columns(events=pl.col("events") * pl.col("share") // pl.col("share").sum().over("account_id"))
        .select(
            "account_id",
            (pl.lit(month.first_day) + pl.duration(days=pl.col("day") - 1)).alias("date"),
            _feature().alias("feature"),
            pl.max_horizontal("events", "active_users").alias("events"),
            "active_users",
            "fortune",
        )
    )


def _active_days(month: Month, accounts: int) -> pl.LazyFrame:
    """Draw one row per account and day with use; an account with any use has at least one such day."""
    number = number_of(month)
    users = (
        activity(month, accounts).lazy().filter(pl.col("users") > 0)
        .select(*_TRAITS, pl.int_ranges("from_day", pl.col("last_day_of_use") + 1).alias("day"))
        .explode("day", empty_as_null=False, keep_nulls=False)
    )  # fmt: skip
    weekday = (pl.lit(month.first_day) + pl.duration(days=pl.col("day") - 1)).dt.weekday()
    chance = pl.col("habit") * pl.when(weekday >= 6).then(_WEEKEND_FACTOR).otherwise(1.0)
    days = users.with_columns(draw=uniform("day", number, _STREAM, pl.col("day")) / chance)
    return days.filter((pl.col("draw") < 1) | (pl.col("draw") == pl.col("draw").min().over("account_id"))).drop("draw")


def _used_features(days: pl.LazyFrame, number: int) -> pl.LazyFrame:
    """Draw one row per account, day and feature: a run of the account's features, most often its first ones."""
    key = (number, _STREAM, pl.col("day"))
    most = (1 + pl.col("breadth") / 8).clip(1, _MOST_PER_DAY)
    count = (1 + uniform("features", *key) * most).floor().cast(pl.Int64)
    first = (uniform("feature", *key) ** 1.5 * pl.col("breadth")).floor().cast(pl.Int64)
    return (
        days.with_columns(first=first, slot=pl.int_ranges(0, pl.min_horizontal(count, "breadth")))
        .explode("slot", empty_as_null=False, keep_nulls=False)
        .with_columns(rank=(pl.col("first") + pl.col("slot")) % pl.col("breadth"))
    )


def _feature() -> pl.Expr:
    """Return the feature: an account starts with those of its use case and continues through the catalogue."""
    place = (pl.col("use_case") * FEATURES_PER_USE_CASE + pl.col("rank")) % len(FEATURES)
    return place.replace_strict(list(range(len(FEATURES))), FEATURES, return_dtype=pl.String)
