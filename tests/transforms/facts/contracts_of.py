"""Subscriptions for tests, as rows of account 'a' of which only what matters is named."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.laws import days, lists_of
from transforms.contracts import SOURCES
from transforms.facts.billing import billing_facts
from transforms.month import Month
from transforms.policy import Policy

SUBSCRIPTIONS, RATES = SOURCES["subscriptions"], SOURCES["rates"]
JUNE = Month.parse("2025-06")
START = date(2024, 1, 1)

ANY_SUBSCRIPTIONS = lists_of(
    {
        "account_id": st.sampled_from(["a", "b"]),
        "subscription_id": st.sampled_from(["1", "2", "3"]),
        "product": st.sampled_from(["core", "extra"]),
        "mrr": st.sampled_from([0.0, 10.0, 33.33, 1000.1]),
        "seats": st.sampled_from([None, 5, 7]),
        "start_date": days(date(2024, 4, 20), date(2025, 7, 10)),
        "end_date": st.none() | days(date(2024, 5, 20), date(2025, 8, 10)),
        "renewal_date": st.none() | days(date(2025, 4, 20), date(2025, 12, 10)),
        "is_trial": st.sampled_from([None, False, False, True]),
    },
    most=8,
)
"""Contracts of two accounts that start, lapse, overlap and move around June 2025 and the months before."""


def subscriptions(given_rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Subscription rows; without more, 100 a month for one product since January 2024."""
    dull = {"account_id": "a", "subscription_id": "1", "product": "core", "mrr": 100.0, "start_date": START}
    return rows(SUBSCRIPTIONS, given_rows, **dull)


def distinct_keys(given_rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without later ones of an equal key, which validation would hold back."""
    return list({(row["subscription_id"], row["start_date"]): row for row in reversed(given_rows)}.values())


def facts_of(given_rows: list[dict[str, Any]], policy: Policy, month: Month = JUNE) -> dict[str, dict[str, Any]]:
    """Billing facts by account, in one currency."""
    frame = billing_facts(subscriptions(given_rows).lazy(), None, "USD", month, policy).collect()
    return {row.pop("account_id"): row for row in frame.to_dicts()}
