"""Who acts for accounts at risk where the plan's hours do not serve: the CRM's owner, else one with room."""

from __future__ import annotations

import polars as pl

from transforms.engagement.owners import TECHNICAL_POOL, assigned, costs_of, importance
from transforms.engagement.team import UNASSIGNED
from transforms.engagement.units import units_of
from transforms.policy import Policy
from transforms.tiers.risks import RISK_ACTIONS

_POOL = "pooled"


def with_action_owners(
    actions: pl.DataFrame, accounts: pl.DataFrame, team: pl.DataFrame | None, policy: Policy
) -> pl.DataFrame:
    """Add ``hours`` and ``owner`` to the actions of a month.

    Open calls for accounts at risk take hours of their own, unless those of a lift in effect serve. They count with the
    CRM's owner if that is somebody of the team, else with somebody of the pool who has room after the plan, else with
    ``unassigned``. All other actions belong to the account's owner and take no hours beside the plan's.

    Args:
        actions: One row per account and action: account_id, action, status.
        accounts: One row per account of the plan: account_id, owner, owner_model, hours_per_month, is_lift_in_effect,
            crm_owner (the name in the team), priority, region, industry.
        team: The team of the month; None if there is none, and then all actions belong to the account's owner.
        policy: The policy in force.

    Returns:
        The actions, in the same order.
    """
    hours = {action: getattr(policy.actions, action).hours for action in RISK_ACTIONS}
    facts = accounts.lazy().select(
        "account_id", "priority", "region", "industry", "crm_owner", "is_lift_in_effect", pl.col("owner").alias("_own")
    )
    is_call = (pl.col("status") == "open") & ~pl.col("is_lift_in_effect")
    own_hours = pl.col("action").replace_strict(hours, default=0.0, return_dtype=pl.Float64)
    joined = (
        actions.lazy()
        .join(facts, on="account_id", how="left", maintain_order="left")
        .with_columns(pl.when(is_call).then(own_hours).otherwise(0.0).alias("hours"))
        .collect(engine="in-memory")
    )
    calls = joined.filter(pl.col("hours") > 0)
    callers = _callers(calls, accounts, team, policy)
    caller = pl.when(pl.col("hours") > 0).then("_caller")
    return (
        joined.lazy()
        .join(callers.lazy(), on="account_id", how="left", maintain_order="left")
        .with_columns(pl.coalesce(caller, "_own").alias("owner"))
        .select(*actions.columns, "hours", "owner")
        .collect(engine="in-memory")
    )


def _callers(calls: pl.DataFrame, accounts: pl.DataFrame, team: pl.DataFrame | None, policy: Policy) -> pl.DataFrame:
    """Return who makes the calls beside the plan: account_id, _caller."""
    if team is None or calls.is_empty():
        return pl.DataFrame(schema={"account_id": pl.String, "_caller": pl.String})
    there = team.filter(~pl.col("is_away"))["owner"]
    is_known = pl.col("crm_owner").is_in(there.implode()).fill_null(value=False)
    by_crm = calls.filter(is_known).select("account_id", pl.col("crm_owner").alias("owner"))
    demands = calls.filter(~is_known).select(
        "account_id",
        units_of(pl.col("hours")).alias("demand"),
        importance(pl.col("priority")).alias("importance"),
        "region",
        "industry",
        pl.lit(None, pl.String).alias("owner"),
    )
    pool = _with_room(team.filter(pl.col("pool") == _POOL), accounts, by_crm.join(calls, on="account_id"))
    chosen = assigned(demands, pool, costs_of(policy.staffing))
    return pl.concat([by_crm, chosen.select("account_id", "owner")]).rename({"owner": "_caller"})


def _with_room(pool: pl.DataFrame, accounts: pl.DataFrame, by_crm: pl.DataFrame) -> pl.DataFrame:
    """Return the pool with the capacity that the plan and the CRM's owners' calls leave."""
    taken = pl.concat(
        [
            accounts.select("owner", units_of(pl.col("hours_per_month")).alias("units")),
            by_crm.select("owner", units_of(pl.col("hours")).alias("units")),
        ]
    )
    load = taken.group_by("owner").agg(pl.col("units").sum())
    room = (pl.col("capacity") - pl.col("units").fill_null(0)).clip(lower_bound=0)
    return (
        pool.join(load, on="owner", how="left", maintain_order="left")
        .with_columns(room.alias("capacity"))
        .drop("units")
    )


def call_hours(actions: pl.DataFrame, team: pl.DataFrame | None) -> pl.LazyFrame:
    """Return the hours of calls beside the plan, in the pool of whoever makes them.

    Args:
        actions: One row per account and action: owner, hours.
        team: The team of the month; None if there is none, and then there are none.

    Returns:
        One row per call: owner, pool, units (ten-thousandths of an hour).
    """
    people = pl.DataFrame(schema={"owner": pl.String, "pool": pl.String}) if team is None else team
    pools = people.lazy().filter(pl.col("pool") != TECHNICAL_POOL).select("owner", "pool").sort("owner", "pool")
    calls = actions.lazy().filter(pl.col("hours") > 0).select("owner", units_of(pl.col("hours")).alias("units"))
    pool = pl.when(pl.col("owner") == UNASSIGNED).then(pl.lit(_POOL)).otherwise("pool")
    first = pools.unique("owner", keep="first", maintain_order=True)
    return calls.join(first, on="owner", how="left").select("owner", pool.alias("pool"), "units")
