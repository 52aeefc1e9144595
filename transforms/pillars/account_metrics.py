"""From the facts of the trailing months to one row of metrics per account in scope."""

from __future__ import annotations

import polars as pl

from transforms.contracts import PUBLISHED
from transforms.facts.rhythm import source_rhythm
from transforms.pillars.complexity import complexity_metrics, with_contact
from transforms.pillars.feature_use import with_feature_use
from transforms.pillars.growth import growth_metrics, with_product_whitespace
from transforms.pillars.health import health_metrics, with_payment
from transforms.pillars.inputs import MonthInputs, usage_months
from transforms.pillars.missing import is_too_young_for_growth
from transforms.pillars.needs import NEEDS, missing_reason
from transforms.pillars.scope import accounts_in_scope
from transforms.pillars.silence import has_sudden_silence
from transforms.pillars.strategic import nps, with_grants, with_override
from transforms.pillars.support_window import with_support_window
from transforms.pillars.usage_rates import expected_events, known_usage_months, with_rates
from transforms.pillars.usage_window import events, users, with_usage_window
from transforms.policy import Policy

VERSIONS = {
    1: "as in 0.1.0",
    2: "usage by rhythm and slots, and unknown before a source's beginning",
    3: "rhythm and lost days without the months before the beginning of usage",
}

_FEATURES = PUBLISHED["account_features"]


def account_metrics(inputs: MonthInputs, policy: Policy, configured: frozenset[str]) -> pl.LazyFrame:
    """Compute ``account_features`` of a month.

    Args:
        inputs: Sources as of the month and facts of its trailing months.
        policy: The policy in force.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.

    Returns:
        One row per account in scope with the columns of ``account_features``. Without rows in a mapped and fresh
        source a metric is 0; if it needs a source or column that is not mapped, or a stale source, it is null.
    """
    month = inputs.month
    rhythm = source_rhythm(inputs.known_usage, month, policy.rhythm, inputs.rhythm)
    accounts = accounts_in_scope(inputs)
    accounts = with_usage_window(accounts, inputs, policy)
    accounts = with_rates(accounts, rhythm, month, usage_months(policy))
    accounts = with_feature_use(accounts, inputs, policy)
    accounts = with_support_window(accounts, inputs, policy)
    accounts = with_payment(accounts, inputs, policy)
    accounts = with_contact(accounts, inputs, policy)
    accounts = with_product_whitespace(accounts, inputs.products)
    accounts = with_grants(accounts, inputs.grants, month)
    accounts = with_override(accounts, inputs.overrides, month)
    measured = accounts.with_columns(
        expected_events(policy).alias("expected_events"),
        known_usage_months(policy).alias("known_usage_months"),
        has_sudden_silence(policy).alias("has_sudden_silence"),
    ).with_columns(
        events(0).alias("events"),
        users(0).alias("monthly_active_users"),
        nps(month, policy).alias("nps"),
        pl.when(~is_too_young_for_growth(policy)).then("features_adopted").alias("features_adopted"),
        *health_metrics(inputs, rhythm, policy),
        *growth_metrics(policy),
        *complexity_metrics(inputs, policy),
    )
    unknown = [name for name in NEEDS if missing_reason(name, configured, inputs.stale) is not None]
    return _FEATURES.conform(measured.with_columns(pl.lit(None).alias(name) for name in unknown))
