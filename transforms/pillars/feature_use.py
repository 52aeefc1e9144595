"""Features as bit sets: how many an account used lately, how many there are, how many are new to it."""

from __future__ import annotations

from collections import defaultdict
from functools import reduce

import polars as pl

from transforms.facts.feature_sets import UsageFacts
from transforms.pillars.inputs import WINDOW_MONTHS, MonthInputs
from transforms.policy import Policy

_BITS = 64


def with_feature_use(accounts: pl.LazyFrame, inputs: MonthInputs, policy: Policy) -> pl.LazyFrame:
    """Add how broadly and how newly each account uses the product's features.

    Args:
        accounts: One row per account in scope, with ``tenure_start_date``; nobody else, because without a
            catalogue the features available are those that any of them used.
        inputs: The month's inputs.
        policy: The policy in force.

    Returns:
        The frame with ``feature_breadth_share`` (null where no feature is available) and ``features_adopted``
        more: features of the last 3 months that were never used before. The latter is null for an account
        older than the window where usage before the window is not known at all.
    """
    months = [facts for month in inputs.month.trailing(WINDOW_MONTHS) if (facts := inputs.usage.get(month))]
    features = tuple(sorted({feature for facts in months for feature in facts.features}))
    window = accounts
    for ago, facts in enumerate(months):
        window = _joined(window, facts, features, f"month_{ago}")
    window = window.with_columns(
        _any_of([pl.col(f"month_{ago}_{word}") for ago in range(len(months))]).alias(f"used_{word}")
        for word in range(_words(features))
    )
    return _with_adoption(_with_breadth(window, features, policy), inputs, features)
