"""Touchpoints: contacts that customers requested, and those that the company offered."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.sample.activity import activity
from transforms.sample.chance import pick, uniform, whole
from transforms.sample.span import number_of

_STREAM = pl.col("stream")
_HOURS_EACH = 0.9
_UNRECORDED = 0.07


def touchpoints_of(month: Month, accounts: int) -> pl.LazyFrame:
    """Draw the contacts of a month.

    Args:
        month: The month.
        accounts: The number of accounts besides the stories.

    Returns:
        One row per contact: the columns of the source without known_at and is_deleted; minutes are null if they
        were not recorded.
    """
    rows = activity(month, accounts).lazy()
    asked = _contacts(rows, month, "customer_hours", ("call", "email", "training"), (55, 25, 20))
    given = _contacts(rows, month, "our_hours", ("business_review", "workshop", "email"), (35, 20, 45))
    return pl.concat([asked.with_columns(is_customer_initiated=True), given.with_columns(is_customer_initiated=False)])


def _contacts(
    rows: pl.LazyFrame, month: Month, hours: str, kinds: tuple[str, ...], weights: tuple[int, ...]
) -> pl.LazyFrame:
    number = number_of(month)
    key = (number, _STREAM, pl.col("place"))
    count = whole(pl.col(hours) / _HOURS_EACH, f"{hours} count", number, _STREAM)
    days = pl.col("until_day") - pl.col("from_day") + 1
    day = pl.col("from_day") + (uniform(f"{hours} day", *key) * days).floor().cast(pl.Int64)
    minutes = (60 * _HOURS_EACH * (0.5 + uniform(f"{hours} minutes", *key))).round()
    return (
        rows.with_columns(place=pl.int_ranges(0, count))
        .explode("place", empty_as_null=False, keep_nulls=False)
        .select(
            "account_id",
            pl.format(f"C-{month}-{hours[0]}-{{}}-{{}}", "account_id", pl.col("place") + 1).alias("touchpoint_id"),
            (pl.lit(month.first_day) + pl.duration(days=day - 1)).alias("date"),
            pick(kinds, weights, f"{hours} kind", *key).alias("kind"),
            pl.when(uniform(f"{hours} recorded", *key) >= _UNRECORDED).then(minutes).alias("minutes"),
        )
    )
