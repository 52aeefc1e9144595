"""The figures of a summary about risk: who is at risk, of what, and of whom too little is known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl
from sqlalchemy import Connection

from flows.help_given import with_help_given
from flows.notify.messages import RiskNote
from flows.words import RISKS, in_words, risk_in_words, silence_in_words
from sql.dialects import quoted, read
from transforms.month import Month

_RISKS = """
    select
        risks.account_id, coalesce(features.name, risks.account_id) as name, risks.reason, risks.reason_since_month,
        risks.next_action, risks.next_action_due_date, risks.arr, risks.owner
    from {risks} as risks
    left join {features} as features on features.account_id = risks.account_id and features.month = risks.month
    where risks.month = :month
"""
_UNKNOWN = """
    select
        count(*) filter (where scores.health is null) as without_health,
        count(*) filter (where tiers.is_silent) as silent,
        count(*) filter (where tiers.is_silence_suspended) > 0 as is_silence_suspended
    from {tiers} as tiers
    left join {scores} as scores on scores.account_id = tiers.account_id and scores.month = tiers.month
    where tiers.month = :month
"""


def risk_figures(connection: Connection, month: Month, dearest: int) -> dict[str, Any]:
    """Collect what a summary says about risk.

    Args:
        connection: To the warehouse.
        month: The month.
        dearest: How many of the dearest accounts at risk to name.

    Returns:
        accounts_at_risk, arr_at_risk (currency per year), risks (reason, accounts and arr, that with the most ARR
        first), dearest_at_risk (account_id, name, arr, owner and risk, which says the reason, since when, and the
        action), more_at_risk (how many are not named), silence (the sentence that says that silence is suspended; null
        if it is not) and without_health (accounts without a health score).
    """
    names = {
        "risks": "account_risks",
        "features": "account_features",
        "tiers": "account_tiers",
        "scores": "account_scores",
    }
    tables = {alias: quoted(connection, name) for alias, name in names.items()}
    risks = _risks(connection, month)
    named = with_help_given(connection, risks.head(dearest), month)
    unknown = read(connection, _UNKNOWN.format(**tables), month=month.first_day).row(0, named=True)
    return {
        "accounts_at_risk": risks.height,
        "arr_at_risk": float(risks["arr"].sum()),
        "risks": _by_reason(risks),
        "dearest_at_risk": [_named(row) for row in named.iter_rows(named=True)],
        "more_at_risk": max(risks.height - dearest, 0),
        "silence": silence_in_words(unknown["silent"]) if unknown["is_silence_suspended"] else None,
        "without_health": unknown["without_health"],
    }


def risks_by_owner(connection: Connection, month: Month, owners: Collection[str]) -> dict[str, list[RiskNote]]:
    """Read the accounts at risk of some owners, each owner's dearest first.

    Args:
        connection: To the warehouse.
        month: The month.
        owners: The owners.
    """
    risks = with_help_given(connection, _risks(connection, month).filter(pl.col("owner").is_in(owners)), month)
    notes: dict[str, list[RiskNote]] = {}
    for row in risks.iter_rows(named=True):
        note = RiskNote(row["account_id"], row["name"], row["arr"], risk_in_words(row))
        notes.setdefault(row["owner"], []).append(note)
    return notes


def _risks(connection: Connection, month: Month) -> pl.DataFrame:
    tables = {name.removeprefix("account_"): quoted(connection, name) for name in ("account_risks", "account_features")}
    risks = read(connection, _RISKS.format(**tables), month=month.first_day)
    return risks.sort("arr", "account_id", descending=[True, False], nulls_last=True)


def _by_reason(risks: pl.DataFrame) -> list[dict[str, Any]]:
    counted = risks.group_by("reason").agg(pl.len().alias("accounts"), pl.col("arr").sum())
    return [
        {"reason": in_words(row["reason"], RISKS), "accounts": row["accounts"], "arr": float(row["arr"])}
        for row in counted.sort("arr", "reason", descending=[True, False]).iter_rows(named=True)
    ]


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("account_id", "name", "arr", "owner")} | {"risk": risk_in_words(row)}
