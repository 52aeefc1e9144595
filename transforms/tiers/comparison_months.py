"""Which month a change is compared with, to see what made it."""

from __future__ import annotations

import polars as pl

from transforms.month import Month

STREAKS = {"promotion": "promotion_streak_months", "demotion": "demotion_streak_months"}
"""The streak that a gated move waited for, by kind: it is compared with the month before that streak began."""

ASKED = {"account_id": pl.String, "kind": pl.String, "streak": pl.String, "month": pl.Date}


def comparison_months(
    changes: pl.LazyFrame, former: pl.LazyFrame, present: pl.LazyFrame, scores: pl.LazyFrame, month: Month
) -> pl.LazyFrame:
    """Say which month each change is compared with, or before which streak that month lies.

    A gated move: the month before its streak began. A lift's start: the better of the last two months; its end: the
    month of its start. A contract event: the month before it. A grant: the month before.

    Args:
        changes: The changes of a month, with account_id, kind and decided_by.
        former: account_tiers of the month before.
        present: account_tiers of the month.
        scores: account_scores of the month.
        month: The month.

    Returns:
        One row per change that a score, money, a contract or a grant made: account_id, kind, ``streak`` (the column of
        account_tiers that counts it; null for the others) and ``month`` (null where the streak says it).
    """
    decided, kind = pl.col("decided_by"), pl.col("kind")
    at_once = decided.is_in(["contract_event", "strategic_grant"])
    is_gated = (kind == "demotion") | ((kind == "promotion") & ~at_once)
    before, two_before = pl.lit((month - 1).first_day), pl.lit((month - 2).first_day)
    was_better = pl.col("health_2_months_ago").fill_null(-1) > pl.col("health_1_month_ago").fill_null(-1)
    dated = (
        pl.when(is_gated)
        .then(None)
        .when(kind == "lift_started")
        .then(pl.when(was_better).then(two_before).otherwise(before))
        .when(kind == "lift_ended")
        .then("former_lift_month")
        .when(decided == "contract_event")
        .then(pl.coalesce(pl.col("last_contract_event_month").dt.offset_by("-1mo"), before))
        .otherwise(before)
    )
    return (
        changes.filter(kind.is_in(["promotion", "demotion", "lift_started", "lift_ended"]))
        .join(former.select("account_id", former_lift_month="lift_started_month"), on="account_id", how="left")
        .join(present.select("account_id", "last_contract_event_month"), on="account_id", how="left")
        .join(scores.select("account_id", "health_1_month_ago", "health_2_months_ago"), on="account_id", how="left")
        .select(
            "account_id",
            "kind",
            pl.when(is_gated).then(kind.replace_strict(STREAKS, default=None)).alias("streak"),
            dated.cast(pl.Date).alias("month"),
        )
        .filter(pl.col("streak").is_not_null() | pl.col("month").is_not_null())
    )
