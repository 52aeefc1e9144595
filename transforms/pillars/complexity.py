"""Metrics of engagement complexity: how many hours and moving parts it takes to serve an account."""

from __future__ import annotations

from functools import partial, reduce
from operator import add

import polars as pl

from transforms.economics import support_cost
from transforms.exact import divided, exact_sum
from transforms.month import Month
from transforms.pillars.inputs import WINDOW_MONTHS, YEAR_MONTHS, MonthInputs
from transforms.pillars.known_window import whole_window
from transforms.pillars.support_window import support_hours
from transforms.policy import Policy

VERSIONS = {
    1: "as in 0.1.0",
    2: "months before a source's beginning are unknown",
    3: "escalations of a part-known year as they are, not as whole numbers",
}

_MINUTES_PER_HOUR = 60


def complexity_metrics(inputs: MonthInputs, policy: Policy) -> list[pl.Expr]:
    """Return the metrics of complexity that are computed from the windows; the others are already in the frame.

    Returns:
        ``tickets_per_month``, ``customer_hours_per_month``, ``support_hours`` and ``csm_hours`` (hours over 3
        months), ``escalations`` (of 12 months) and ``support_cost`` (currency per year).
    """
    tickets, contacts = (inputs.known_months(source, WINDOW_MONTHS) for source in ("tickets", "touchpoints"))
    of_tickets, of_contacts = partial(_brought, known=tickets), partial(_brought, known=contacts)
    a_year = inputs.known_months("tickets", YEAR_MONTHS)
    escalations = whole_window(pl.col("escalations"), a_year, YEAR_MONTHS, policy.metrics.known_months_for_a_year)
    hours = reduce(add, (support_hours(ago).fill_null(0.0) for ago in range(WINDOW_MONTHS)))
    return [
        divided(of_tickets(pl.col("tickets")), WINDOW_MONTHS).alias("tickets_per_month"),
        divided(of_contacts(pl.col("customer_hours")), WINDOW_MONTHS).alias("customer_hours_per_month"),
        of_tickets(hours).alias("support_hours"),
        of_contacts(pl.col("csm_hours")).alias("csm_hours"),
        escalations.alias("escalations"),
        _support_cost(inputs.month, policy).alias("support_cost"),
    ]


def _brought(total: pl.Expr, known: int) -> pl.Expr:
    return whole_window(total, known, WINDOW_MONTHS)


def with_contact(accounts: pl.LazyFrame, inputs: MonthInputs, policy: Policy) -> pl.LazyFrame:
    """Add hours of contact over the last 3 months.

    Args:
        accounts: One row per account in scope.
        inputs: The month's inputs; contacts of before touchpoints are known count nowhere.
        policy: The policy, with the length of a contact whose minutes were not recorded.

    Returns:
        The frame with ``csm_hours`` (of all contacts) and ``customer_hours`` (of contacts that the customer
        requested) added; 0 without contact.
    """
    known = inputs.known_months("touchpoints", WINDOW_MONTHS)
    first = (inputs.month - (known - 1)).first_day
    window = inputs.touchpoints.filter(pl.col("month").is_between(first, inputs.month.first_day))
    length = policy.metrics.touchpoint_minutes_where_unrecorded
    minutes = pl.col("recorded_minutes") + pl.col("unrecorded") * length
    customer_minutes = pl.col("customer_recorded_minutes") + pl.col("customer_unrecorded") * length
    hours = window.group_by("account_id").agg(
        divided(exact_sum(minutes), _MINUTES_PER_HOUR).alias("csm_hours"),
        divided(exact_sum(customer_minutes), _MINUTES_PER_HOUR).alias("customer_hours"),
    )
    return accounts.join(hours, on="account_id", how="left").with_columns(
        pl.col("csm_hours", "customer_hours").fill_null(0.0)
    )


def _support_cost(month: Month, policy: Policy) -> pl.Expr:
    months = policy.economics.support_median_months
    began = pl.col("tenure_start_date")
    index = month.first_day.year * 12 + month.first_day.month
    lived = index - (began.dt.year().cast(pl.Int64) * 12 + began.dt.month()) + 1
    return support_cost([support_hours(ago) for ago in range(months)], lived, policy.economics)
