"""Published states and features of a month in which only what matters is named; ranks are written as tiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.contracts.model import TIERS
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers import step

LOW, MID, HIGH = TIERS
MONTH = Month.parse("2025-06")
BEFORE = MONTH - 1

FEATURE_SCHEMA = {
    name: dtype for table in ("account_features", "account_scores") for name, dtype in PUBLISHED[table].schema.items()
}

Row = Mapping[str, Any]


def feature_row(account_id: str = "a", **given: Any) -> dict[str, Any]:
    """A month of an account that is well, rich, scored in the middle, and of which nothing else is to be said."""
    row = {
        "month": MONTH.first_day,
        "account_id": account_id,
        "arr": 200_000.0,
        "is_in_grace": False,
        "tenure_start_date": date(2023, 1, 1),
        "tenure_months": 30,
        "events": 500,
        "last_active_date": MONTH.last_day,
        "usage_recency_days": 0,
        "priority": 50.0,
        "health": 75.0,
        "health_1_month_ago": 75.0,
        "health_2_months_ago": 75.0,
        "complexity_without_touchpoints": 0.0,
        "support_cost": 0.0,
        "new_product_arr": 0.0,
        "has_grant": False,
        "has_renewal_freeze": False,
        "has_open_escalation": False,
    } | given
    unknown = set(row) - set(FEATURE_SCHEMA)
    assert not unknown, f"no feature or score is called {unknown}"
    arr = {"arr_1_month_ago": row["arr"], "arr_2_months_ago": row["arr"], "gross_profit": 0.8 * row["arr"]}
    return dict.fromkeys(FEATURE_SCHEMA) | arr | row


def features(given: Iterable[Row]) -> pl.LazyFrame:
    """Features and scores of a month; every row is filled by ``feature_row``."""
    return pl.DataFrame([feature_row(**row) for row in given], schema=FEATURE_SCHEMA).lazy()


def state_row(account_id: str = "a", base: str = MID, **given: Any) -> dict[str, Any]:
    """A published month of an account that stands in ``base``, without lift, override or anything pending."""
    return {
        "month": BEFORE.first_day,
        "account_id": account_id,
        "tier": base,
        "base_tier": base,
        "tier_without_override": base,
        "base_tier_without_override": base,
        "score_target_tier": base,
        "ceiling_tier": HIGH,
        "target_tier": base,
        "decided_by": "score",
        "reasons": "score",
        "promotion_streak_months": 0,
        "demotion_streak_months": 0,
        "is_provisional": False,
        "is_lift_armed": True,
        "healthy_streak_months": 0,
        "is_contract_event_pending": False,
    } | given


def state(given: Iterable[Row]) -> pl.LazyFrame:
    """account_tiers of the month before; every row is filled by ``state_row``."""
    return rows(PUBLISHED["account_tiers"], [state_row(**row) for row in given]).lazy()


def as_published(stepped: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Complete what the step gives to the columns of account_tiers, as publishing does, and to no others."""
    table = PUBLISHED["account_tiers"]
    dull = rows(table, [{}]).drop(stepped.columns)
    return stepped.join(dull.with_columns(month=pl.lit(month.first_day)), how="cross").select(table.columns)


def step_rows(
    before: Iterable[Row], now: Iterable[Row], policy: Policy, month: Month = MONTH
) -> dict[str, dict[str, Any]]:
    """The stepped rows by account."""
    stepped = step(state(before), features(now), policy, month).collect()
    return {row["account_id"]: row for row in stepped.iter_rows(named=True)}


def rank(tier: str) -> int:
    """The rank of a tier."""
    return TIERS.index(tier)


def with_movement(policy: Policy, **changes: Any) -> Policy:
    """The policy with other rules of movement."""
    return policy.model_copy(update={"movement": policy.movement.model_copy(update=changes)})
