"""Why an account at risk needs its action: the condition that holds, with the figures of the month."""

from __future__ import annotations

import polars as pl

from transforms.engagement.sentences import as_month, counted, day, per_cent, whole


def reason_for_help() -> pl.Expr:
    """Return the reason of an account's risk action, as a sentence.

    Returns:
        An expression over columns of account_tiers, account_scores and account_features, ``risk_reason`` and
        ``risk_reason_since_month``.
    """
    ill_months = pl.col("ill_months_of_6").bitwise_count_ones()
    condition = _condition()
    sentences = {
        "lapsed": pl.lit("The contract has ended and nobody has signed."),
        "chronic": pl.format("It was ill in {} of the last 6 months: {}.", ill_months, condition),
        "never_used": pl.format("The product was never used since the contract began on {}.", day("tenure_start_date")),
        "silent": pl.format("Nothing was used since {}.", day("last_active_date")),
        "ill_unaffordable": pl.format("Its gross profit does not pay for a lift: {}.", condition),
    }
    reason = pl.col("risk_reason")
    lifted = pl.format("A risk lift is in effect since {}: {}.", as_month("lift_started_month"), condition)
    named = pl.coalesce(pl.when(reason == code).then(sentence) for code, sentence in sentences.items())
    other = pl.when("is_lift_in_effect").then(lifted).otherwise(pl.format("It is ill: {}.", condition))
    return pl.coalesce(named, other)


def _condition() -> pl.Expr:
    """Name the conditions that make the account ill, else its health, and the fall of usage where there is one."""
    codes = pl.col("ill_conditions").fill_null("").str.split(",")
    health = pl.coalesce(pl.format("health is {} of 100", whole("health")), pl.lit("its health is not known"))
    fall = pl.max_horizontal("health_1_month_ago", "health_2_months_ago") - pl.col("health")
    fallen = pl.format("it fell by {} within two months", counted(fall, "point"))
    per_cent_less = per_cent(-pl.col("usage_trend_ratio"))
    less = pl.format("usage is {} % below what was expected", per_cent_less)
    is_silent = codes.list.contains("newly_silent")
    return pl.concat_str(
        [
            pl.when(~is_silent | pl.col("health").is_not_null()).then(health),
            pl.when(codes.list.contains("falling")).then(fallen),
            pl.when(is_silent).then(pl.lit("nothing was used in the month")),
            pl.when(~is_silent & (pl.col("usage_trend_ratio") < 0) & (per_cent_less != "0")).then(less),
        ],
        separator=", ",
        ignore_nulls=True,
    )
