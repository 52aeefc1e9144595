"""A small company that has lived through eighteen months, with something to find for every question of sql/queries.

Every account is there for the sake of what its name says; the others are what a query has to leave out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from tests.factories import rows
from tests.sql.notices import CHECK_RESULTS, NOTIFICATIONS, QUARANTINE, TEAM_LOAD
from transforms.contracts import PUBLISHED
from transforms.month import Month

FIRST, NEWEST = Month.parse("2025-01"), Month.parse("2026-06")
MONTHS = tuple(Month.range(FIRST, NEWEST))
RESTATED = Month.parse("2026-03")

Values = dict[str, Any]

LOW, MID, HIGH = (
    {
        "tier": f"{name}_touch",
        "base_tier": f"{name}_touch",
        "score_target_tier": f"{name}_touch",
        "tier_without_override": f"{name}_touch",
    }
    for name in ("low", "mid", "high")
)

DULL: Values = LOW | {
    "arr": 1000.0,
    "owner": "Ada",
    "owner_model": "pooled",
    "decided_by": "score",
    "reasons": "score",
    "binding_constraint": "score",
    "points_to_promotion": 20.0,
    "months_to_wait": 2,
    "health": 70.0,
    "cost_to_serve": 100.0,
    "margin": 500.0,
    "value_band": "small",
    "rfm_segment": "Loyal",
    "missing_reasons": [None, None, None, None],
    "contributions": [40.0, 20.0, 10.0, 50.0],
}
"""What holds of an account in a month unless it is said otherwise."""

ACCOUNTS: dict[str, tuple[str, str, Values]] = {
    "steady": ("2025-01", "2026-06", {"owner": "Bo"}),
    "riser": (
        "2025-01",
        "2026-06",
        MID | {"points_to_promotion": 0.0, "months_to_wait": 1, "binding_constraint": "dwell", "top_lever": "dwell"},
    ),
    "churned": ("2025-01", "2025-08", MID | {"health": 30.0, "value_band": "of old"}),
    "merged": ("2025-01", "2025-09", MID),
    "close": ("2026-02", "2026-06", MID | {"points_to_promotion": 4.5, "top_lever": "growth.usage_growth"}),
    "far": ("2026-02", "2026-06", MID | {"points_to_promotion": 12.0, "rfm_segment": "Champions"}),
    "capped": (
        "2026-02",
        "2026-06",
        MID | {"points_to_promotion": 0.0, "binding_constraint": "economic_ceiling"},
    ),
    "frozen": ("2026-02", "2026-06", {"binding_constraint": "renewal_freeze"}),
    "costly": ("2026-02", "2026-06", HIGH | {"margin": -50.0, "decided_by": "strategic_grant", "value_band": "large"}),
    "dear": ("2026-02", "2026-06", {"margin": -70.0, "primary_need": "plan projects", "owner_model": "digital"}),
    "unmeasured": ("2026-02", "2026-06", {"margin": None, "cost_to_serve": None, "primary_need": "plan projects"}),
    "ill": ("2026-02", "2026-06", {"health": 40.0, "reasons": "score,chronic_risk", "renewal_date": date(2026, 8, 15)}),
    "well again": ("2026-02", "2026-06", {"health": 80.0, "renewal_date": date(2026, 8, 15)}),
    "lifted": (
        "2026-02",
        "2026-06",
        {"lift_started_month": date(2026, 5, 1), "is_lift_affordable": True, "renewal_date": date(2027, 3, 1)},
    ),
    "flapper": ("2026-02", "2026-06", {}),
    "guest": (
        "2026-02",
        "2026-06",
        MID | {"tier_without_override": "low_touch", "override_end_date": date(2026, 7, 31)},
    ),
    "long guest": ("2026-02", "2026-06", {"override_end_date": date(2026, 12, 31)}),
    "story-silent-churner": ("2026-01", "2026-06", {"owner": "unassigned", "primary_need": "track time"}),
}
"""By account: its first month, its last one, and what is not dull about it."""

AT: dict[tuple[str, str], Values] = {
    ("riser", "2025-01"): LOW,
    ("riser", "2026-02"): {"arr": 3000.0},
    ("riser", "2026-03"): {"arr": 3000.0},
    ("riser", "2026-05"): {"arr": 3000.0},
    ("riser", "2026-06"): {"arr": 3000.0, "score_target_tier": "high_touch"},
    ("steady", "2026-02"): {"arr": 900.0},
    ("steady", "2026-06"): {"arr": 900.0},
    ("capped", "2026-02"): {"score_target_tier": "high_touch"},
    ("capped", "2026-04"): {"score_target_tier": "high_touch"},
    ("capped", "2026-05"): {"score_target_tier": "high_touch"},
    ("capped", "2026-06"): {"score_target_tier": "high_touch"},
    ("frozen", "2026-05"): {"score_target_tier": "mid_touch", "blocked_by": "renewal_freeze"},
    ("frozen", "2026-06"): {"score_target_tier": "mid_touch", "blocked_by": "renewal_freeze"},
    ("flapper", "2026-03"): MID,
    ("flapper", "2026-04"): MID,
    ("dear", "2026-06"): {"arr_potential": 300.0, "missing_reasons": [None, "not_recorded", None, None]},
    ("unmeasured", "2026-06"): {"arr_potential": 50.0, "missing_reasons": [None, "not_recorded", None, None]},
    ("ill", "2026-06"): {"health": 38.0, "missing_reasons": ["not_recorded", None, None, None]},
    ("story-silent-churner", "2026-06"): {"contributions": [5.0, None, 10.0, 50.0], "arr_potential": 7.0},
}
"""What is so in one month only."""

_OUT = {"kind": "exit", "from_tier": "mid_touch"}

CHANGES: list[Values] = [
    {"month": date(2025, 2, 1), "account_id": "riser", "kind": "promotion"},
    {"month": date(2025, 9, 1), "account_id": "churned", "exit_reason": "churned"} | _OUT,
    {"month": date(2025, 10, 1), "account_id": "merged", "exit_reason": "merged", "arr": 500.0} | _OUT,
    {"month": date(2025, 8, 1), "account_id": "churned", "kind": "lift_ended"},
    {"month": date(2025, 6, 1), "account_id": "merged", "kind": "lift_ended"},
    {"month": date(2026, 5, 1), "account_id": "ill", "kind": "lift_ended"},
    {"month": date(2026, 5, 1), "account_id": "well again", "kind": "lift_ended"},
    {"month": date(2026, 3, 1), "account_id": "flapper", "kind": "promotion"},
    {"month": date(2026, 5, 1), "account_id": "flapper", "kind": "demotion"},
    {"month": date(2026, 4, 1), "account_id": "guest", "kind": "promotion"},
]

ACTIONS: list[Values] = [
    {"account_id": "steady", "action": "health_check", "status": "open", "due_date": date(2026, 5, 30)},
    {"account_id": "riser", "action": "health_check", "status": "open", "due_date": date(2026, 7, 1)},
    {"account_id": "ill", "action": "health_check", "status": "done", "due_date": date(2026, 5, 30)},
    {"account_id": "ill", "action": "chronic_risk", "status": "open", "due_date": date(2026, 6, 30)},
    {"account_id": "far", "action": "chronic_risk", "status": "open", "due_date": date(2026, 6, 14)},
]

RISKS: list[Values] = [
    {
        "account_id": "ill", "reason": "chronic", "next_action": "chronic_risk", "health": 38.0, "arr": 1000.0,
        "owner": "Ada", "renewal_date": date(2026, 8, 15),
    },
    {"account_id": "lifted", "reason": "ill", "arr": 1000.0, "owner": "Ada", "renewal_date": date(2027, 3, 1)},
    {"account_id": "steady", "reason": "silent", "arr": 1000.0, "owner": "Bo", "renewal_date": None},
]  # fmt: skip

COMPONENTS = [
    {"position": 1, "pillar": "health", "component": "usage_trend", "metric": "usage_trend_ratio", "weight": 40.0},
    {"position": 2, "pillar": "health", "component": "satisfaction", "metric": "csat_mean", "weight": 20.0},
    {"position": 3, "pillar": "health", "component": "payment", "metric": "days_late_mean", "weight": 10.0},
    {"position": 4, "pillar": "growth", "component": "usage_growth", "metric": "usage_growth_ratio", "weight": 30.0},
]

POLICIES = {
    "1-abc": {"effective_month": date(2025, 1, 1), "reason": "to begin with"},
    "2-def": {"effective_month": date(2026, 1, 1), "reason": "fewer in high touch"},
    "3-ghi": {"effective_month": date(2026, 7, 1), "reason": "not yet in force"},
}


def frames() -> dict[str, pl.DataFrame]:
    """All rows of the warehouse, by table."""
    lived = list(_lived())
    given: dict[str, list[Values]] = {
        "tier_changes": [
            {"change_id": str(number), "owner": "Ada", "arr": 1000.0} | change for number, change in enumerate(CHANGES)
        ],
        "engagement_actions": [{"month": NEWEST.first_day} | action for action in ACTIONS],
        "account_risks": [{"month": NEWEST.first_day} | risk for risk in RISKS],
        "policies": [{"policy_version": label} | values for label, values in POLICIES.items()],
        "policy_components": [{"policy_version": label} | values for label in POLICIES for values in COMPONENTS],
        "restatements": list(_restated(lived)),
        "runs": list(_runs()),
        "check_results": CHECK_RESULTS,
        "notifications": NOTIFICATIONS,
        "quarantine": QUARANTINE,
        "team_load": TEAM_LOAD,
    }
    by_account = (
        "account_tiers",
        "account_scores",
        "account_features",
        "account_segments",
        "engagement_plan",
        "score_contributions_wide",
    )
    for table in by_account:
        columns = PUBLISHED[table].columns
        given[table] = [{key: value for key, value in row.items() if key in columns} for row in lived]
    return {table: rows(PUBLISHED[table], table_rows) for table, table_rows in given.items()}


def _lived() -> Iterator[Values]:
    """One row per account and month, with the columns of all tables."""
    for account_id, (first, last, own) in ACCOUNTS.items():
        former: str | None = None
        for month in Month.range(Month.parse(first), Month.parse(last)):
            row = DULL | own | AT.get((account_id, str(month)), {})
            yield row | {
                "month": month.first_day,
                "account_id": account_id,
                "name": account_id.title(),
                "previous_tier": former,
                "metric_values": [0.5, 4.0, 3.0, 0.1],
                "component_scores": row["contributions"],
                "policy_version": "1-abc" if month < Month.parse("2026-01") else "2-def",
                "revision": 2 if month == RESTATED else 1,
                "run_id": f"{month}-{2 if month == RESTATED else 1}",
            }
            former = row["tier"]


def _restated(lived: list[Values]) -> Iterator[Values]:
    """What was said of March first: guest was in low touch, flapper not in scope, and another one was."""
    columns = PUBLISHED["account_tiers"].columns
    for row in lived:
        if row["month"] == RESTATED.first_day and row["account_id"] != "flapper":
            said = {key: value for key, value in row.items() if key in columns} | {"revision": 1, "run_id": "2026-03-1"}
            if row["account_id"] == "guest":
                said |= {"tier": "low_touch", "arr": 800.0}
            yield _superseded(said)
            if row["account_id"] == "steady":
                yield _superseded(said | {"account_id": "phantom"})


def _superseded(said: Values) -> Values:
    return {
        "month": RESTATED.first_day,
        "account_id": said["account_id"],
        "revision": 1,
        "table_name": "account_tiers",
        "former_row": json.dumps(said, default=str),
    }


def _runs() -> Iterator[Values]:
    for month in MONTHS:
        for revision in (1, 2) if month == RESTATED else (1,):
            yield {
                "run_id": f"{month}-{revision}",
                "month": month.first_day,
                "status": "published",
                "revision": revision,
                "finished_at": datetime(2026, 7, 1, revision, tzinfo=UTC),
            }
    yield {"run_id": "stopped", "month": (NEWEST + 1).first_day, "status": "stopped", "revision": 0}
