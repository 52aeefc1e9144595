"""Breadth and novelty of feature use: features used, features available, features new to an account."""

from __future__ import annotations

import polars as pl

from transforms.exact import divided
from transforms.facts.feature_sets import UsageFacts, feature_count, new_features, united, word_columns
from transforms.pillars.inputs import WINDOW_MONTHS, MonthInputs
from transforms.policy import Policy


def with_feature_use(accounts: pl.LazyFrame, inputs: MonthInputs, policy: Policy) -> pl.LazyFrame:
    """Add how many of the product's features each account uses, and how many are new to it.

    Args:
        accounts: Exactly the accounts in scope, one row each, with ``tenure_start_date``: without a catalogue,
            the features available are those that any of them used.
        inputs: The month's inputs.
        policy: The policy in force.

    Returns:
        The frame with two columns added: ``feature_breadth_share`` (null if no feature is available) and
        ``features_adopted`` (features of the last 3 months that the account never used before; null for an
        account older than those months if no usage before them is known).
    """
    months = [facts for month in inputs.month.trailing(WINDOW_MONTHS) if (facts := inputs.usage.get(month))]
    if not months:
        unknown = {"feature_breadth_share": pl.Float64, "features_adopted": pl.Int64}
        return accounts.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in unknown.items())
    used = united(months)
    in_scope = accounts.select("account_id", "tenure_start_date").join(used.frame, on="account_id", how="left")
    recent = UsageFacts(in_scope, used.features)
    return accounts.join(_breadth(recent, policy), on="account_id").join(_adoption(recent, inputs), on="account_id")


def _breadth(recent: UsageFacts, policy: Policy) -> pl.LazyFrame:
    catalogue = policy.metrics.feature_catalogue
    if catalogue is None:
        used_by_anyone = (pl.col(name).bitwise_or() for name in word_columns(recent.features))
        available = pl.sum_horizontal(words.bitwise_count_ones() for words in used_by_anyone)
    else:
        available = pl.lit(len(set(catalogue)))
    share = pl.when(available > 0).then(divided(feature_count(recent.features, catalogue), available))
    return recent.frame.select("account_id", feature_breadth_share=share)


def _adoption(recent: UsageFacts, inputs: MonthInputs) -> pl.LazyFrame:
    before = inputs.usage_history_before
    if before is not None:
        return new_features(recent, before).rename({"new_features": "features_adopted"})
    window_starts = inputs.month.trailing(WINDOW_MONTHS)[0].first_day
    count = pl.when(pl.col("tenure_start_date") >= window_starts).then(feature_count(recent.features))
    return recent.frame.select("account_id", features_adopted=count)
