"""Drivers that are no points of a score: money, contracts and grants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.policy.sections import Economics

Driver = dict[str, Any]

_FULL_SHARE = 100


def money_drivers(row: Mapping[str, Any], economics: Economics, tier: str, *, is_up: bool) -> list[Driver]:
    """Name what moved the ceiling: gross profit and support cost per year, hours that the tier takes per year.

    Args:
        row: Facts of both months, those of the former one with ``then_``; what is unknown counts as in the ceiling.
        economics: The policy's rates.
        tier: The tier that became affordable, or no longer is.
        is_up: Whether the account went up.

    Returns:
        What pushed the way that the account went, the most money first, then what pushed the other way; nothing where
        nothing pushed that way.
    """
    profit, support = (_risen(row, name) for name in ("gross_profit", "support_cost"))
    entitled = getattr(economics.entitled_hours_per_year, tier)
    per_point = economics.complexity_surcharge_share / _FULL_SHARE
    hours = entitled * per_point * _risen(row, "complexity_without_touchpoints")
    rooms = [
        (profit, {"component": "gross_profit", "amount": round(profit, 2)}),
        (-support, {"component": "support_cost", "amount": round(support, 2)}),
        (-hours * economics.csm_rate_per_hour, {"component": "hours", "hours": round(hours, 1)}),
    ]
    way = 1 if is_up else -1
    told = [(room * way, driver) for room, driver in rooms if round(room) != 0]
    if not any(push > 0 for push, _ in told):
        return []
    return [driver for _, driver in sorted(told, key=lambda one: (one[0] <= 0, -abs(one[0]), one[1]["component"]))]


def contract_drivers(row: Mapping[str, Any]) -> list[Driver]:
    """Name what a contract event brought: ARR per year and products, whichever rose."""
    arr, products = (_risen(row, name) for name in ("arr", "products_owned"))
    told: list[Driver] = []
    if arr > 0:
        told.append({"component": "arr", "amount": round(arr, 2)})
    if products > 0:
        told.append({"component": "products", "count": round(products)})
    return told


def grant_drivers(*, is_up: bool) -> list[Driver]:
    """Name the grant whose floor raised the account, or no longer holds it."""
    return [{"component": "strategic_grant", "became": "begun" if is_up else "ended"}]


def _risen(row: Mapping[str, Any], name: str) -> float:
    return (row[name] or 0.0) - (row[f"then_{name}"] or 0.0)
