"""Compares hours needed with hours available in a published month, and with one head more or less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection

from flows.settings import Project
from flows.warehouse import reading
from sql.state import plan_of, published_months, scores_of, team_load_of, tiers_of
from transforms.contracts.model import TIERS
from transforms.engagement.headcount import HeadChange, head_changes
from transforms.engagement.owners import TECHNICAL_POOL
from transforms.engagement.team import POOLS, UNASSIGNED
from transforms.engagement.units import hours_of, units_of
from transforms.errors import WrongUseError
from transforms.month import Month

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Capacity:
    """Hours needed and available in a month; hours are hours a month.

    Attributes:
        month: The month.
        has_team: Whether a team was mapped; without one only ``tiers`` has rows.
        tiers: By tier, the highest first: tier, pool, accounts, required_hours, unassigned_accounts, missing_hours.
        pools: By pool: pool, people (with hours), available_hours, required_hours, missing_hours, accounts,
            unassigned_accounts, handed_over_accounts (to an owner or to nobody).
        owners: team_load without the unassigned rows, by pool and load: pool, owner, available_hours,
            required_hours, accounts by tier, handed_over_accounts.
        heads: The effect of one head more or less in each pool, region and industry aside.
    """

    month: Month
    has_team: bool
    tiers: tuple[Row, ...]
    pools: tuple[Row, ...]
    owners: tuple[Row, ...]
    heads: tuple[HeadChange, ...]


def read_capacity(project: Project, month: Month | None) -> Capacity:
    """Compare the hours that a published month needs with those of the team.

    Args:
        project: The project.
        month: The month; None means the newest published one.

    Raises:
        WrongUseError: If the month is not published, or was published without plans.
    """
    with reading(project) as connection:
        months = [] if connection is None else published_months(connection)
        if connection is None or not months:
            raise WrongUseError("no month is published yet: retier run publishes the last complete one")
        if month is not None and month not in months:
            raise WrongUseError(f"{month} is not published: the published months run from {months[0]} to {months[-1]}")
        wanted = month or months[-1]
        plan, load = _plan(connection, wanted), team_load_of(connection, wanted)
    if plan.is_empty():
        raise WrongUseError(
            f"{wanted} was published without a plan, by an earlier version of retier: recompute it with "
            f'retier backfill --from {wanted} --to {wanted} --reason "..."'
        )
    served = _served(plan)
    people = load.filter(pl.col("owner") != UNASSIGNED)
    return Capacity(
        month=wanted,
        has_team=not load.is_empty(),
        tiers=tuple(_by_tier(plan)),
        pools=tuple(_by_pool(load)),
        owners=tuple(_by_owner(people)),
        heads=tuple(
            change
            for pool in POOLS
            for change in head_changes(
                served.filter(pl.col("pool") == pool), people.filter(pl.col("pool") == pool), pool
            )
        ),
    )


def _plan(connection: Connection, month: Month) -> pl.DataFrame:
    tiers = tiers_of(connection, month).select("account_id", "tier")
    scores = scores_of(connection, month).select("account_id", "priority")
    return plan_of(connection, month).join(tiers, on="account_id").join(scores, on="account_id", how="left")


def _served(plan: pl.DataFrame) -> pl.DataFrame:
    """Return which pool serves each account: one row per account, and one more if it has a technical owner."""
    shared = ("account_id", "priority")
    owned = plan.select(*shared, "owner", pl.col("owner_model").alias("pool"), pl.col("hours_per_month").alias("hours"))
    technical = plan.filter(pl.col("technical_hours_per_month") > 0).select(
        *shared,
        pl.col("technical_owner").alias("owner"),
        pl.lit(TECHNICAL_POOL).alias("pool"),
        pl.col("technical_hours_per_month").alias("hours"),
    )
    return pl.concat([owned, technical])


def _by_tier(plan: pl.DataFrame) -> list[dict[str, Any]]:
    is_left = (pl.col("owner") == UNASSIGNED).fill_null(value=False)
    units = units_of(pl.col("hours_per_month"))
    found = plan.group_by("tier").agg(
        pl.col("owner_model").first().alias("pool"),
        pl.len().cast(pl.Int64).alias("accounts"),
        units.sum().alias("required_hours"),
        is_left.sum().cast(pl.Int64).alias("unassigned_accounts"),
        units.filter(is_left).sum().alias("missing_hours"),
    )
    ranked = pl.col("tier").replace_strict({tier: rank for rank, tier in enumerate(TIERS)}, return_dtype=pl.Int8)
    hours = (hours_of(pl.col(name)) for name in ("required_hours", "missing_hours"))
    return found.with_columns(hours).sort(ranked, descending=True).to_dicts()


def _by_pool(load: pl.DataFrame) -> list[dict[str, Any]]:
    is_left = pl.col("owner") == UNASSIGNED
    accounts = pl.sum_horizontal(f"{tier}_accounts" for tier in TIERS)
    available, required = (units_of(pl.col(f"{name}_hours")) for name in ("available", "required"))
    found = load.group_by("pool").agg(
        (~is_left & (available > 0)).sum().cast(pl.Int64).alias("people"),
        available.sum().alias("available_hours"),
        required.sum().alias("required_hours"),
        required.filter(is_left).sum().alias("missing_hours"),
        accounts.sum().alias("accounts"),
        accounts.filter(is_left).sum().alias("unassigned_accounts"),
        pl.col("handed_over_accounts").sum(),
    )
    hours = (hours_of(pl.col(f"{name}_hours")) for name in ("available", "required", "missing"))
    return found.with_columns(hours).sort(_place_of_pool()).to_dicts()


def _by_owner(people: pl.DataFrame) -> list[dict[str, Any]]:
    return (
        people.drop("month")
        .sort(_place_of_pool(), "required_hours", "owner", descending=[False, True, False])
        .to_dicts()
    )


def _place_of_pool() -> pl.Expr:
    return pl.col("pool").replace_strict({pool: place for place, pool in enumerate(POOLS)}, return_dtype=pl.Int8)
