"""Assigns owners to accounts within the owners' capacity, keeping present owners where possible."""

from __future__ import annotations

import polars as pl

from transforms.engagement.keeping import kept
from transforms.engagement.matching import Costs
from transforms.engagement.placement import placed
from transforms.engagement.team import POOLS, UNASSIGNED
from transforms.engagement.units import units_of
from transforms.policy.staffing import Staffing

VERSIONS = {1: "as in 0.1.0"}

TECHNICAL_POOL = "tam"

_IMPORTANCE_PER_POINT = 100


def with_owners(plan: pl.DataFrame, team: pl.DataFrame | None, staffing: Staffing) -> pl.DataFrame:
    """Add ``owner``, ``technical_owner`` and ``is_handed_over``.

    Args:
        plan: One row per account: account_id, owner_model, hours_per_month, technical_hours_per_month, priority
            (points, may be null), region, industry, csm_email, previous_owner, previous_technical_owner.
        team: The team of the month, from :func:`transforms.engagement.team.team_of`; None if there is none, and then
            the owner is the CRM's.
        staffing: The policy's rules.

    Returns:
        The same rows, sorted by account. Owners are names, or ``unassigned``; the technical owner is null if the
        account has none.
    """
    accounts = plan.sort("account_id")
    owned = accounts.lazy()
    if team is None:
        owned = owned.with_columns(pl.col("csm_email").alias("owner"), pl.lit(None, pl.String).alias("technical_owner"))
    else:
        for owners in (_owners(accounts, team, staffing), _technical_owners(accounts, team, staffing)):
            owned = owned.join(owners.lazy(), on="account_id", how="left", maintain_order="left")
    is_handed_over = pl.col("previous_owner").is_not_null() & pl.col("previous_owner").ne_missing(pl.col("owner"))
    return owned.with_columns(is_handed_over.alias("is_handed_over")).collect(engine="in-memory")


def assigned(accounts: pl.DataFrame, owners: pl.DataFrame, costs: Costs) -> pl.DataFrame:
    """Assign the accounts of one pool.

    Accounts first keep their present owners as far as possible, then the others are placed. Demands and capacities are
    whole ten-thousandths of an hour, so rounding cannot exceed a capacity.

    Args:
        accounts: One row per account: account_id, demand, importance (a whole number; higher is placed first), region,
            industry, owner (the present one; null for none).
        owners: One row per owner of the pool: owner, capacity, is_away, regions, industries.
        costs: The costs of mismatches.

    Returns:
        One row per account in any order: account_id, owner (``unassigned`` if nobody had room).
    """
    if accounts.is_empty():
        return accounts.select("account_id", "owner")
    there = owners.lazy().filter(~pl.col("is_away")).sort("owner")
    staying = kept(accounts.sort("account_id"), there)
    if staying.height == accounts.height:
        return staying
    held = accounts.lazy().select("account_id", "demand").join(staying.lazy(), on="account_id")
    taken = held.group_by("owner").agg(pl.col("demand").sum().alias("taken"))
    room = pl.col("capacity") - pl.col("taken").fill_null(0)
    with_room = there.join(taken, on="owner", how="left", maintain_order="left").with_columns(room.alias("room"))
    free = accounts.lazy().join(staying.lazy(), on="account_id", how="anti")
    accounts_left, owners_left = pl.collect_all([free, with_room], engine="in-memory")
    chosen = placed(accounts_left, owners_left, costs)
    return pl.concat([staying, chosen.with_columns(pl.col("owner").fill_null(UNASSIGNED))])


def importance(priority: pl.Expr) -> pl.Expr:
    """Return the priority in whole hundredths of a point, so that comparisons are exact; unknown sorts last."""
    return ((priority * _IMPORTANCE_PER_POINT).round().cast(pl.Int64) + 1).fill_null(0)


def costs_of(staffing: Staffing) -> Costs:
    """Return the policy's costs of mismatches."""
    return Costs(staffing.other_region_cost, staffing.other_industry_cost)


def _owners(accounts: pl.DataFrame, team: pl.DataFrame, staffing: Staffing) -> pl.DataFrame:
    demands = _by_pool(_demands(accounts.lazy(), "hours_per_month", "previous_owner"), "owner_model")
    people = _by_pool(team.lazy(), "pool")
    pools = [pool for pool in POOLS if pool != TECHNICAL_POOL and pool in demands]
    nobody = pl.DataFrame(schema={"account_id": pl.String, "owner": pl.String})
    return pl.concat(
        [nobody, *(assigned(demands[pool], people.get(pool, team.clear()), costs_of(staffing)) for pool in pools)]
    )


def _by_pool(rows: pl.LazyFrame, column: str) -> dict[str, pl.DataFrame]:
    parts = rows.collect(engine="in-memory").partition_by(column, as_dict=True)
    return {str(pool): part for (pool,), part in parts.items()}


def _technical_owners(accounts: pl.DataFrame, team: pl.DataFrame, staffing: Staffing) -> pl.DataFrame:
    with_technician = accounts.lazy().filter(pl.col("technical_hours_per_month") > 0)
    demands = _demands(with_technician, "technical_hours_per_month", "previous_technical_owner")
    people = team.filter(pl.col("pool") == TECHNICAL_POOL)
    return assigned(demands.collect(engine="in-memory"), people, costs_of(staffing)).rename(
        {"owner": "technical_owner"}
    )


def _demands(accounts: pl.LazyFrame, hours: str, owner: str) -> pl.LazyFrame:
    return accounts.select(
        "account_id",
        "owner_model",
        units_of(pl.col(hours)).alias("demand"),
        importance(pl.col("priority")).alias("importance"),
        "region",
        "industry",
        pl.col(owner).alias("owner"),
    )
