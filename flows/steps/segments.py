"""From features, stages and facts to account_segments."""

from __future__ import annotations

import polars as pl

from flows.inputs.snapshot import Extract
from transforms.pillars import MonthInputs
from transforms.policy import Policy
from transforms.segments.account_segments import account_segments
from transforms.segments.revenue import invoiced_revenue, recurring_revenue


def make_segments(
    features: pl.DataFrame, scores: pl.DataFrame, inputs: MonthInputs, extract: Extract, policy: Policy, currency: str
) -> pl.DataFrame:
    """Make account_segments of a month, sorted by account.

    Args:
        features: account_features.
        scores: account_scores with the final lifecycle stage.
        inputs: What the features were made from.
        extract: The sources.
        policy: The policy in force.
        currency: The currency of all amounts.

    Raises:
        DataQualityError: If a currency has no rate in the month.
    """
    revenue = _revenue(inputs, extract, currency)
    segments = account_segments(features.lazy(), scores.lazy(), inputs, revenue, policy.segments)
    # In memory: with one row per account, streaming costs more time than it saves memory.
    return segments.sort("account_id").collect(engine="in-memory")


def _revenue(inputs: MonthInputs, extract: Extract, currency: str) -> pl.LazyFrame | None:
    rates, month = extract.table("rates"), inputs.month
    if "invoices" not in extract.configured:
        return recurring_revenue(extract.subscriptions, rates, currency, month)
    if "invoices" in extract.stale:
        return None
    return invoiced_revenue(inputs.invoices, rates, currency, month)
