"""A published month with a plan and a team, whole and dull, save for what matters to capacities."""

from __future__ import annotations

from pathlib import Path

from tests.factories import rows
from tests.flows.published import JANUARY, publish_month
from transforms.contracts import PUBLISHED

TIER_OF = {"dedicated": "high_touch", "pooled": "mid_touch", "digital": "low_touch"}


def publish_plan(folder: Path, plan: list[tuple[str, str, float, str | None]], load: list[dict[str, object]]) -> None:
    """Publish January: accounts as (name, pool, hours a month, owner), and the rows of team_load."""
    accounts = {name: {"tier": TIER_OF[pool], "base_tier": TIER_OF[pool]} for name, pool, _, _ in plan}
    planned = [
        {
            "account_id": name,
            "owner_model": pool,
            "hours_per_month": hours,
            "technical_hours_per_month": 0.0,
            "owner": owner,
        }
        for name, pool, hours, owner in plan
    ]
    month = {"month": JANUARY.first_day}
    dull = {"high_touch_accounts": 0, "mid_touch_accounts": 0, "low_touch_accounts": 0, "handed_over_accounts": 0}
    publish_month(
        folder,
        JANUARY,
        accounts,
        engagement_plan=rows(PUBLISHED["engagement_plan"], planned, **month),
        team_load=rows(PUBLISHED["team_load"], load, **month, **dull, available_hours=0.0),
    )


def short_pool(folder: Path) -> None:
    """Two people of a pool who are full, an account for which nobody had room, and one person of another pool."""
    publish_plan(
        folder,
        [
            ("a", "pooled", 6.0, "Ada"),
            ("b", "pooled", 4.0, "Bo\x1b[31m"),
            ("c", "pooled", 5.5, "unassigned"),
            ("d", "digital", 0.5, "Robot"),
        ],
        [
            {"owner": "Ada", "pool": "pooled", "available_hours": 7.0, "required_hours": 6.0, "mid_touch_accounts": 1},
            {
                "owner": "Bo\x1b[31m", "pool": "pooled", "available_hours": 5.0, "required_hours": 4.0,
                "mid_touch_accounts": 1, "handed_over_accounts": 1,
            },
            {"owner": "Gone", "pool": "pooled", "required_hours": 0.0},
            {"owner": "Robot", "pool": "digital", "available_hours": 9.0, "required_hours": 0.5,
             "low_touch_accounts": 1},
            {"owner": "unassigned", "pool": "pooled", "required_hours": 5.5, "mid_touch_accounts": 1,
             "handed_over_accounts": 1},
        ],
    )  # fmt: skip
