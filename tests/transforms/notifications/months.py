"""Months of a few accounts, each announced as the outbox would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.notifications.events import events_of
from transforms.notifications.outbox import Outbox, notifications_of
from transforms.notifications.routes import Route
from transforms.policy.notifications import Notifications
from transforms.tiers.changes import change_id, with_corrections

MONTH = Month.parse("2025-03")

RULES = Notifications.model_validate(
    {
        "maximum_changed_share": {"value": 0.5, "reason": "a test"},
        "minimum_accounts": {"value": 4, "reason": "a test"},
        "news": ["promotion", "demotion", "lift_started", "lift_ended", "exit"],
        "alerts": ["lift_started", "lift_ended"],
        "changes_per_message": {"value": 3, "reason": "a test"},
        "largest_moves": {"value": 2, "reason": "a test"},
    }
)

Tiers = Mapping[str, str]


def tiers_frame(tiers: Tiers, owners: Mapping[str, str] | None = None) -> pl.DataFrame:
    """account_tiers with a tier for each account; nobody is lifted."""
    lines = [
        {"account_id": one, "tier": tier, "base_tier": tier, "owner": (owners or {}).get(one), "arr": 100.0}
        for one, tier in tiers.items()
    ]
    return rows(PUBLISHED["account_tiers"], lines, month=MONTH.first_day)


def change_rows(lines: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """tier_changes with what a test names."""
    return rows(PUBLISHED["tier_changes"], lines, month=MONTH.first_day, kind="promotion")


def changes_between(before: Tiers, now: Tiers, superseded: Tiers, revision: int) -> pl.DataFrame:
    """tier_changes of accounts that moved between two months, with corrections of a former revision."""
    ranks = ("low_touch", "mid_touch", "high_touch")
    lines = [
        {
            "account_id": one, "from_tier": before[one], "to_tier": now[one], "from_base_tier": before[one],
            "to_base_tier": now[one], "arr": 100.0,
            "kind": "promotion" if ranks.index(now[one]) > ranks.index(before[one]) else "demotion",
        }
        for one in now
        if one in before and before[one] != now[one]
    ]  # fmt: skip
    bare = change_rows([{"change_id": str(number)} | line for number, line in enumerate(lines)])
    corrected = with_corrections(
        bare.lazy().drop("is_correction"), tiers_frame(superseded).lazy(), tiers_frame(now).lazy(), revision
    )
    named = corrected.with_columns(change_id(MONTH).alias("change_id"))
    return named.select(PUBLISHED["tier_changes"].columns).collect()


def events(
    changes: pl.DataFrame,
    superseded: Tiers | None = None,
    now: Tiers | None = None,
    regions: Mapping[str, str] | None = None,
    addresses: Mapping[str, str] | None = None,
    former_changes: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What there is to tell."""
    return events_of(
        changes,
        change_rows([]) if former_changes is None else former_changes,
        tiers_frame(superseded or {}),
        tiers_frame(now or {}),
        _pairs(regions or {}, "account_id", "region"),
        _pairs(addresses or {}, "owner", "address"),
    )


def outbox(told: pl.DataFrame, *routes: Route, revision: int = 1, held_because: str | None = None) -> pl.DataFrame:
    """The rows of the outbox."""
    return notifications_of(Outbox(MONTH, revision, RULES, held_because), told, routes)


def _pairs(pairs: Mapping[str, str], key: str, value: str) -> pl.LazyFrame:
    return pl.LazyFrame({key: list(pairs), value: list(pairs.values())}, schema={key: pl.String, value: pl.String})
