"""Reads the content of messages from the published tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection

from flows.help_given import with_help_given
from flows.notify.messages import Action, ChangeNote
from flows.words import (
    ACTIONS,
    CHANGE_KINDS,
    DECIDED_BY,
    ENDED,
    EXITS,
    REASONS,
    TIERS,
    driver_in_words,
    in_words,
    lever_in_words,
    risk_in_words,
)
from sql.dialects import given, quoted, read
from transforms.month import Month

_GIVEN = "_given_rows"
_SHOWN_ACTIONS = 3

_NAMES = """
    select features.account_id, features.name, features.month
    from {features} as features
    join _given_rows as asked on asked.account_id = features.account_id
    where features.month in (:month, :before) and features.name is not null
"""
_TIERS = """
    select
        tiers.account_id, tiers.tier, tiers.owner, tiers.arr, tiers.top_lever, tiers.levers, tiers.is_lever_sufficient,
        tiers.binding_constraints, tiers.arr_for_promotion
    from {tiers} as tiers
    join _given_rows as asked on asked.account_id = tiers.account_id
    where tiers.month = :month
"""
_ACTIONS = """
    select actions.account_id, actions.action, actions.due_date, actions.reason
    from {actions} as actions
    join _given_rows as asked on asked.account_id = actions.account_id
    where actions.month = :month and actions.status = 'open'
"""
_RISKS = """
    select risks.account_id, risks.reason, risks.reason_since_month, risks.next_action, risks.next_action_due_date
    from {risks} as risks
    join _given_rows as asked on asked.account_id = risks.account_id
    where risks.month = :month
"""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Published data of some accounts in a month.

    Attributes:
        names: Names by account; those of the month before for accounts that left.
        tiers: tier, owner, arr and what would move it, by account; only of those in scope.
        actions: Open actions by account, the most urgent first.
        labels: What people call each component, by ``pillar.component``.
        risks: What accounts are at risk of, in words, by account; only of those at risk.
    """

    names: Mapping[str, str]
    tiers: Mapping[str, Mapping[str, Any]]
    actions: Mapping[str, list[Action]]
    labels: Mapping[str, str]
    risks: Mapping[str, str]

    def named(self, account_id: str) -> str:
        """Return an account's name, or its id if it has none."""
        return self.names.get(account_id, account_id)


def changes_of(connection: Connection, month: Month) -> pl.DataFrame:
    """Read the changes of a month: rows of ``tier_changes``."""
    query = f"select * from {quoted(connection, 'tier_changes')} where month = :month"
    return read(connection, query, month=month.first_day).sort("change_id")


def accounts_of(connection: Connection, month: Month, account_ids: pl.Series, labels: Mapping[str, str]) -> Accounts:
    """Read the published data of some accounts in a month.

    Args:
        connection: To the warehouse.
        month: The month.
        account_ids: Ids of the accounts; nulls and repeats do no harm.
        labels: What people call each component, by ``pillar.component``.
    """
    tables = {
        "features": quoted(connection, "account_features"),
        "tiers": quoted(connection, "account_tiers"),
        "actions": quoted(connection, "engagement_actions"),
        "risks": quoted(connection, "account_risks"),
    }
    days = {"month": month.first_day}
    asked = pl.DataFrame({"account_id": account_ids.drop_nulls().unique()}, schema={"account_id": pl.String})
    with given(connection, _GIVEN, asked):
        names = read(connection, _NAMES.format(**tables), **days, before=(month - 1).first_day)
        tiers = read(connection, _TIERS.format(**tables), **days)
        actions = read(connection, _ACTIONS.format(**tables), **days).sort("account_id", "due_date", "action")
        risks = read(connection, _RISKS.format(**tables), **days)
    risks = with_help_given(connection, risks, month)
    open_actions: dict[str, list[Action]] = {}
    for account_id, action, due_date, reason in actions.iter_rows():
        made = Action(in_words(action, ACTIONS), due_date, reason, is_late=due_date <= month.last_day)
        open_actions.setdefault(account_id, []).append(made)
    return Accounts(
        names=dict(names.sort("month").select("account_id", "name").iter_rows()),
        tiers={row["account_id"]: row for row in tiers.iter_rows(named=True)},
        actions=open_actions,
        labels=labels,
        risks={row["account_id"]: risk_in_words(row) for row in risks.iter_rows(named=True)},
    )


def describe_change(change: Mapping[str, Any], accounts: Accounts) -> ChangeNote:
    """Describe a row of ``tier_changes`` in words."""
    account_id = change["account_id"]
    drivers = json.loads(change["drivers"] or "[]")
    # The reasons of an exit are those of the tier that it had.
    reasons = "" if change["kind"] == "exit" else change["reasons"] or ""
    return ChangeNote(
        account_id=account_id,
        name=accounts.named(account_id),
        kind=in_words(change["kind"], CHANGE_KINDS),
        is_correction=change["is_correction"],
        is_taken_back=False,
        from_tier=_tier(change["from_tier"]),
        to_tier=_tier(change["to_tier"]),
        decided_by=_why(change),
        reasons=tuple(in_words(code, REASONS) for code in reasons.split(",") if code),
        drivers=tuple(driver_in_words(driver, accounts.labels) for driver in drivers),
        lever=lever_in_words(accounts.tiers.get(account_id, {}), accounts.labels),
        next_actions=accounts.actions.get(account_id, [])[:_SHOWN_ACTIONS],
        owner=change["owner"],
        arr=change["arr"],
        risk=accounts.risks.get(account_id),
    )


def describe_retraction(account_id: str, owner: str | None, accounts: Accounts) -> ChangeNote:
    """Describe the withdrawal of an earlier notification about an account."""
    now = accounts.tiers.get(account_id, {})
    return ChangeNote(
        account_id=account_id,
        name=accounts.named(account_id),
        kind="no change after all",
        is_correction=True,
        is_taken_back=True,
        from_tier=None,
        to_tier=_tier(now.get("tier")),
        decided_by=None,
        reasons=(),
        drivers=(),
        lever=lever_in_words(now, accounts.labels),
        next_actions=accounts.actions.get(account_id, [])[:_SHOWN_ACTIONS],
        owner=now.get("owner", owner),
        arr=now.get("arr"),
        risk=accounts.risks.get(account_id),
    )


def _why(change: Mapping[str, Any]) -> str:
    if change["kind"] == "exit":
        return in_words(change["exit_reason"], EXITS)
    return ENDED.get(change["kind"]) or in_words(change["decided_by"], DECIDED_BY)


def _tier(tier: str | None) -> str | None:
    return None if tier is None else in_words(tier, TIERS)
