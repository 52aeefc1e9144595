"""When rows became known, and which were wrong at first: late rows, corrections, tombstones.

Nothing here breaks a rule of the contracts. With the latest knowledge, the rows are what really happened; with an
earlier cut-off, they are what was known then.
"""

from __future__ import annotations

from datetime import time

import polars as pl

from transforms.month import Month

_LATE = 0.004
_CORRECTED = 0.0055
_DELETED = 0.006
_SPAM = 0.004

_NIGHTLY = time(23, 30)
_FORTUNE = pl.col("fortune")


def usage_versions(rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Add when each row of a month's usage became known.

    Of a thousand rows, four arrive with the next month and one or two were counted twice at first; one in two
    thousand turns out to be a robot's and is withdrawn.

    Args:
        rows: The true usage, with `fortune`.
        month: The month.

    Returns:
        One row per account, date, feature and known_at, with known_at and is_deleted.
    """
    soon = _at(pl.col("date"), _NIGHTLY)
    was_wrong = (_FORTUNE >= _LATE) & (_FORTUNE < _CORRECTED)
    is_robot = (_FORTUNE >= _CORRECTED) & (_FORTUNE < _DELETED)
    first = rows.with_columns(
        known_at=pl.when(_FORTUNE < _LATE).then(_next_month(month, 4)).otherwise(soon),
        events=pl.when(was_wrong).then(2 * pl.col("events")).otherwise("events"),
        is_deleted=pl.lit(value=False),
    )
    later = rows.filter(was_wrong | is_robot).with_columns(known_at=_next_month(month, 6), is_deleted=is_robot)
    return pl.concat([first, later]).drop("fortune")


def ticket_versions(rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Return what was known of a month's tickets, month by month, like an export of changes.

    A ticket that is closed in a later month is first known as open. One in 250 is spam and is withdrawn.

    Args:
        rows: The tickets with their final outcome and `fortune`.
        month: The month in which they were opened.

    Returns:
        One row per ticket and known_at, with known_at and is_deleted.
    """
    closes_later = pl.col("closed_at").is_null() | (pl.col("closed_at") >= month.end_time)
    is_spam = _FORTUNE < _SPAM
    as_open = rows.filter(closes_later).with_columns(
        known_at=_at(pl.col("opened_at").dt.date(), _NIGHTLY),
        **{name: pl.lit(None, dtype) for name, dtype in _UNKNOWN_WHILE_OPEN.items()},
    )
    as_closed = rows.filter(pl.col("closed_at").is_not_null() & ~(closes_later & is_spam)).with_columns(
        known_at=_at(pl.col("closed_at").dt.date(), _NIGHTLY)
    )
    withdrawn = rows.filter(is_spam).with_columns(known_at=_next_month(month, 3), is_deleted=pl.lit(value=True))
    known = pl.concat([as_open, as_closed]).with_columns(is_deleted=pl.lit(value=False))
    return pl.concat([known, withdrawn]).drop("fortune")


_UNKNOWN_WHILE_OPEN = {
    "closed_at": pl.Datetime("us", "UTC"),
    "csat": pl.Float64(),
    "handle_minutes": pl.Float64(),
    "is_reopened": pl.Boolean(),
}


def _at(day: pl.Expr, when: time) -> pl.Expr:
    return day.dt.combine(when, time_unit="us").dt.replace_time_zone("UTC")


def _next_month(month: Month, day: int) -> pl.Expr:
    return _at(pl.lit((month + 1).first_day.replace(day=day)), time(5))
