"""A small warehouse with a published month and its outbox, made without computing the month."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from flows.notify.read import changes_of
from flows.settings import Project, load_project
from flows.transactions import read_in_transaction, write_in_transaction
from sql.dialects import read
from sql.publish import publish
from sql.state import last_run_by_month, next_revision, tiers_of
from tests.factories import rows
from tests.flows.conftest import SOURCES, write_project
from tests.sql.months import month_frames, run_of
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.notifications.events import events_of
from transforms.notifications.outbox import Outbox, notifications_of

BEFORE = Month.parse("2026-09")
MONTH = Month.parse("2026-10")

ACCOUNTS: dict[str, dict[str, Any]] = {
    "a-1": {"name": "Acme", "owner": "kim", "tier": "mid_touch", "previous_tier": "low_touch", "arr": 5000.0},
    "a-2": {"name": "Beta", "owner": "kim", "tier": "high_touch", "previous_tier": "mid_touch", "arr": 90000.0},
    "a-3": {"name": "Ceta", "owner": "lee", "tier": "low_touch", "previous_tier": "mid_touch", "arr": 70.0},
    "a-4": {"name": "Dull", "owner": "lee", "tier": "low_touch", "previous_tier": "low_touch", "arr": 1.0},
}
CHANGES: list[dict[str, Any]] = [
    {"account_id": "a-1", "kind": "promotion", "decided_by": "score", "reasons": "score"},
    {"account_id": "a-2", "kind": "lift_started", "decided_by": "risk_lift", "reasons": "risk_lift,chronic_risk"},
    {"account_id": "a-3", "kind": "demotion", "decided_by": "economic_ceiling", "reasons": "economic_ceiling"},
]
ADDRESSES = {"kim": "kim@example.com", "lee": "lee@example.com"}
_DRIVERS = json.dumps(
    [{"component": "growth.usage_growth", "points": 4.25}, {"component": "value.arr", "points": -1.0}]
)


def template(folder: Path) -> Path:
    """Publish the month, with the channel hook to be notified of it, and return the warehouse's file to be copied."""
    publish_month(project_of(folder, "  hook: {url: 'json://127.0.0.1:9/nobody'}\n"))
    return folder / "retier.duckdb"


def project_of(folder: Path, channels: str, more: str = "", **environ: str) -> Project:
    """Write and load a project with channels, which are tried without patience."""
    folder.mkdir(parents=True, exist_ok=True)
    patience = "delivery: {timeout_seconds: 2, maximum_attempts: 3, first_wait_seconds: 0}\n"
    text = f"channels:\n{channels}{more or patience}{SOURCES}"
    return load_project(write_project(folder, text), environ)


def publish_month(
    project: Project,
    accounts: Mapping[str, Mapping[str, Any]] = ACCOUNTS,
    changes: Sequence[Mapping[str, Any]] = CHANGES,
    month: Month = MONTH,
    held_because: str | None = None,
    is_told: bool = True,
    risks: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Publish a month as its next revision, with what its channels are to tell."""

    def work(connection: Any) -> None:
        revision = next_revision(last_run_by_month(connection), month)
        superseded = tiers_of(connection, month)
        lines = [_change(change, accounts, superseded, month, revision) for change in changes]
        before = last_run_by_month(connection).filter(pl.col("month") == (month - 1).first_day)
        fingerprint = None if before.is_empty() else before["result_fingerprint"].item()
        run = run_of(month, hour=revision, previous_fingerprint=fingerprint)
        base = {name: {"base_tier": one["tier"]} | dict(one) for name, one in accounts.items()}
        frames = month_frames(run, base, revision=revision, changes=lines, **_engagement(accounts, month))
        frames["account_risks"] = rows(PUBLISHED["account_risks"], risks, month=month.first_day)
        events = events_of(
            frames["tier_changes"],
            changes_of(connection, month),
            superseded,
            frames["account_tiers"],
            pl.LazyFrame(schema={"account_id": pl.String, "region": pl.String}),
            pl.LazyFrame({"owner": list(ADDRESSES), "address": list(ADDRESSES.values())}),
        )
        rules = project.policies.policy_for(month).notifications
        routes = [channel.route(name) for name, channel in project.settings.channels.items()]
        outbox = notifications_of(Outbox(month, revision, rules, held_because), events, routes)
        publish(connection, run, frames | ({"notifications": outbox} if is_told else {}))

    write_in_transaction(project, work)


def outbox_of(project: Project) -> pl.DataFrame:
    """The outbox as it stands."""
    query = "select * from notifications order by month, channel, message, account_id, notification_id"
    found = read_in_transaction(project, lambda connection: read(connection, query))
    return PUBLISHED["notifications"].empty() if found is None else found


def _change(
    change: Mapping[str, Any],
    accounts: Mapping[str, Mapping[str, Any]],
    superseded: pl.DataFrame,
    month: Month,
    revision: int,
) -> dict[str, Any]:
    account = (ACCOUNTS | dict(accounts))[change["account_id"]]
    told = superseded.filter(pl.col("account_id") == change["account_id"])["tier"].to_list()
    former, now = account["previous_tier"], account["tier"]
    return {
        "change_id": f"{month}:{change['kind']}:{former}>{now}:{change['account_id']}",
        "from_tier": former,
        "to_tier": now,
        "owner": account["owner"],
        "arr": account["arr"],
        "drivers": _DRIVERS,
        "is_correction": revision > 1 and told != [now],
    } | dict(change)


def _engagement(accounts: Mapping[str, Mapping[str, Any]], month: Month) -> dict[str, pl.DataFrame]:
    action = {"account_id": "a-1", "action": "health_check", "due_date": date(2026, 11, 30), "status": "open"}
    actions = [action | {"reason": "A quarter is over."}] if "a-1" in accounts else []
    load = [
        {"owner": "kim", "pool": "dedicated", "available_hours": 100.0, "required_hours": 80.0},
        {"owner": "unassigned", "pool": "dedicated", "available_hours": 0.0, "required_hours": 12.0},
    ]
    return {
        "engagement_actions": rows(PUBLISHED["engagement_actions"], actions, month=month.first_day),
        "team_load": rows(PUBLISHED["team_load"], load, month=month.first_day),
    }
