"""From sources and facts to account_features."""

from __future__ import annotations

import polars as pl

from flows.inputs.in_memory import in_memory
from flows.inputs.service_facts import service_facts
from flows.inputs.snapshot import Snapshot
from flows.inputs.usage_facts import usage_window
from sql.facts import FactStore
from transforms.errors import DataQualityError
from transforms.facts.billing import billing_facts
from transforms.facts.service_days import service_days
from transforms.month import Month
from transforms.pillars import MonthInputs, account_metrics
from transforms.pillars.inputs import INVOICE_MONTHS, YEAR_MONTHS, ticket_months, usage_months
from transforms.pillars.scope import ATTRIBUTES
from transforms.policy import Policy


def service_months(policy: Policy) -> dict[str, int]:
    """Return how many months of facts, up to M, a month looks at, by source of service events."""
    return {"tickets": ticket_months(policy), "invoices": INVOICE_MONTHS, "touchpoints": YEAR_MONTHS}


def month_inputs(snapshot: Snapshot, store: FactStore, policy: Policy, month: Month, currency: str) -> MonthInputs:
    """Collect what features and segments of a month are made from, so that both are made from the same.

    Raises:
        DataQualityError: If rows are not as the contracts say.
    """
    look_back = service_months(policy)
    usage = usage_window(snapshot, store, month, max(usage_months(policy), YEAR_MONTHS), policy.segments.needs)
    rates = snapshot.table("rates")
    # Collected by themselves: as a part of the larger plan their many branches took ten times as long to plan. And in
    # memory: handing a hundred joins to threads costs the streaming engine a tenth of a second, however few the rows.
    billing = billing_facts(snapshot.subscriptions, rates, currency, month, policy).join(
        service_days(snapshot.subscriptions, month, usage_months(policy)), on="account_id", how="left"
    )
    inputs = MonthInputs(
        month=month,
        accounts=snapshot.accounts.select("account_id", "is_internal", *ATTRIBUTES),
        billing=billing.collect(engine="in-memory").lazy(),
        usage=usage.by_month,
        usage_history=usage.history,
        usage_history_before=usage.history_before,
        use_cases=usage.use_cases,
        tickets=service_facts(snapshot, store, "tickets", month, look_back["tickets"]),
        invoices=service_facts(snapshot, store, "invoices", month, look_back["invoices"]),
        touchpoints=service_facts(snapshot, store, "touchpoints", month, look_back["touchpoints"]),
        products=snapshot.table("products"),
        grants=snapshot.mapped_table("strategic_grants"),
        overrides=snapshot.mapped_table("overrides"),
        freshness=dict.fromkeys(snapshot.stale, True),
        known_since=snapshot.known_since,
        rhythm=snapshot.rhythm,
    )
    return in_memory(inputs, policy)


def make_features(inputs: MonthInputs, policy: Policy, configured: frozenset[str]) -> pl.DataFrame:
    """Make account_features of a month, sorted by account.

    Raises:
        DataQualityError: If no account is in scope.
    """
    features = account_metrics(inputs, policy, configured).sort("account_id").collect(engine="in-memory")
    if features.is_empty():
        month = inputs.month
        raise DataQualityError(
            f"no account is in scope in {month}: got no account of {_count(inputs.accounts)} with a paid "
            f"subscription on {month.last_day}, expected at least one; look at start_date, end_date, is_trial and "
            "mrr of the subscriptions, at is_internal of the accounts, and whether their account_ids are the same"
        )
    return features


def _count(rows: pl.LazyFrame) -> int:
    return int(rows.select(pl.len()).collect().item())
