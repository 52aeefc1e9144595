"""From features, structural stages and facts to one row of segments per account in scope."""

from __future__ import annotations

import polars as pl

from transforms.contracts import PUBLISHED
from transforms.pillars.inputs import MonthInputs
from transforms.policy import Policy
from transforms.segments.interactions import with_interactions
from transforms.segments.needs import with_needs
from transforms.segments.rfm import with_rfm
from transforms.segments.traits import size_band, trait
from transforms.segments.value import with_value

VERSIONS = {
    1: "as in 0.1.0",
    2: "recency by fixed edges, ties by their average rank; traits with the structural stage",
    3: "days and invoices of a year that is known in part stand for a whole one, months before the beginning left out",
}

_SEGMENTS = PUBLISHED["account_segments"]
_OF_FEATURES = (
    "month", "account_id", "arr", "industry", "employees", "region", "plan", "declared_objective", "seats",
    "tenure_start_date", "last_active_date",
)  # fmt: skip


def account_segments(
    features: pl.LazyFrame, tiers: pl.LazyFrame, inputs: MonthInputs, revenue: pl.LazyFrame | None, policy: Policy
) -> pl.LazyFrame:
    """Compute ``account_segments`` of a month.

    Args:
        features: ``account_features`` of the month.
        tiers: ``account_tiers`` of the month, of which the structural stage counts.
        inputs: The inputs of the features.
        revenue: Revenue of 12 months, one row per account that had any: account_id, trailing_year_revenue; None
            if it is unknown.
        policy: The policy in force: its segments, and from how many known months on a year is counted.

    Returns:
        One row per account in scope with the columns of ``account_segments``, in any order.
    """
    rules = policy.segments
    accounts = (
        features.select(_OF_FEATURES)
        .join(tiers.select("account_id", "structural_stage"), on="account_id", how="left")
        .join(inputs.billing.select("account_id", "products"), on="account_id", how="left")
        .join(inputs.accounts.select("account_id", "addressable_seats"), on="account_id", how="left")
    )
    accounts = with_interactions(accounts, inputs, policy.metrics.known_months_for_a_year)
    accounts = _with_revenue(accounts, revenue)
    accounts = with_rfm(accounts, rules.rfm)
    accounts = with_value(accounts, inputs.products, rules)
    accounts = with_needs(accounts, None if "usage" in inputs.stale else inputs.use_cases, rules.needs.use_cases)
    return _SEGMENTS.conform(
        accounts.with_columns(size_band(rules.size_bands).alias("size_band")).with_columns(trait().alias("trait"))
    )


def _with_revenue(accounts: pl.LazyFrame, revenue: pl.LazyFrame | None) -> pl.LazyFrame:
    name = "trailing_year_revenue"
    if revenue is None:
        return accounts.with_columns(pl.lit(None, pl.Float64).alias(name))
    return accounts.join(revenue, on="account_id", how="left").with_columns(pl.col(name).fill_null(0.0))
