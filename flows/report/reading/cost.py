"""Reads cost to serve by tier, and the accounts that cost more than they bring in."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from sql.dialects import quoted, read
from transforms.month import Month

SHOWN_LOSSES = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost to serve against margin.

    Attributes:
        tiers: ``cost_to_serve_by_tier`` of the month: one row per tier with accounts.
        losses: The accounts with the lowest margin of those below 0: account_id, name, tier, arr, cost_to_serve,
            margin, owner.
        total_losses: How many accounts have a margin below 0.
    """

    tiers: pl.DataFrame
    losses: pl.DataFrame
    total_losses: int


def read_cost(connection: Connection, month: Month) -> Cost:
    """Read the economics of a month."""
    tiers = read(
        connection,
        f"select * from {quoted(connection, 'cost_to_serve_by_tier')} where month = :month order by tier",
        month=month.first_day,
    )
    losses = read(
        connection,
        f"""
        select
            scores.account_id, features.name, tiers.tier, scores.arr, scores.cost_to_serve, scores.margin, tiers.owner
        from {quoted(connection, "account_scores")} as scores
        join {quoted(connection, "account_tiers")} as tiers
            on tiers.account_id = scores.account_id and tiers.month = scores.month
        left join {quoted(connection, "account_features")} as features
            on features.account_id = scores.account_id and features.month = scores.month
        where scores.month = :month and scores.margin < 0
        order by scores.margin, scores.account_id
        limit {SHOWN_LOSSES}
        """,
        month=month.first_day,
    )
    total = read(
        connection,
        f"select count(*) as losses from {quoted(connection, 'account_scores')} where month = :month and margin < 0",
        month=month.first_day,
    )
    return Cost(tiers, losses, total["losses"].item())
