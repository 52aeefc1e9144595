"""The inputs of a month's metrics: facts of all months that their windows cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from transforms.facts.feature_sets import UsageFacts
from transforms.facts.rhythm import Kind
from transforms.month import Month
from transforms.policy import Policy

WINDOW_MONTHS = 3
"""Most metrics look at three months: the month itself and the two before."""

YEAR_MONTHS = 12
"""A year is twelve months, the month itself included."""

INVOICE_MONTHS = 13
"""Invoices due in the last 3 months, with terms of payment of up to ten months."""


@dataclass(frozen=True)
class MonthInputs:
    """Sources as of a month and facts of its trailing months, with merged accounts already mapped.

    If a source is not mapped, its facts have no rows, and the source itself is None. A month without usage has
    facts without rows, because silence is information; months before the very first row are left out, because
    nothing is known about them.

    Attributes:
        month: The month M.
        accounts: Source ``accounts`` as of M, one row per account.
        billing: ``billing_facts`` of M, with the ``service_days`` of ``usage_months(policy)`` months.
        usage: Usage facts by month, for ``usage_months(policy)`` months up to M or more.
        usage_history: Every feature used and last day of use, up to M.
        usage_history_before: The same up to M-3; None if usage is not known so far back.
        use_cases: Events per use case of the policy in the months that needs are derived from, any number of rows per
            account; None if unknown.
        tickets: Ticket facts of ``ticket_months(policy)`` months up to M, with ``opened_month``.
        invoices: Invoice facts of ``INVOICE_MONTHS`` months up to M, with ``issued_month``.
        touchpoints: Touchpoint facts of 12 months up to M, with ``month``.
        products: Source ``products``.
        grants: Source ``strategic_grants``.
        overrides: Source ``overrides``.
        freshness: Per source, whether it is stale.
        known_since: Per source of events, the month from which on its months are known; none where it has no rows.
        rhythm: The rhythm of usage that the project sets; None to find it.
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
    known_since: Mapping[str, Month] = field(default_factory=dict)
    rhythm: Kind | None = None

    @property
    def stale(self) -> frozenset[str]:
        """The sources that have had no row for too long."""
        return frozenset(source for source, is_stale in self.freshness.items() if is_stale)

    @property
    def known_usage(self) -> dict[Month, UsageFacts]:
        """Usage facts of the months that are known: rows of before the beginning say nothing of how often rows come."""
        since = self.known_since.get("usage")
        return {month: facts for month, facts in self.usage.items() if since is None or since <= month}

    def known_months(self, source: str, months: int) -> int:
        """Count the trailing months, M included, that are known of a source; all of them where it has no rows."""
        since = self.known_since.get(source)
        return months if since is None else sum(since <= one for one in self.month.trailing(months))


def usage_months(policy: Policy) -> int:
    """Return how many months of usage facts, up to M, the metrics use."""
    silence = 0 if policy.silence is None else policy.silence.sudden_months + 2
    return max(
        2 * WINDOW_MONTHS,
        policy.lifecycle.variation_months,
        policy.metrics.trend_base_months + 1,
        policy.rhythm.months,
        silence,
    )


def ticket_months(policy: Policy) -> int:
    """Return how many months of ticket facts, by month of opening, the metrics use.

    It is the longer of a year and the window of the median support cost, and a month more: a rating counts in the
    month of closing, which may be long after the month of opening.
    """
    return max(YEAR_MONTHS, policy.economics.support_median_months) + 1
