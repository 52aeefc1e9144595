"""Accounts and owners of one pool in which only what matters is named."""

from __future__ import annotations

from typing import Any

import polars as pl

from transforms.engagement.matching import Costs
from transforms.engagement.owners import assigned

COSTS = Costs(2.0, 1.0)

_ACCOUNT = {
    "account_id": pl.String, "demand": pl.Int64, "importance": pl.Int64, "region": pl.String, "industry": pl.String,
    "owner": pl.String,
}  # fmt: skip
_OWNER = {
    "owner": pl.String, "capacity": pl.Int64, "is_away": pl.Boolean, "regions": pl.List(pl.String),
    "industries": pl.List(pl.String),
}  # fmt: skip


def account(account_id: str, demand: int = 1, **more: Any) -> dict[str, Any]:
    return {"importance": 0, "region": None, "industry": None, "owner": None} | {
        "account_id": account_id, "demand": demand
    } | more  # fmt: skip


def person(owner: str, capacity: int = 10, **more: Any) -> dict[str, Any]:
    return {"is_away": False, "regions": None, "industries": None} | {"owner": owner, "capacity": capacity} | more


def people(**given: tuple[str, float]) -> pl.DataFrame:
    """The team, by name: pool and hours."""
    return pl.DataFrame(
        [(name, pool, round(hours * 10_000), False, None, None) for name, (pool, hours) in given.items()],
        schema={"owner": pl.String, "pool": pl.String} | _OWNER,
        orient="row",
    )


def accounts_frame(given: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(given, schema=_ACCOUNT)


def owners_frame(given: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(given, schema=_OWNER)


def assign(accounts: list[dict[str, Any]], owners: list[dict[str, Any]]) -> dict[str, str]:
    """Owners by account."""
    found = assigned(accounts_frame(accounts), owners_frame(owners), COSTS)
    assert found.height == len(accounts)
    return dict(found.iter_rows())
