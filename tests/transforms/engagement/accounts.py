"""Accounts as the plan and the actions see them, in which only what matters is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from transforms.contracts import PUBLISHED
from transforms.month import Month

MONTH = Month.parse("2025-06")

_TABLES = ("account_features", "account_scores", "account_tiers", "account_segments", "engagement_plan")
_AT_RISK = {"risk_reason": pl.String(), "risk_reason_since_month": pl.Date(), "risk_action": pl.String()}
SCHEMA = {name: dtype for table in _TABLES for name, dtype in PUBLISHED[table].schema.items()} | _AT_RISK

_DULL = {
    "month": MONTH.first_day,
    "account_id": "a",
    "arr": 100_000.0,
    "tier": "mid_touch",
    "base_tier": "mid_touch",
    "tier_without_override": "mid_touch",
    "ceiling_tier": "high_touch",
    "reasons": "score",
    "lifecycle_stage": "established",
    "structural_stage": "established",
    "ill_months_of_6": 0,
    "is_lift_in_effect": False,
    "is_held_out": False,
    "health": 75.0,
    "entitlements": "pooled_csm",
    "cadence_days": 30,
}


def accounts(given: Iterable[Mapping[str, Any]], **more: pl.DataType) -> pl.LazyFrame:
    """One row per account: established, mid touch, well, and of which nothing else is to be said."""
    schema = SCHEMA | more
    filled = [dict.fromkeys(schema) | _DULL | dict(row) for row in given]
    assert all(set(row) == set(schema) for row in filled), "there is no such column"
    return pl.DataFrame(filled, schema=schema).lazy()
