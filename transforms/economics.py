"""What serving an account costs and what it leaves: hours at their rates against gross profit."""

from __future__ import annotations

import polars as pl

from transforms.exact import divided
from transforms.policy.sections import Economics, TicketHours

VERSIONS = {1: "as in 0.1.0"}

_QUARTERS_PER_YEAR = 4
_MONTHS_PER_YEAR = 12


def hours_by_priority(prefix: str, hours: TicketHours) -> pl.Expr:
    """Hours for tickets whose time was not recorded.

    Args:
        prefix: ``tickets`` or ``unrecorded``: which of the ticket facts' counts by priority to use.
        hours: Hours per ticket of each priority.
    """
    return (
        pl.col(f"{prefix}_urgent") * hours.urgent
        + pl.col(f"{prefix}_high") * hours.high
        + pl.col(f"{prefix}_normal") * hours.normal
        + pl.col(f"{prefix}_low") * hours.low
    )


def support_cost(monthly_hours: list[pl.Expr], months_lived: pl.Expr, economics: Economics) -> pl.Expr:
    """Support cost per year, from the median month: one bad month does not move it.

    Args:
        monthly_hours: Support hours of the last months, the newest first.
        months_lived: How many months of tenure there are, the first and the newest one included; months
            before the tenure say nothing about what serving costs.
        economics: The policy's rates.

    Returns:
        Currency per year.
    """
    lived = [pl.when(months_lived > ago).then(hours) for ago, hours in enumerate(monthly_hours)]
    median = pl.concat_arr(lived).arr.median()
    return median * _MONTHS_PER_YEAR * economics.support_rate_per_hour


def with_economics(features: pl.LazyFrame, economics: Economics) -> pl.LazyFrame:
    """Add ``cost_to_serve``, ``gross_profit``, ``margin`` and ``cost_to_serve_ratio``.

    Cost to serve = (support hours x support rate + CSM hours x CSM rate, over 3 months) x 4; gross profit =
    ARR x gross margin; margin = gross profit - cost to serve.

    Args:
        features: One row per account, with ``arr`` (currency per year), ``support_hours`` and ``csm_hours``
            (hours per 3 months).
        economics: The policy's rates.

    Returns:
        The frame with four columns more, in currency per year. Hours of only one kind make the cost of that
        kind; where neither kind is known, cost, margin and ratio are null.
    """
    support = pl.col("support_hours") * economics.support_rate_per_hour
    contact = pl.col("csm_hours") * economics.csm_rate_per_hour
    is_known = pl.col("support_hours").is_not_null() | pl.col("csm_hours").is_not_null()
    cost = pl.when(is_known).then((support.fill_null(0.0) + contact.fill_null(0.0)) * _QUARTERS_PER_YEAR)
    return features.with_columns(
        cost.alias("cost_to_serve"), gross_profit(economics).alias("gross_profit")
    ).with_columns(
        (pl.col("gross_profit") - pl.col("cost_to_serve")).alias("margin"),
        pl.when(pl.col("arr") > 0).then(divided(pl.col("cost_to_serve"), pl.col("arr"))).alias("cost_to_serve_ratio"),
    )


def complexity_factor(economics: Economics) -> pl.Expr:
    """How many times the entitled hours an account takes for its complexity, without touchpoints; unknown is 1."""
    # Not divided by 100 in the frame: what Polars makes of that depends on how many rows it has in hand.
    surcharge_per_point = economics.complexity_surcharge_share / 100
    return 1 + pl.col("complexity_without_touchpoints").fill_null(0.0) * surcharge_per_point


def gross_profit(economics: Economics) -> pl.Expr:
    """ARR times the gross margin, in currency per year."""
    return pl.col("arr") * economics.gross_margin_share
