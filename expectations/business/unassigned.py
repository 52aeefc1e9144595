"""Accounts without an owner: does the team have enough hours?"""

from __future__ import annotations

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from transforms.contracts.model import TIERS
from transforms.engagement.team import POOLS, UNASSIGNED
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.staffing import Staffing


def unassigned(load: pl.DataFrame, rules: Staffing, month: Month) -> list[Measure]:
    """Measure the share of accounts without an owner, by pool.

    Args:
        load: ``team_load`` of the month; no rows where no team is mapped.
        rules: The maximum share.
        month: The month.

    Returns:
        ``unassigned.<pool>``, a share; each only warns. It does not apply where the pool has no accounts.
    """
    accounts = pl.sum_horizontal(f"{tier}_accounts" for tier in TIERS)
    is_left = pl.col("owner") == UNASSIGNED
    by_pool = load.group_by("pool").agg(
        accounts.sum().alias("accounts"),
        accounts.filter(is_left).sum().alias("left"),
        pl.col("required_hours").filter(is_left).sum().alias("hours"),
    )
    found = {row["pool"]: row for row in by_pool.iter_rows(named=True)}
    return [_measure(found.get(pool), pool, rules, month) for pool in POOLS]


def _measure(row: dict[str, float] | None, pool: str, rules: Staffing, month: Month) -> Measure:
    name = f"unassigned.{pool}"
    if row is None or not row["accounts"]:
        return does_not_apply(name, "warn", f"the pool {pool} has no accounts in {month}")
    share = row["left"] / row["accounts"]
    message = (
        f"{row['left']:,} of {pluralize(int(row['accounts']), 'account')} of the pool {pool} have no owner in {month}"
    )
    if share > rules.maximum_unassigned_share:
        message = (
            f"{message}, expected at most {rules.maximum_unassigned_share:z.0%}: "
            f"{pluralize(round(row['hours']), 'hour a month is', 'hours a month are')} missing; retier capacity "
            "shows whose, so look at hours, absences and valid_to of the team"
        )
    return Measure(name, "warn", share, None, rules.maximum_unassigned_share, message)
