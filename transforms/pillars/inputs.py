"""What the metrics of a month are made from: facts of the months that their windows reach back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from transforms.facts.feature_sets import UsageFacts
from transforms.month import Month
from transforms.policy import Policy

WINDOW_MONTHS = 3
"""Most metrics look at three months: the month itself and the two before."""

YEAR_MONTHS = 12
"""What is counted over a year is counted over twelve months, the month itself included."""

INVOICE_MONTHS = 13
"""Invoices due in the last 3 months, with terms of payment of up to ten months."""


@dataclass(frozen=True)
class MonthInputs:
    """Sources as of a month and facts of its trailing months, with merged accounts mapped already.

    Where a source is not mapped, its facts have no rows, and the source itself is None. A month of usage without
    a row has facts without rows, because silence is a fact; a month before the first row ever is left out,
    because nothing is known of it.

    Attributes:
        month: The month M.
        accounts: Source ``accounts`` as of M, one row per account.
        billing: ``billing_facts`` of M.
        usage: Usage facts by month, for ``usage_months(policy)`` months up to M or more.
        usage_history: Every feature used and last day of use, up to M.
        usage_history_before: The same up to M-3; None where usage is not known so far back.
        use_cases: Events per use case of the policy in the months from which needs are read, any number of rows per
            account; None where nothing is known of them.
        tickets: Ticket facts of ``ticket_months(policy)`` months up to M, with ``opened_month``.
        invoices: Invoice facts of ``INVOICE_MONTHS`` months up to M, with ``issued_month``.
        touchpoints: Touchpoint facts of 12 months up to M, with ``month``.
        products: Source ``products``.
        grants: Source ``strategic_grants``.
        overrides: Source ``overrides``.
        freshness: Per source, whether it is stale.
    """

    month: Month
    accounts: pl.LazyFrame
    billing: pl.LazyFrame
    usage: Mapping[Month, UsageFacts]
    usage_history: UsageFacts
    tickets: pl.LazyFrame
    invoices: pl.LazyFrame
    touchpoints: pl.LazyFrame
    usage_history_before: UsageFacts | None = None
    use_cases: pl.LazyFrame | None = None
    products: pl.LazyFrame | None = None
    grants: pl.LazyFrame | None = None
    overrides: pl.LazyFrame | None = None
    freshness: Mapping[str, bool] = field(default_factory=dict)

    @property
    def stale(self) -> frozenset[str]:
        """The sources that have had no row for too long."""
        return frozenset(source for source, is_stale in self.freshness.items() if is_stale)


def usage_months(policy: Policy) -> int:
    """How many months of usage facts, up to M, the metrics look at."""
    return max(2 * WINDOW_MONTHS, policy.lifecycle.variation_months)


def ticket_months(policy: Policy) -> int:
    """How many months of ticket facts, by month of opening, the metrics look at.

    A year up to M, or what the median of support cost asks for, and a month more: a rating counts in the month of
    closing, which may be long after that of opening.
    """
    return max(YEAR_MONTHS, policy.economics.support_median_months) + 1
