"""From features, structural stages and facts to account_segments."""

from __future__ import annotations

import polars as pl

from flows.inputs.snapshot import Snapshot
from transforms.pillars import MonthInputs
from transforms.pillars.inputs import YEAR_MONTHS
from transforms.policy import Policy
from transforms.segments.account_segments import account_segments
from transforms.segments.revenue import invoiced_revenue, recurring_revenue


def make_segments(
    features: pl.DataFrame, tiers: pl.DataFrame, inputs: MonthInputs, snapshot: Snapshot, policy: Policy, currency: str
) -> pl.DataFrame:
    """Make account_segments of a month, sorted by account.

    Args:
        features: account_features.
        tiers: account_tiers, which have the structural stage.
        inputs: What the features were made from.
        snapshot: The sources.
        policy: The policy in force.
        currency: The currency of all amounts.

    Raises:
        DataQualityError: If a currency has no rate in the month.
    """
    revenue = _revenue(inputs, snapshot, policy, currency)
    segments = account_segments(features.lazy(), tiers.lazy(), inputs, revenue, policy)
    # In memory: with one row per account, streaming costs more time than it saves memory.
    return segments.sort("account_id").collect(engine="in-memory")


def _revenue(inputs: MonthInputs, snapshot: Snapshot, policy: Policy, currency: str) -> pl.LazyFrame | None:
    rates, month = snapshot.table("rates"), inputs.month
    if "invoices" in snapshot.stale:
        return None
    known = inputs.known_months("invoices", YEAR_MONTHS)
    if "invoices" not in snapshot.configured or known < policy.metrics.known_months_for_a_year:
        return recurring_revenue(snapshot.subscriptions, rates, currency, month)
    return invoiced_revenue(inputs.invoices, rates, currency, month, known)
