"""Support tickets, from the drivers of each account."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.sample.activity import activity
from transforms.sample.chance import normal, pick, uniform, whole
from transforms.sample.span import number_of

_STREAM = pl.col("stream")
_PRIORITIES = ("urgent", "high", "normal", "low")
_PRIORITY_WEIGHTS = (5, 18, 55, 22)
_MINUTES_FACTOR = {"urgent": 2.6, "high": 1.6, "normal": 1.0, "low": 0.5}
_ESCALATION_FACTOR = {"urgent": 4.0, "high": 2.0, "normal": 0.6, "low": 0.2}
_MOST_DAYS_OPEN = {"urgent": 3, "high": 8, "normal": 16, "low": 25}
_NEVER_CLOSED = 0.012
_ANSWERED = 0.5
_TIMED = 0.85
_REOPENED = 0.04


def tickets_of(month: Month, accounts: int) -> pl.LazyFrame:
    """Draw the tickets that are opened in a month, with their final outcome, however late.

    Args:
        month: The month.
        accounts: The number of accounts besides the stories.

    Returns:
        One row per ticket: the columns of the source without known_at and is_deleted, and `fortune`, a uniform
        draw that decides how well the row is delivered. Timestamps are between 07:00 and 23:00 UTC.
    """
    number = number_of(month)
    key = (number, _STREAM, pl.col("place"))
    opened = (
        activity(month, accounts).lazy()
        .with_columns(place=pl.int_ranges(0, whole(pl.col("tickets"), "how many tickets", number, _STREAM)))
        .explode("place", empty_as_null=False, keep_nulls=False)
        .with_columns(priority=pick(_PRIORITIES, _PRIORITY_WEIGHTS, "priority", *key), opened_at=_opened_at(month, key))
    )  # fmt: skip
    days = uniform("days open", *key) ** 2 * pl.col("priority").replace_strict(_MOST_DAYS_OPEN)
    minutes = 20 + uniform("minutes open", *key) * 150
    closed_at = pl.col("opened_at") + pl.duration(days=days.floor(), minutes=minutes.floor())
    stays_open = (uniform("stays open", *key) < _NEVER_CLOSED) & ~pl.col("is_story")
    return opened.with_columns(closed_at=pl.when(~stays_open).then(closed_at)).select(
        "account_id",
        pl.format(f"T-{month}-{{}}-{{}}", "account_id", pl.col("place") + 1).alias("ticket_id"),
        "opened_at",
        "priority",
        "closed_at",
        _csat(key).alias("csat"),
        (uniform("escalated", *key) < pl.col("escalated") * _factor(_ESCALATION_FACTOR)).alias("is_escalated"),
        _handle_minutes(key).alias("handle_minutes"),
        (uniform("reopened", *key) < _REOPENED).alias("is_reopened"),
        uniform("ticket fortune", *key).alias("fortune"),
    )


def _opened_at(month: Month, key: tuple[int, pl.Expr, pl.Expr]) -> pl.Expr:
    days = pl.col("until_day") - pl.col("from_day") + 1
    day = pl.col("from_day") + (uniform("day opened", *key) * days).floor().cast(pl.Int64)
    minute = 7 * 60 + (uniform("minute opened", *key) * 12 * 60).floor().cast(pl.Int64)
    start = pl.lit(month.first_day).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return start + pl.duration(days=day - 1, minutes=minute)


def _csat(key: tuple[int, pl.Expr, pl.Expr]) -> pl.Expr:
    points = (pl.col("csat") + 0.55 * normal("csat given", *key)).round().clip(1, 5)
    return pl.when(pl.col("closed_at").is_not_null() & (uniform("answered", *key) < _ANSWERED)).then(points)


def _handle_minutes(key: tuple[int, pl.Expr, pl.Expr]) -> pl.Expr:
    minutes = pl.col("ticket_minutes") * _factor(_MINUTES_FACTOR) * (0.4 + 1.2 * uniform("minutes", *key))
    return pl.when(pl.col("closed_at").is_not_null() & (uniform("timed", *key) < _TIMED)).then(minutes.round())


def _factor(by_priority: dict[str, float]) -> pl.Expr:
    return pl.col("priority").replace_strict(by_priority, return_dtype=pl.Float64)
