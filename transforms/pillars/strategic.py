"""Metrics of strategic value: what a customer contributes beyond revenue, and the floor granted in return."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from transforms.contracts.model import TIERS
from transforms.month import Month
from transforms.policy import Policy

VERSIONS = {1: "as in 0.1.0"}


def with_grants(accounts: pl.LazyFrame, grants: pl.LazyFrame | None, month: Month) -> pl.LazyFrame:
    """Add the strategic grants that are active on the month's last day; a grant includes its first and last day.

    Args:
        accounts: One row per account in scope.
        grants: Source ``strategic_grants``; None where it is not mapped.
        month: The month M.

    Returns:
        The frame with ``has_reference_grant``, ``has_co_development_grant``, ``has_grant`` (a grant of any
        kind) and ``grant_floor_tier`` (the highest floor; null without one) added.
    """
    flags = ("has_reference_grant", "has_co_development_grant", "has_grant")
    if grants is None:
        none = [pl.lit(value=False).alias(name) for name in flags]
        return accounts.with_columns(*none, pl.lit(None, pl.String).alias("grant_floor_tier"))
    kind = pl.col("kind")
    ranks = pl.col("floor_tier").cast(pl.Enum(TIERS)).to_physical()
    per_account = (
        grants.filter(runs_on_last_day(month))
        .group_by("account_id")
        .agg(
            (kind == "reference").any().alias("has_reference_grant"),
            (kind == "co_development").any().alias("has_co_development_grant"),
            pl.lit(value=True).alias("has_grant"),
            ranks.max().alias("grant_floor_rank"),
        )
    )
    floor = pl.col("grant_floor_rank").replace_strict(dict(enumerate(TIERS)), return_dtype=pl.String)
    return (
        accounts.join(per_account, on="account_id", how="left")
        .with_columns(pl.col(flags).fill_null(value=False), floor.alias("grant_floor_tier"))
        .drop("grant_floor_rank")
    )


def with_override(accounts: pl.LazyFrame, overrides: pl.LazyFrame | None, month: Month) -> pl.LazyFrame:
    """Add the override that is active on the month's last day; if there are several, the one that started last.

    Args:
        accounts: One row per account in scope.
        overrides: Source ``overrides``; None where it is not mapped.
        month: The month M.

    Returns:
        The frame with ``override_tier``, ``override_start_date`` and ``override_end_date`` added; null
        without an active override.
    """
    columns = {"override_tier": "tier", "override_start_date": "start_date", "override_end_date": "end_date"}
    if overrides is None:
        return accounts.with_columns(
            pl.lit(None, pl.String).alias("override_tier"),
            pl.lit(None, pl.Date).alias("override_start_date"),
            pl.lit(None, pl.Date).alias("override_end_date"),
        )
    # The key forbids equal starts, but two merged accounts may have one override each: the later end, then the
    # name of the tier decide, so that the order of rows does not matter.
    order = ["start_date", "end_date", "tier"]
    active = (
        overrides.filter(runs_on_last_day(month))
        .group_by("account_id")
        .agg(pl.col(source).sort_by(order).last().alias(name) for name, source in columns.items())
    )
    return accounts.join(active, on="account_id", how="left")


def nps(month: Month, policy: Policy) -> pl.Expr:
    """Return the net promoter score, null once it is older than the policy allows; without a date it never expires."""
    oldest = month.last_day - timedelta(days=policy.metrics.nps_expires_days)
    has_expired = (pl.col("nps_date") < oldest).fill_null(value=False)
    return pl.when(~has_expired).then(pl.col("nps"))


def runs_on_last_day(month: Month) -> pl.Expr:
    """Return whether a row is active on the month's last day; ``start_date`` and ``end_date`` are inclusive."""
    return pl.lit(month.last_day).is_between(pl.col("start_date"), pl.col("end_date"))
