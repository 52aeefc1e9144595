"""Usage facts: a month of product events per account, with days and features as bits, so that they can be united."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from transforms.facts.feature_sets import WORD_BITS, UsageFacts, united, word_columns
from transforms.month import Month

VERSIONS = {1: "as in 0.1.0"}
USE_CASE_VERSIONS = {1: "as in 0.1.0"}
HISTORY_VERSIONS = {1: "as in 0.1.0"}

_DAYS = 31
_POSITION = pl.col("_position")


def features_of(rows: pl.LazyFrame) -> pl.LazyFrame:
    """List the features that were used.

    Args:
        rows: Usage rows of a month.

    Returns:
        One row per feature with events, sorted: feature. None where features are not recorded.
    """
    return rows.filter(_is_active()).select(pl.col("feature").drop_nulls().unique().sort())


def use_case_columns(use_cases: int) -> list[str]:
    """Return the names of the columns with the events of the given number of use cases."""
    return [f"use_case_events_{place}" for place in range(use_cases)]


def usage_facts(
    rows: pl.LazyFrame,
    month: Month,
    features: Sequence[str],
    configured: Collection[str],
    use_cases: Sequence[Collection[str]] = (),
) -> pl.LazyFrame:
    """Count a month of usage.

    Rows of other days and rows without events are ignored, also in the count of users.

    Args:
        rows: Usage rows.
        month: The month.
        features: All features of its rows with events, sorted and distinct (``features_of``).
        configured: Names of the mapped sources and columns.
        use_cases: The features of each use case whose events are also summed.

    Returns:
        One row per account with events, in any order: account_id; events; monthly_active_users (distinct
        user_id if it is mapped and recorded, else the highest daily active_users; null if neither is
        known); active_day_bits (bit 0 is the 1st); last_active_date; feature_words_*; and for each
        use case a column of ``use_case_columns``.
    """
    counted = rows.filter(_is_active() & pl.col("date").is_between(month.first_day, month.last_day))
    # A feature that is not in the list has no bit: the strict cast fails instead of losing it.
    position = pl.col("feature").cast(pl.Enum(features)).to_physical()
    day_bits = pl.Series([1 << day for day in range(_DAYS)], dtype=pl.UInt32)
    bits, cases = _feature_bits(features), _use_case_events(features, use_cases)
    # Bits are looked up before the grouping: within it, they would not run on the streaming engine. The position is
    # computed first, in a step of its own: otherwise the engine computes it again for every column looked up by it.
    facts = (
        counted.select(
            pl.col("account_id", "events", "active_users"),
            active_day_bits=_looked_up(pl.col("date").dt.day() - 1, day_bits),
            _position=position,
        )
        .with_columns(**bits, **cases)
        .group_by("account_id")
        .agg(
            pl.col("events").sum(),
            pl.col("active_users").max().alias("monthly_active_users"),
            pl.col("active_day_bits").bitwise_or(),
            *(pl.col(name).bitwise_or() for name in bits),
            *(pl.col(name).sum() for name in cases),
        )
        .with_columns(_last_active_date(month))
    )
    return (_with_distinct_users(facts, counted) if "usage.user_id" in configured else facts).select(
        "account_id", "events", "monthly_active_users", "active_day_bits", "last_active_date", *bits, *cases
    )


def of_merged_accounts(usage: UsageFacts) -> UsageFacts:
    """Make one row per account of usage facts whose accounts were mapped after counting.

    Users are added up, because two accounts rarely share people; a user of both counts twice.

    Args:
        usage: Usage facts of one month, in which an account may have several rows.

    Returns:
        Usage facts with one row per account.
    """
    words = word_columns(usage.features)
    is_counted = pl.col("monthly_active_users").is_not_null().any()
    frame = usage.frame.group_by("account_id").agg(
        pl.col("events").sum(),
        pl.when(is_counted).then(pl.col("monthly_active_users").sum()),
        pl.col("active_day_bits").bitwise_or(),
        pl.col("last_active_date").max(),
        pl.col(*words).bitwise_or(),
    )
    return UsageFacts(frame, usage.features)


def fold_history(before: UsageFacts | None, usage: UsageFacts) -> UsageFacts:
    """Carry the usage history forward by one month.

    Args:
        before: The history up to the month before; None if there is none. Its accounts may be mapped; several
            rows of an account then become one.
        usage: Usage facts of the month.

    Returns:
        One row per account that ever had events: account_id, last_active_date and feature_words_* (every
        feature that it ever used).
    """
    return united([before, usage] if before else [usage], latest=["last_active_date"])


def _is_active() -> pl.Expr:
    return pl.col("events") > 0


def _last_active_date(month: Month) -> pl.Expr:
    # Read from the highest bit; a maximum over the dates would take a fifth of the total time.
    last_day = _DAYS - pl.col("active_day_bits").bitwise_leading_zeros().cast(pl.Int32)
    return (pl.lit(month.first_day) + pl.duration(days=last_day)).cast(pl.Date).alias("last_active_date")


def _with_distinct_users(facts: pl.LazyFrame, counted: pl.LazyFrame) -> pl.LazyFrame:
    """Replace the highest daily number of users by the number of distinct users, if any was recorded."""
    users = (
        counted.filter(pl.col("user_id").is_not_null())
        .select("account_id", "user_id")
        .unique()
        .group_by("account_id")
        .agg(pl.len().cast(pl.Int64).alias("distinct_users"))
    )
    return (
        facts.join(users, on="account_id", how="left")
        .with_columns(monthly_active_users=pl.coalesce("distinct_users", "monthly_active_users"))
        .drop("distinct_users")
    )


def _feature_bits(features: Sequence[str]) -> dict[str, pl.Expr]:
    """Return, per word, the bit of each row's feature; 0 in the other words."""
    return {
        name: _looked_up(
            _POSITION,
            pl.Series(
                [1 << place % WORD_BITS if place // WORD_BITS == word else 0 for place in range(len(features))],
                dtype=pl.UInt64,
            ),
        )
        for word, name in enumerate(word_columns(features))
    }


def _use_case_events(features: Sequence[str], use_cases: Sequence[Collection[str]]) -> dict[str, pl.Expr]:
    """Return, per use case, the events of each row whose feature belongs to it, else null."""
    belongs = [pl.Series([feature in case for feature in features], dtype=pl.Boolean) for case in use_cases]
    return {
        name: pl.when(_looked_up(_POSITION, table)).then(pl.col("events"))
        for name, table in zip(use_case_columns(len(use_cases)), belongs, strict=True)
    }


def _looked_up(place: pl.Expr, table: pl.Series) -> pl.Expr:
    return pl.lit(table).gather(place)
