"""What the small company of lived_through knows beside its accounts: checks, rows held back, notifications, hours."""

from __future__ import annotations

from datetime import date
from typing import Any

from transforms.month import Month

_SIX_MONTHS = tuple(Month.range(Month.parse("2026-01"), Month.parse("2026-06")))


def _broken(check: str, month: Month, revision: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "run_id": f"{month}-{revision}",
        "check": check,
        "month": month.first_day,
        "severity": "warn",
        "is_passed": False,
        "message": f"{check} is broken in {month}",
    } | more


_IN_FORCE = [(month, 2 if str(month) == "2026-03" else 1) for month in _SIX_MONTHS]

CHECK_RESULTS = [
    *(_broken("always", month, revision) for month, revision in _IN_FORCE),
    *(_broken("fixed in June", month, revision) for month, revision in _IN_FORCE[:-1]),
    _broken("fixed in June", Month.parse("2026-06"), is_passed=True),
    # In March only the run that is superseded broke it.
    *(_broken("fixed by a backfill", month) for month in _SIX_MONTHS),
    _broken("fixed by a backfill", Month.parse("2026-03"), 2, is_passed=True),
]

_HELD_BACK = (
    ("2026-06", "usage", "events.range"),
    ("2026-06", "usage", "events.range"),
    ("2026-06", "usage", "key.unique"),
    ("2026-05", "tickets", "priority.allowed"),
    ("2025-06", "usage", "events.range"),
)

QUARANTINE = [
    {
        "run_id": f"{month}-1",
        "row": number,
        "month": Month.parse(month).first_day,
        "source": source,
        "broken_rules": rules,
        "origin": f"data/{source}.csv",
    }
    for number, (month, source, rules) in enumerate(_HELD_BACK)
]

_DEAD = {"status": "dead", "attempts": 8, "last_error": "the address is unknown"}

NOTIFICATIONS = [
    {"notification_id": str(number), "month": date(2026, 6, 1), "message": "digest", "audience": "owner"} | row
    for number, row in enumerate(
        [
            {"channel": "mail", "message_id": "a"} | _DEAD,
            {"channel": "mail", "message_id": "a"} | _DEAD,
            {"channel": "mail", "message_id": "b", "status": "sent", "attempts": 1},
            {"channel": "mail", "message_id": "c", "status": "pending", "attempts": 0},
            {"channel": "chat", "message_id": "d", "status": "pending", "attempts": 2, "last_error": "no answer"},
            {"channel": "chat", "message_id": "e", "status": "held", "attempts": 0, "last_error": "a surge"},
            {"channel": "approval", "message_id": "f", "audience": "customer", "status": "held", "attempts": 0},
            {"channel": "chat", "message_id": "g", "status": "superseded", "attempts": 1},
        ]
    )
]


def _load(owner: str, pool: str, available: float, required: float, month: str = "2026-06") -> dict[str, Any]:
    tiers = {"high_touch_accounts": 1, "mid_touch_accounts": 2, "low_touch_accounts": 0}
    hours = {"available_hours": available, "required_hours": required}
    return {"month": Month.parse(month).first_day, "owner": owner, "pool": pool} | hours | tiers


TEAM_LOAD = [
    _load("Ada", "dedicated", 120.0, 118.0),
    _load("Bo", "dedicated", 120.0, 60.0),
    _load("on leave", "dedicated", 0.0, 0.0),
    _load("unassigned", "pooled", 0.0, 12.0),
    _load("full in May", "pooled", 100.0, 100.0, "2026-05"),
]
