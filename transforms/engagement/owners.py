"""Assigns owners to accounts within the owners' capacity, keeping present owners where possible."""

from __future__ import annotations

import polars as pl

from transforms.engagement.keeping import kept
from transforms.engagement.matching import Costs
from transforms.engagement.placement import placed
from transforms.engagement.team import POOLS, UNASSIGNED
from transforms.engagement.units import units_of
from transforms.policy.staffing import Staffing

VERSIONS = {1: "as in 0.1.0", 2: "a lift takes no owner away, and gives the account back"}

TECHNICAL_POOL = "tam"

_IMPORTANCE_PER_POINT = 100
_INTERIM = {"account_id": pl.String, "interim": pl.String, "_interim_pool": pl.String, "demand": pl.Int64}


def with_owners(plan: pl.DataFrame, team: pl.DataFrame | None, staffing: Staffing) -> pl.DataFrame:
    """Add ``owner``, ``technical_owner``, ``is_interim_owner`` and ``is_handed_over``.

    A lift takes no owner away: where the pool has no room for its hours, whoever owned the account before keeps it,
    with the hours of the base tier, even beyond their capacity.

    Args:
        plan: One row per account: account_id, owner_model, hours_per_month, base_owner_model, base_hours_per_month,
            technical_hours_per_month, priority (points, may be null), region, industry, csm_email, previous_owner,
            preferred_owner (who keeps it if possible), owner_before_lift, previous_technical_owner.
        team: The team of the month, from :func:`transforms.engagement.team.team_of`; None if there is none, and then
            the owner is the CRM's.
        staffing: The policy's rules.

    Returns:
        The same rows, sorted by account; while the owner is interim, owner_model is that owner's pool, and
        hours_per_month are those of the base tier. Owners are names, or ``unassigned``; the technical owner is null if
        the account has none.
    """
    accounts = plan.sort("account_id")
    owned = accounts.lazy()
    if team is None:
        owned = owned.with_columns(
            pl.col("csm_email").alias("owner"),
            pl.lit(None, pl.String).alias("technical_owner"),
            pl.lit(value=False).alias("is_interim_owner"),
            pl.lit(None, pl.String).alias("_interim_pool"),
        )
    else:
        for owners in (_owners(accounts, team, staffing), _technical_owners(accounts, team, staffing)):
            owned = owned.join(owners.lazy(), on="account_id", how="left", maintain_order="left")
    is_interim = pl.col("is_interim_owner")
    is_handed_over = pl.col("previous_owner").is_not_null() & pl.col("previous_owner").ne_missing(pl.col("owner"))
    return (
        owned.with_columns(
            is_handed_over.alias("is_handed_over"),
            pl.when(is_interim).then("_interim_pool").otherwise("owner_model").alias("owner_model"),
            pl.when(is_interim).then("base_hours_per_month").otherwise("hours_per_month").alias("hours_per_month"),
        )
        .drop("_interim_pool")
        .collect(engine="in-memory")
    )


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
    """Assign all accounts, the lifted ones' pools first: account_id, owner, is_interim_owner, _interim_pool."""
    demands = _by_pool(_demands(accounts.lazy(), "hours_per_month", "preferred_owner"), "owner_model")
    people, costs = _by_pool(team.lazy(), "pool"), costs_of(staffing)
    lifted = accounts.filter(pl.col("owner_before_lift").is_not_null())
    found = [pl.DataFrame(schema={"account_id": pl.String, "owner": pl.String})]
    interim = pl.DataFrame(schema=_INTERIM)
    for pool in (pool for pool in POOLS if pool != TECHNICAL_POOL and pool in demands):
        there = _without_interim_hours(people.get(pool, team.clear()), interim)
        found.append(assigned(demands[pool], there, costs))
        interim = pl.concat([interim, _interim(lifted, found[-1], team)])
    return (
        pl.concat(found)
        .lazy()
        .join(interim.lazy().drop("demand"), on="account_id", how="left", maintain_order="left")
        .select(
            "account_id",
            pl.coalesce("interim", "owner").alias("owner"),
            pl.col("interim").is_not_null().alias("is_interim_owner"),
            "_interim_pool",
        )
        .collect(engine="in-memory")
    )


def _interim(lifted: pl.DataFrame, chosen: pl.DataFrame, team: pl.DataFrame) -> pl.DataFrame:
    """Return who keeps lifted accounts for which their pool has no room: the columns of ``_INTERIM``."""
    there = team.filter(~pl.col("is_away") & (pl.col("pool") != TECHNICAL_POOL))
    there = there.select(pl.col("owner").alias("interim"), pl.col("pool").alias("_interim_pool"))
    without = chosen.filter(pl.col("owner") == UNASSIGNED).select("account_id")
    return (
        lifted.join(without, on="account_id", maintain_order="left")
        .select(
            "account_id",
            pl.col("owner_before_lift").alias("interim"),
            units_of(pl.col("base_hours_per_month")).alias("demand"),
        )
        .join(there, on="interim", maintain_order="left")
        .select(*_INTERIM)
    )


def _without_interim_hours(owners: pl.DataFrame, interim: pl.DataFrame) -> pl.DataFrame:
    taken = interim.group_by(pl.col("interim").alias("owner")).agg(pl.col("demand").sum().alias("taken"))
    room = (pl.col("capacity") - pl.col("taken").fill_null(0)).clip(lower_bound=0)
    with_taken = owners.join(taken, on="owner", how="left", maintain_order="left")
    return with_taken.with_columns(room.alias("capacity")).drop("taken")


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
