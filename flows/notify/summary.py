"""The figures of a summary for leadership: what moved, who is at risk, and whether the team can handle it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Connection

from flows.notify.read import Accounts, accounts_of, changes_of, describe_change
from flows.notify.risk_figures import risk_figures
from flows.words import CHANGES, TIERS, in_words
from sql.dialects import exact_sum, quoted, read
from transforms.contracts.model import TIERS as RANKED
from transforms.month import Month
from transforms.plurals import pluralize

_OUT = "not in scope"
_MOVES = (
    "placement",
    "promotion",
    "demotion",
    "lift_started",
    "lift_ended",
    "override_started",
    "override_ended",
    "exit",
)


def summary_of(connection: Connection, month: Month, largest: int, labels: Mapping[str, str]) -> dict[str, Any]:
    """Collect the figures of a summary as plain values for a template.

    Args:
        connection: To the warehouse.
        month: The month.
        largest: How many of the largest moves to name, and of the dearest accounts at risk.
        labels: What people call each component, by ``pillar.component``.

    Returns:
        accounts, arr, accounts_before, arr_before (currency per year), moved (accounts that were there before and
        have another tier, or left), tiers (tier, accounts, arr by tier, the highest first), kinds (how many changes of
        each kind, in words), matrix (to, and rows of from and cells; a cell is null or to, accounts, arr and is_move),
        largest (moves), not_named (how many more there are), team (pool, available, required, unassigned in hours), and
        what :func:`flows.notify.risk_figures.risk_figures` returns about risk.
    """
    movements = read(
        connection,
        f"select from_tier, to_tier, accounts, arr from {quoted(connection, 'tier_movements')} where month = :month",
        month=month.first_day,
    )
    changes = changes_of(connection, month)
    moves = changes.filter(pl.col("kind").is_in(list(_MOVES))).sort(
        "arr", "account_id", "change_id", descending=[True, False, False], nulls_last=True
    )
    accounts = accounts_of(connection, month, moves.head(largest)["account_id"], labels)
    return {
        **_headline(connection, month, movements),
        "kinds": _kinds(changes),
        "matrix": _matrix(movements),
        "largest": _largest(moves.head(largest), accounts),
        "not_named": max(moves.height - largest, 0),
        "team": _team(connection, month),
        **risk_figures(connection, month, largest),
    }


def _headline(connection: Connection, month: Month, movements: pl.DataFrame) -> dict[str, Any]:
    present = movements.filter(pl.col("to_tier").is_not_null())
    was_there = movements.filter(pl.col("from_tier").is_not_null())
    moved = was_there.filter(pl.col("from_tier").ne_missing(pl.col("to_tier")))
    before = read(
        connection,
        f"select count(*) as accounts, {exact_sum(connection, 'arr')} as arr "
        f"from {quoted(connection, 'account_tiers')} where month = :before",
        before=(month - 1).first_day,
    )
    tiers = [
        {"tier": in_words(tier, TIERS), "accounts": int(of_tier["accounts"].sum()), "arr": float(of_tier["arr"].sum())}
        for tier in reversed(RANKED)
        for of_tier in [present.filter(pl.col("to_tier") == tier)]
    ]
    return {
        "accounts": int(present["accounts"].sum()),
        "accounts_before": int(before["accounts"].item()),
        "arr": float(present["arr"].sum()),
        "arr_before": float(before["arr"].item() or 0.0),
        "moved": int(moved["accounts"].sum()),
        "tiers": tiers,
    }


def _kinds(changes: pl.DataFrame) -> list[str]:
    counts = dict(changes["kind"].value_counts().iter_rows())
    return [pluralize(counts[kind], words) for kind, words in CHANGES.items() if kind in counts]


def _matrix(movements: pl.DataFrame) -> dict[str, Any]:
    cells = {(row["from_tier"], row["to_tier"]): row for row in movements.iter_rows(named=True)}
    ranked: Sequence[str | None] = [*reversed(RANKED), None]
    froms = [tier for tier in ranked if any(pair[0] == tier for pair in cells)]
    tos = [tier for tier in ranked if any(pair[1] == tier for pair in cells)]
    rows = [
        {"from": _name(former), "cells": [_cell(cells.get((former, present)), former, present) for present in tos]}
        for former in froms
    ]
    return {"to": [_name(tier) for tier in tos], "rows": rows}


def _cell(found: Mapping[str, Any] | None, former: str | None, present: str | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "to": _name(present),
        "accounts": found["accounts"],
        "arr": float(found["arr"] or 0.0),
        "is_move": former != present,
    }


def _name(tier: str | None) -> str:
    return _OUT if tier is None else in_words(tier, TIERS)


def _largest(moves: pl.DataFrame, accounts: Accounts) -> list[Any]:
    return [describe_change(change, accounts) for change in moves.iter_rows(named=True)]


def _team(connection: Connection, month: Month) -> list[dict[str, Any]]:
    """Sum up the team's hours by pool; empty if no team is mapped."""
    load = read(
        connection,
        f"select owner, pool, available_hours, required_hours from {quoted(connection, 'team_load')} "
        "where month = :month",
        month=month.first_day,
    )
    is_unassigned = pl.col("owner") == "unassigned"
    pools = (
        load.sort("pool", "owner")
        .group_by("pool", maintain_order=True)
        .agg(
            pl.col("available_hours").filter(~is_unassigned).sum().alias("available"),
            pl.col("required_hours").filter(~is_unassigned).sum().alias("required"),
            pl.col("required_hours").filter(is_unassigned).sum().alias("unassigned"),
        )
    )
    return pools.to_dicts()
