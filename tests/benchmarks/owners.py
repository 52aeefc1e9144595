"""Owners for all accounts of two pools: from nothing, as the next month, and with everybody a little overloaded.

Run as a module, it assigns them from nothing and prints the peak memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import polars as pl

from tests.benchmarks.measure import print_own_peak
from transforms.engagement.owners import with_owners
from transforms.policy.staffing import Staffing

ACCOUNTS = 20_000
OWNERS = 400

_DEDICATED_SHARE = 5
"""One account and one owner in so many is of the dedicated pool."""

_REGIONS = tuple(f"region {number}" for number in range(8))
_INDUSTRIES = tuple(f"industry {number}" for number in range(12))
_STAFFING = Staffing.model_construct(
    handover_absence_days=14,
    technical_hours_per_year=24.0,
    maximum_unassigned_share=0.1,
    other_region_cost=2.0,
    other_industry_cost=1.0,
)


def candidates() -> dict[str, Callable[[], object]]:
    """Return what is measured, by name."""
    nothing = plan()
    next_month = _next_month(with_owners(nothing, team(), _STAFFING))
    return {
        "from nothing": lambda: with_owners(nothing, team(), _STAFFING),
        "next month": lambda: with_owners(next_month, team(), _STAFFING),
        "overloaded": lambda: with_owners(next_month, team(0.9), _STAFFING),
    }


@cache
def plan() -> pl.DataFrame:
    """The plan of accounts that nobody looks after yet."""
    number = pl.int_range(ACCOUNTS, dtype=pl.Int64)
    is_dedicated = _drawn("pool", _DEDICATED_SHARE) == 0
    nobody = pl.lit(None, pl.String)
    hours = pl.when(is_dedicated).then(6 + _drawn("hours", 4000) / 1000).otherwise(1.5 + _drawn("hours", 2000) / 1000)
    return pl.select(number.alias("n")).select(
        pl.format("a-{}", pl.col("n")).alias("account_id"),
        pl.when(is_dedicated).then(pl.lit("dedicated")).otherwise(pl.lit("pooled")).alias("owner_model"),
        hours.alias("hours_per_month"),
        pl.lit(0.0).alias("technical_hours_per_month"),
        (_drawn("priority", 10_000) / 100).alias("priority"),
        _picked("region", _REGIONS),
        _picked("industry", _INDUSTRIES),
        nobody.alias("csm_email"),
        nobody.alias("previous_owner"),
        nobody.alias("previous_technical_owner"),
    )


@cache
def team(share: float = 1.03) -> pl.DataFrame:
    """A team with so many times the hours that the plan takes; most work for some regions and industries only."""
    is_dedicated = pl.col("n") % _DEDICATED_SHARE == 0
    needed = dict(plan().group_by("owner_model").agg(pl.col("hours_per_month").sum()).iter_rows())
    people = {"dedicated": OWNERS // _DEDICATED_SHARE, "pooled": OWNERS - OWNERS // _DEDICATED_SHARE}
    hours = [share * needed[pool] / people[pool] for pool in ("dedicated", "pooled")]
    capacity = pl.when(is_dedicated).then(hours[0]).otherwise(hours[1]) * 10_000
    return pl.select(pl.int_range(OWNERS, dtype=pl.Int64).alias("n")).select(
        pl.format("owner {}", pl.col("n")).alias("owner"),
        pl.when(is_dedicated).then(pl.lit("dedicated")).otherwise(pl.lit("pooled")).alias("pool"),
        capacity.cast(pl.Int64).alias("capacity"),
        pl.lit(value=False).alias("is_away"),
        _listed("regions", _REGIONS, 2),
        _listed("industries", _INDUSTRIES, 3),
    )


def assigned_share() -> float:
    """Return the share of accounts that have an owner when assigned from nothing."""
    owners = with_owners(plan(), team(), _STAFFING)["owner"]
    return 1 - owners.eq("unassigned").sum() / len(owners)


def _next_month(former: pl.DataFrame) -> pl.DataFrame:
    return former.with_columns(pl.col("owner").alias("previous_owner")).drop(
        "owner", "technical_owner", "is_handed_over"
    )


def _drawn(what: str, below: int) -> pl.Expr:
    """Draw a whole number for each row that depends on its number alone."""
    return (pl.concat_str(pl.lit(what), pl.col("n")).hash(7) % below).cast(pl.Int64)


def _picked(what: str, names: tuple[str, ...]) -> pl.Expr:
    chosen = _drawn(what, len(names))
    return chosen.replace_strict(list(range(len(names))), names, return_dtype=pl.String).alias(what)


def _listed(what: str, names: tuple[str, ...], count: int) -> pl.Expr:
    first = _drawn(what, len(names))
    places = pl.concat_list((first + step) % len(names) for step in range(count)).list.sort()
    listed = places.list.eval(pl.element().replace_strict(list(range(len(names))), names, return_dtype=pl.String))
    return pl.when(_drawn(f"{what} at all", 5) > 0).then(listed).alias(what)


if __name__ == "__main__":
    assigned_share()
    print_own_peak()
