"""Publishes months into a project's warehouse, whole and dull, save for what a test names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from flows.settings import Project, load_project
from flows.warehouse import warehouse_engine
from sql.ddl import create_all
from sql.engine import transaction
from sql.publish import publish
from sql.state import last_run_by_month, next_revision
from tests.factories import rows
from tests.sql.months import Accounts, month_frames, run_of
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.policy import Policy

JANUARY = Month.parse("2025-01")
FEBRUARY = JANUARY + 1
MARCH = JANUARY + 2

DULL = {
    "tier": "mid_touch",
    "base_tier": "mid_touch",
    "base_tier_without_override": "mid_touch",
    "previous_tier": "mid_touch",
    "target_tier": "mid_touch",
    "score_target_tier": "mid_touch",
    "ceiling_tier": "high_touch",
    "decided_by": "score",
    "reasons": "score",
    "priority": 52.0,
    "health": 71.5,
    "points_to_promotion": 13.0,
    "points_to_demotion": 17.0,
    "months_to_wait": 2,
    "earliest_promotion_month": (MARCH + 2).first_day,
    "binding_constraint": "score",
    "top_lever": "growth.usage_growth",
    "promotion_streak_months": 0,
    "demotion_streak_months": 0,
}
"""An account in the middle, to which nothing happens."""


def publish_month(
    folder: Path, month: Month, accounts: Accounts, changes: list[dict[str, Any]] | None = None, **more: pl.DataFrame
) -> None:
    """Publish a month of accounts, each of them dull save for the values given, as its next revision."""
    project = load_project(folder, {})
    policy = project.policies.policy_for(month)
    with transaction(warehouse_engine(project)) as connection:
        create_all(connection)
        runs = last_run_by_month(connection)
        former = runs.filter(pl.col("month") == (month - 1).first_day)["result_fingerprint"]
        revision = next_revision(last_run_by_month(connection), month)
        run = run_of(
            month,
            hour=revision,
            policy_version=policy.label,
            previous_fingerprint=None if former.is_empty() else former.item(),
            accounts_in_scope=len(accounts),
        )
        given = {account_id: DULL | dict(values) for account_id, values in accounts.items()}
        frames = month_frames(run, given, revision=revision, changes=changes, **more)
        publish(
            connection,
            run,
            frames | {"score_contributions_wide": _wide(given, run.month, policy)} | _policy(project, policy),
        )


def _wide(accounts: Accounts, month: Month, policy: Policy) -> pl.DataFrame:
    """Every component scores 50 points, except for those of complexity, of which nothing is known."""
    places = policy.pillars.components()
    is_known = [pillar != "complexity" for pillar, _, _ in places]
    return rows(
        PUBLISHED["score_contributions_wide"],
        [{"account_id": account_id} for account_id in accounts],
        month=month.first_day,
        policy_version=policy.label,
        metric_values=[0.5 if known else None for known in is_known],
        component_scores=[50.0 if known else None for known in is_known],
        contributions=[
            component.weight / 2 if known else None for known, (_, _, component) in zip(is_known, places, strict=True)
        ],
        missing_reasons=[None if known else "not_recorded" for known in is_known],
    )


def _policy(project: Project, policy: Policy) -> dict[str, pl.DataFrame]:
    version = {"effective_month": policy.effective_month.first_day, "content": project.policy_text(policy)}
    components = [
        {"position": position, "pillar": pillar, "component": name, "weight": component.weight}
        for position, (pillar, name, component) in enumerate(policy.pillars.components(), start=1)
    ]
    return {
        "policies": rows(PUBLISHED["policies"], [version], policy_version=policy.label),
        "policy_components": rows(PUBLISHED["policy_components"], components, policy_version=policy.label),
    }
