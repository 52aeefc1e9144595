"""Months to publish: whole and dull, save for what a test names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from sql.runs import Run
from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.month import Month

JANUARY = Month.parse("2025-01")
FEBRUARY = JANUARY + 1
MARCH = JANUARY + 2

Accounts = Mapping[str, Mapping[str, Any]]


def run_of(month: Month, run_id: str | None = None, hour: int = 0, **changes: Any) -> Run:
    """A run of a month; a later hour is a later run."""
    at = datetime(2026, 1, 1, hour, tzinfo=UTC)
    dull: dict[str, Any] = {
        "run_id": run_id or f"{month}-{hour}",
        "month": month,
        "command": "run",
        "started_at": at,
        "finished_at": at,
        "policy_version": "1-abc",
        "retier_version": "0.1.0",
        "currency": "EUR",
        "known_until": at,
    }
    return Run(**(dull | changes))


def month_frames(
    run: Run,
    accounts: Accounts,
    *,
    revision: int = 1,
    changes: list[dict[str, Any]] | None = None,
    **more: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """All frames of a month; an account's values go into each table that has such a column."""
    of_month = {"month": run.month.first_day, "policy_version": run.policy_version}

    def table(name: str, **defaults: Any) -> pl.DataFrame:
        contract = PUBLISHED[name]
        given = [
            {key: value for key, value in values.items() if key in contract.columns} | {"account_id": account_id}
            for account_id, values in accounts.items()
        ]
        known = {key: value for key, value in (of_month | defaults).items() if key in contract.columns}
        return rows(contract, given, **known)

    of_components = {"metric_values": [10.0, None], "component_scores": [50.0, None], "contributions": [50.0, None]}
    return {
        "account_features": table("account_features"),
        "account_scores": table("account_scores"),
        "score_contributions_wide": table(
            "score_contributions_wide", missing_reasons=[None, "not_recorded"], **of_components
        ),
        "account_tiers": table("account_tiers", revision=revision, run_id=run.run_id, reasons="score"),
        "tier_changes": rows(
            PUBLISHED["tier_changes"],
            [{"change_id": f"{run.month}:{n}:{revision}"} | change for n, change in enumerate(changes or [])],
            month=run.month.first_day,
            revision=revision,
        ),
        **policy_frames(run.policy_version),
        **more,
    }


def policy_frames(policy_version: str) -> dict[str, pl.DataFrame]:
    """A policy of two components of health."""
    return {
        "policies": rows(PUBLISHED["policies"], [{"policy_version": policy_version}]),
        "policy_components": rows(
            PUBLISHED["policy_components"],
            [
                {"position": 1, "component": "usage_trend", "weight": 60.0},
                {"position": 2, "component": "satisfaction", "weight": 40.0},
            ],
            policy_version=policy_version,
            pillar="health",
        ),
    }


def exit_of(account_id: str, reason: str = "churned", **more: Any) -> dict[str, Any]:
    """Return a change of an account that left."""
    dull = {"kind": "exit", "exit_reason": reason, "from_tier": "low_touch", "arr": 5.0}
    return dull | {"account_id": account_id} | more
