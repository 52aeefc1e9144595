"""The load of each owner: hours, accounts by tier, and accounts handed over in the month."""

from __future__ import annotations

import polars as pl

from transforms.contracts.model import TIERS
from transforms.engagement.owners import TECHNICAL_POOL
from transforms.engagement.team import POOLS, UNASSIGNED
from transforms.engagement.units import hours_of, units_of

VERSIONS = {1: "as in 0.1.0", 2: "with the calls for accounts at risk"}


def team_load(plan: pl.DataFrame, calls: pl.LazyFrame, team: pl.DataFrame | None) -> pl.DataFrame:
    """Sum up a month's plan by owner.

    Args:
        plan: One row per account: tier, owner_model, owner, previous_owner, hours_per_month, is_handed_over,
            technical_owner, previous_technical_owner, technical_hours_per_month.
        calls: Calls for accounts at risk that take hours beside the plan's: owner, pool, units.
        team: The team of the month; None if there is none, and then nobody has a load.

    Returns:
        One row per person, and one ``unassigned`` per pool, sorted by owner and pool: the columns of team_load without
        the month. Over all pools but ``tam``, required_hours add up to hours_per_month of the plan and the calls.
    """
    unassigned = pl.DataFrame({"owner": UNASSIGNED, "pool": POOLS}).with_columns(pl.lit(0, pl.Int64).alias("capacity"))
    people = unassigned.clear() if team is None else pl.concat([team.select(unassigned.columns), unassigned])
    parts = pl.concat([_owned(plan.lazy()), _technically_owned(plan.lazy()), _called(calls)])
    counted = parts.group_by("owner", "pool").agg(
        pl.col("units").sum(),
        *((pl.col("tier") == tier).sum().cast(pl.Int64).alias(f"{tier}_accounts") for tier in reversed(TIERS)),
        pl.col("is_handed_over").sum().cast(pl.Int64).alias("handed_over_accounts"),
    )
    counts = pl.col("units", *(f"{tier}_accounts" for tier in TIERS), "handed_over_accounts")
    return (
        people.lazy()
        .join(counted, on=["owner", "pool"], how="left")
        .with_columns(counts.fill_null(0))
        .with_columns(
            hours_of(pl.col("capacity")).alias("available_hours"), hours_of(pl.col("units")).alias("required_hours")
        )
        .drop("capacity", "units")
        .sort("owner", "pool")
        .collect(engine="in-memory")
    )


def _owned(plan: pl.LazyFrame) -> pl.LazyFrame:
    return plan.select(
        "owner", pl.col("owner_model").alias("pool"), "tier", units_of(pl.col("hours_per_month")).alias("units"),
        "is_handed_over",
    )  # fmt: skip


def _called(calls: pl.LazyFrame) -> pl.LazyFrame:
    return calls.select(
        "owner",
        "pool",
        pl.lit(None, pl.String).alias("tier"),
        "units",
        pl.lit(value=False).alias("is_handed_over"),
    )


def _technically_owned(plan: pl.LazyFrame) -> pl.LazyFrame:
    before = pl.col("previous_technical_owner")
    return plan.filter(pl.col("technical_hours_per_month") > 0).select(
        pl.col("technical_owner").alias("owner"),
        pl.lit(TECHNICAL_POOL).alias("pool"),
        "tier",
        units_of(pl.col("technical_hours_per_month")).alias("units"),
        (before.is_not_null() & before.ne_missing(pl.col("technical_owner"))).alias("is_handed_over"),
    )
