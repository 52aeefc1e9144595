"""Two small published months in which something of everything happens that the report tells."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from flows.settings import load_project
from flows.transactions import write_in_transaction
from sql.dialects import load
from tests.factories import rows
from tests.flows.conftest import SOURCES, write_project
from tests.flows.published import FEBRUARY, JANUARY, publish_month
from transforms.contracts import PUBLISHED

BREAKING = "</script><script>document.title='broken'</script>"
"""A name that would end the script that it stands in."""

QUOTED = '"O\'Neill" & <b>Sons</b> {{ 7 * 7 }}'
TURNED = "turned \u202e round"

_DRIVERS = json.dumps([{"component": "health.usage_trend", "points": -18.75}])

_JANUARY: dict[str, dict[str, Any]] = {
    "stays": {"tier": "mid_touch", "arr": 60_000.0},
    "rises": {"name": BREAKING, "tier": "mid_touch", "arr": 50_000.0},
    "sinks": {"name": QUOTED, "tier": "high_touch", "arr": 90_000.0},
    "heals": {"name": "Heals", "tier": "high_touch", "base_tier": "mid_touch", "arr": 40_000.0},
    "leaves": {"name": "Leaves", "tier": "low_touch", "arr": 2_000.0},
}
_FEBRUARY: dict[str, dict[str, Any]] = {
    "stays": {"tier": "mid_touch", "arr": 60_000.0, "value": 70.0, "health": 64.0},
    "rises": {
        "name": BREAKING, "tier": "high_touch", "base_tier": "mid_touch", "previous_tier": "mid_touch",
        "arr": 50_000.0, "value": 60.0, "health": 31.0, "health_1_month_ago": None, "is_lift_affordable": True,
        "lift_started_month": FEBRUARY.first_day, "is_lift_in_effect": True, "owner": "Ada </script>",
        "decided_by": "risk_lift",
    },
    "sinks": {
        "name": QUOTED, "tier": "mid_touch", "previous_tier": "high_touch", "arr": 90_000.0, "value": 90.0,
        "health": 77.0, "owner": TURNED,
    },
    "heals": {
        "name": "Heals", "tier": "mid_touch", "previous_tier": "high_touch", "arr": 40_000.0, "value": 50.0,
        "health": 88.0,
    },
    "comes": {
        "name": "Comes", "tier": "low_touch", "base_tier": "low_touch", "previous_tier": None, "arr": 1_000.0,
        "value": 10.0, "health": None,
    },
}  # fmt: skip
_CHANGES: list[dict[str, Any]] = [
    {
        "account_id": "rises", "kind": "lift_started", "from_tier": "mid_touch", "to_tier": "high_touch",
        "decided_by": "risk_lift", "arr": 50_000.0, "drivers": _DRIVERS, "owner": "Ada </script>",
    },
    {
        "account_id": "sinks", "kind": "demotion", "from_tier": "high_touch", "to_tier": "mid_touch",
        "decided_by": "economic_ceiling", "arr": 90_000.0, "drivers": "[]", "owner": TURNED,
    },
    {
        "account_id": "heals", "kind": "lift_ended", "from_tier": "high_touch", "to_tier": "mid_touch",
        "decided_by": "risk_lift", "arr": 40_000.0, "drivers": "[]",
    },
    {"account_id": "comes", "kind": "initial", "to_tier": "low_touch", "arr": 1_000.0, "drivers": "[]"},
    {
        "account_id": "leaves", "kind": "exit", "from_tier": "low_touch", "to_tier": None, "exit_reason": "churned",
        "arr": 2_000.0, "drivers": "[]",
    },
]  # fmt: skip


def published_project(folder: Path, warehouse: str | None = None) -> Path:
    """Publish both months into a new project."""
    folder.mkdir(parents=True, exist_ok=True)
    write_project(folder, SOURCES if warehouse is None else f"warehouse: {json.dumps(warehouse)}\n{SOURCES}")
    publish_month(folder, JANUARY, {name: {"previous_tier": None} | values for name, values in _JANUARY.items()})
    accounts = {name: _economics(name) | values for name, values in _FEBRUARY.items()}
    publish_month(
        folder,
        FEBRUARY,
        accounts,
        _CHANGES,
        account_segments=_segments(list(accounts)),
        account_risks=_risks(),
        team_load=_load(),
    )
    write_in_transaction(load_project(folder, {}), lambda connection: load(connection, "check_results", _checks()))
    return folder


def _economics(name: str) -> dict[str, Any]:
    """One account costs more than it brings, and of one nothing is known."""
    if name == "comes":
        return {"cost_to_serve": None, "gross_profit": 800.0, "margin": None}
    cost = 90_000.0 if name == "sinks" else 9_000.0
    return {"cost_to_serve": cost, "gross_profit": 48_000.0, "margin": 48_000.0 - cost}


def _segments(accounts: list[str]) -> pl.DataFrame:
    needs = [BREAKING, BREAKING, "report results", None, None]
    return rows(
        PUBLISHED["account_segments"],
        [{"account_id": name, "primary_need": need} for name, need in zip(accounts, needs, strict=True)],
        month=FEBRUARY.first_day,
        rfm_segment="Loyal",
        value_band="10k to 50k",
        trait="software|medium|emea|team|mature",
    )


def _risks() -> pl.DataFrame:
    ill = {"reason": "ill", "reason_since_month": FEBRUARY.first_day, "next_action": "adoption_help"}
    return rows(
        PUBLISHED["account_risks"],
        [
            ill | {
                "account_id": "rises", "arr": 50_000.0, "health": 31.0, "owner": "Ada </script>",
                "next_action_due_date": date(2025, 3, 15),
            },
            *(ill | {"account_id": name, "arr": 1_000.0, "next_action": None} for name in ("comes", "stays", "sinks")),
            {
                "account_id": "heals", "reason": "silent", "reason_since_month": JANUARY.first_day, "arr": 40_000.0,
                "next_action": "usage_call",
            },
        ],
        month=FEBRUARY.first_day,
        since_month=JANUARY.first_day,
    )  # fmt: skip


def _load() -> pl.DataFrame:
    dull = {"high_touch_accounts": 0, "mid_touch_accounts": 0, "low_touch_accounts": 0, "handed_over_accounts": 0}
    return rows(
        PUBLISHED["team_load"],
        [
            {"owner": "Ada </script>", "pool": "dedicated", "available_hours": 120.0, "required_hours": 90.0},
            {"owner": "Gone", "pool": "pooled", "available_hours": 0.0, "required_hours": 0.0},
            {"owner": "unassigned", "pool": "pooled", "available_hours": 0.0, "required_hours": 12.5,
             "mid_touch_accounts": 3},
        ],
        month=FEBRUARY.first_day,
        **dull,
    )  # fmt: skip


def _checks() -> pl.DataFrame:
    return rows(
        PUBLISHED["check_results"],
        [
            {"check": "usage.readable", "severity": "warn", "is_passed": False, "message": "1 row of <usage> broke"},
            {"check": "fleet_shift", "severity": "fail", "is_passed": False, "message": "many moved",
             "accepted_by": "kim", "accept_reason": "a price rise"},
            {"check": "rows.accounts", "severity": "fail", "is_passed": True, "message": "as many as before"},
        ],
        month=FEBRUARY.first_day,
        run_id=f"{FEBRUARY}-1",
    )  # fmt: skip
