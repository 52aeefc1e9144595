"""The frame of evaluation: account-months that were published, each with what became of the account afterwards.

Churn is dated by the first month without service, which is the first month in grace of a stay that ends in an exit.
Rows in grace are in no frame: their service has ended already, so that whatever is measured with them looks better
than it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from transforms.contracts.columns.views import MONTHS_FOR_RETURN
from transforms.contracts.published import METRIC_COLUMNS
from transforms.errors import WrongUseError
from transforms.month import Month
from transforms.tiers.amounts import at_most

PREDICTORS: dict[str, tuple[str, ...]] = {
    "account_features": (
        *(column.name for column in METRIC_COLUMNS), "arr", "tenure_months", "events", "expected_events",
        "monthly_active_users", "active_days", "events_variation", "industry", "region", "country", "plan",
    ),
    "account_scores": (
        "health", "growth", "strategic", "complexity", "value", "priority", "health_coverage", "is_health_tentative",
        "health_1_month_ago", "health_2_months_ago", "lifecycle_stage", "scorecard", "cost_to_serve", "margin",
        "cost_to_serve_ratio",
    ),
    "account_tiers": (
        "tier", "base_tier", "structural_stage", "decided_by", "is_ill", "is_silent", "is_lift_in_effect",
        "is_lift_unaffordable", "is_held_out",
    ),
    "account_risks": ("reason",),
    "account_segments": ("trait", "size_band", "value_band", "rfm_code", "rfm_segment"),
}  # fmt: skip
"""By table: the published columns that may stand beside outcomes, since they were known in the month itself."""

_KEY = ("month", "account_id")


@dataclass(frozen=True, slots=True)
class History:
    """Published rows of all months up to the newest one.

    Attributes:
        tiers: ``account_tiers``: month, account_id, arr.
        features: ``account_features``: month, account_id, is_in_grace.
        changes: ``tier_changes``: month, account_id, kind, exit_reason.
        newest: The newest published month.
    """

    tiers: pl.LazyFrame
    features: pl.LazyFrame
    changes: pl.LazyFrame
    newest: Month


@dataclass(frozen=True, slots=True)
class Limits:
    """From which change of ARR on an account that stayed has contracted or expanded.

    Attributes:
        contracted_to_share: The largest share of its ARR with which it has contracted.
        expanded_to_share: The smallest share of its ARR with which it has expanded.
    """

    contracted_to_share: float
    expanded_to_share: float


def outcomes(history: History, horizon_months: int, limits: Limits) -> pl.LazyFrame:
    """Return what had become of accounts some months after each month in which they had service.

    Args:
        history: What was published.
        horizon_months: How many months later.
        limits: What counts as contracted and as expanded.

    Returns:
        One row per account and month with service, as far as the horizon and three months more have elapsed, in no
        order: ``month``, ``account_id``, ``arr`` (currency a year), ``service_ended_month`` (the first month without
        service, null unless the account churned within the horizon), ``is_churned``, ``is_contracted``,
        ``is_expanded`` and ``lost_arr`` (currency a year, the whole of it where churned). An account that was merged,
        became internal or was removed has not churned; the last three are null if it is gone at the horizon. A row is
        left out as not decided yet if the account's service ended within the horizon and it is still in grace.
    """
    last_whole = history.newest - (horizon_months + MONTHS_FOR_RETURN)
    rows = _rows(history)
    ended = departures(history, is_with_pending=True)
    return (
        rows.filter("is_served", pl.col("month") <= last_whole.first_day)
        .select(*_KEY, "arr", horizon=pl.col("month").dt.offset_by(f"{horizon_months}mo"))
        .pipe(_beside, ended.with_columns(last_month=_months(pl.col("service_ended_month"), -1)), "month", "forward")
        .with_columns(does_end=(pl.col("service_ended_month") <= pl.col("horizon")).fill_null(value=False))
        .filter(~(pl.col("does_end") & pl.col("is_pending").fill_null(value=False)))
        .join(
            rows.select("account_id", "is_served", horizon="month", arr_later="arr"),
            on=["account_id", "horizon"],
            how="left",
        )
        .pipe(_beside, _exits(history).rename({"exit_month": "last_month"}), "horizon", "backward")
        .select(*_KEY, "arr", **_outcome(limits))
    )


def departures(history: History, *, is_with_pending: bool = False) -> pl.LazyFrame:
    """Return when the service of accounts ended for good.

    Args:
        history: What was published.
        is_with_pending: Whether to list accounts that are in grace in the newest month as well.

    Returns:
        One row per account and churn: ``account_id``, ``service_ended_month`` (the first month without service) and
        ``is_pending`` (it is still in grace, so that nobody knows yet). An exit is no churn if the account was
        merged, became internal or was removed, if it returned within three months, or if no month with service was
        published.
    """
    rows = _rows(history)
    left = (
        _exits(history)
        .filter(pl.col("exit_reason") == "churned")
        .join(rows, on="account_id")
        .group_by("account_id", "exit_month")
        .agg(
            last_month=pl.col("month").filter(pl.col("is_served") & (pl.col("month") < pl.col("exit_month"))).max(),
            has_returned=pl.col("month")
            .is_between(pl.col("exit_month"), _months(pl.col("exit_month"), MONTHS_FOR_RETURN))
            .any(),
        )
        .filter(~pl.col("has_returned"))
        .select("account_id", "last_month", is_pending=pl.lit(value=False))
    )
    lapsed = (
        rows.group_by("account_id")
        .agg(
            last_month=pl.col("month").filter("is_served").max(),
            is_pending=(~pl.col("is_served") & (pl.col("month") == history.newest.first_day)).any(),
        )
        .filter("is_pending")
        .select("account_id", "last_month", "is_pending")
    )
    ended = pl.concat([left, lapsed]) if is_with_pending else left
    return (
        ended.drop_nulls("last_month")
        .group_by("account_id", service_ended_month=_months(pl.col("last_month"), 1))
        .agg(pl.col("is_pending").all())
    )


def with_predictors(frame: pl.LazyFrame, table: str, published: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """Add what was published for the same account and month.

    Args:
        frame: One row per account and month, as from :func:`outcomes`.
        table: The published table that the columns come from.
        published: Its rows.
        columns: Which of its columns; those of ``PREDICTORS``.

    Returns:
        The same rows with the columns added, null where the table has no such row.

    Raises:
        WrongUseError: If a column is none that was known in the month itself.
    """
    refused = sorted(set(columns) - set(PREDICTORS.get(table, ())))
    if refused:
        raise WrongUseError(
            f"{', '.join(refused)} of {table} cannot be held against outcomes, since it may hold what became known "
            f"later: choose among {', '.join(sorted(PREDICTORS.get(table, ()))) or 'the columns of another table'}"
        )
    return frame.join(published.select(*_KEY, *columns), on=_KEY, how="left", maintain_order="left")


def _rows(history: History) -> pl.LazyFrame:
    """Return one row per account in scope and month, with ``is_served``: false in grace."""
    in_grace = history.features.select(*_KEY, "is_in_grace")
    return (
        history.tiers.select(*_KEY, "arr")
        .join(in_grace, on=_KEY, how="left")
        .select(*_KEY, "arr", is_served=~pl.col("is_in_grace").fill_null(value=False))
    )


def _exits(history: History) -> pl.LazyFrame:
    """Return one row per account and exit."""
    is_exit = pl.col("kind") == "exit"
    return history.changes.filter(is_exit).select(
        "account_id", exit_month="month", exit_reason=pl.col("exit_reason").fill_null("churned")
    )


def _beside(
    rows: pl.LazyFrame, events: pl.LazyFrame, month: str, strategy: Literal["forward", "backward"]
) -> pl.LazyFrame:
    """Add to each row its account's nearest event by ``last_month``: not before a month, or not after it."""
    return rows.sort(month).join_asof(
        events.sort("last_month"),
        left_on=month,
        right_on="last_month",
        by="account_id",
        strategy=strategy,
        # Within groups it cannot be checked; both sides were sorted just now.
        check_sortedness=False,
    )


def _outcome(limits: Limits) -> dict[str, pl.Expr]:
    arr, later = pl.col("arr"), pl.col("arr_later")
    has_churned = pl.col("does_end")
    # Not in scope at the horizon, and the last exit until then was no churn.
    is_elsewhere = later.is_null() & (pl.col("exit_reason") != "churned").fill_null(value=False)
    is_there = pl.col("is_served").fill_null(value=False) & ~has_churned
    is_open = ~has_churned & is_elsewhere
    lost = pl.max_horizontal(arr - later.fill_null(0.0), pl.lit(0.0))
    known = {
        "is_contracted": is_there & at_most(later, arr * limits.contracted_to_share).fill_null(value=False),
        "is_expanded": is_there & at_most(arr * limits.expanded_to_share, later).fill_null(value=False),
        "lost_arr": pl.when(has_churned).then(arr).otherwise(lost),
    }
    return {
        "service_ended_month": pl.when(has_churned).then(pl.col("service_ended_month")),
        "is_churned": has_churned,
        **{name: pl.when(~is_open).then(value) for name, value in known.items()},
    }


def _months(month: pl.Expr, months: int) -> pl.Expr:
    return month.dt.offset_by(f"{months}mo")
