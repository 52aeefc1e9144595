"""The effect of one head more or fewer in a pool, found by assigning its accounts again."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.engagement.matching import Costs
from transforms.engagement.owners import assigned, importance
from transforms.engagement.team import UNASSIGNED
from transforms.engagement.units import hours_of, units_of

_ANYBODY = Costs(0.0, 0.0)
"""The regions and industries of owners are not published, so everybody matches every account."""

_NEWCOMER = "\uffffnewcomer"


@dataclass(frozen=True, slots=True)
class HeadChange:
    """The effect of a change of one head.

    Attributes:
        pool: The pool.
        heads: 1 for one more, -1 for one less.
        hours: The hours a month of that head: the pool's median.
        missing_hours: Hours a month that would remain unassigned.
        unassigned_accounts: How many accounts would remain unassigned.
        handed_over_accounts: How many accounts would move from an owner to another one or to none.
    """

    pool: str
    heads: int
    hours: float
    missing_hours: float
    unassigned_accounts: int
    handed_over_accounts: int


def head_changes(accounts: pl.DataFrame, owners: pl.DataFrame, pool: str) -> list[HeadChange]:
    """Compute the effect of one head more and of one fewer.

    Args:
        accounts: The accounts of the pool as they are assigned: account_id, hours (a month), priority (points, may be
            null), owner (``unassigned`` where nobody had room).
        owners: The people of the pool: owner, available_hours; those without any are ignored.
        pool: The pool.

    Returns:
        One more, then one fewer, each with the pool's median hours. Empty if nobody has any hours.
    """
    there = owners.filter(pl.col("available_hours") > 0).sort("available_hours", "owner")
    if there.is_empty():
        return []
    median = there.row((there.height - 1) // 2, named=True)
    newcomer = pl.DataFrame({"owner": [_NEWCOMER], "available_hours": [median["available_hours"]]})
    more = pl.concat([there.select(newcomer.columns), newcomer])
    less = there.filter(pl.col("owner") != median["owner"])
    return [
        _changed(accounts, people, pool, heads, median["available_hours"]) for heads, people in ((1, more), (-1, less))
    ]


def _changed(accounts: pl.DataFrame, people: pl.DataFrame, pool: str, heads: int, hours: float) -> HeadChange:
    nothing = pl.lit(None, pl.List(pl.String))
    owners = people.select(
        "owner",
        units_of(pl.col("available_hours")).alias("capacity"),
        pl.lit(value=False).alias("is_away"),
        nothing.alias("regions"),
        nothing.alias("industries"),
    )
    demands = accounts.select(
        "account_id",
        units_of(pl.col("hours")).alias("demand"),
        importance(pl.col("priority")).alias("importance"),
        pl.lit(None, pl.String).alias("region"),
        pl.lit(None, pl.String).alias("industry"),
        pl.when(pl.col("owner") != UNASSIGNED).then("owner").alias("owner"),
    )
    found = assigned(demands, owners, _ANYBODY).rename({"owner": "next_owner"})
    is_left = pl.col("next_owner") == UNASSIGNED
    counts = demands.join(found, on="account_id").select(
        hours_of(pl.col("demand").filter(is_left).sum()).alias("missing_hours"),
        is_left.sum().alias("unassigned_accounts"),
        (pl.col("owner") != pl.col("next_owner")).sum().alias("handed_over_accounts"),
    )
    return HeadChange(pool, heads, hours, **counts.row(0, named=True))
