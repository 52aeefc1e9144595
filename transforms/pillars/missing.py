"""Why a metric is missing for one account, though the company records it."""

from __future__ import annotations

import polars as pl

from transforms.policy import Policy

TOO_YOUNG = "too_young"
"""The reason that takes a component out of what can be known of an account."""


def reason_for(metric: str, policy: Policy) -> pl.Expr:
    """Return why an account has no value of a metric, in the words of ``missing_reason``.

    Args:
        metric: A column of ``account_features``.
        policy: The policy: from which tenure on growth can be known.

    Returns:
        An expression over the columns of ``account_features``, to be read only where the metric is null.
    """
    match metric:
        case "usage_trend_ratio":
            return _of_use(pl.col("known_usage_months") == 0)
        case "usage_growth_ratio" | "user_growth_ratio" | "features_adopted":
            return _of_use(is_too_young_for_growth(policy))
        case "csat_mean":
            return _expired("last_rating_date")
        case "nps":
            return _expired("nps_date")
        case "escalations":
            return pl.lit("too_few")
        case _:
            return pl.lit("not_recorded")


def is_too_young_for_growth(policy: Policy) -> pl.Expr:
    """Return whether the tenure is too short for two windows to be compared."""
    return pl.col("tenure_months") < policy.metrics.growth_minimum_tenure_months


def _of_use(is_too_young: pl.Expr) -> pl.Expr:
    return (
        pl.when(is_too_young)
        .then(pl.lit(TOO_YOUNG))
        .when(pl.col("last_active_date").is_null())
        .then(pl.lit("never_used"))
        .otherwise(pl.lit("too_few"))
    )


def _expired(date_column: str) -> pl.Expr:
    return pl.when(pl.col(date_column).is_not_null()).then(pl.lit("expired")).otherwise(pl.lit("not_recorded"))
