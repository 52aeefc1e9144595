"""Reads the explanation of an account's tier from the published tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from sqlalchemy import Connection

from flows.explain.explanation import Component, Explanation, Pillar
from flows.explain.gates import gates_of
from flows.explain.history import changes_of, codes, messages_about
from flows.explain.missing import why_missing
from flows.help_given import with_help_given
from flows.words import component_in_words
from sql.dialects import read
from transforms.contracts import PUBLISHED, Column
from transforms.errors import WrongUseError
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.model import PILLARS

_WITHOUT_FRACTION = 100


def read_explanation(connection: Connection, account_id: str, month: Month, policy: Policy | None) -> Explanation:
    """Read the explanation of an account's tier in a published month.

    Args:
        connection: To the warehouse.
        account_id: The account.
        month: The month.
        policy: The policy of the month, if known, with meanings, order and weights in the priority.

    Raises:
        WrongUseError: If the account has no tier in the month.
    """
    tiers = _row(connection, "account_tiers", account_id, month)
    if tiers is None:
        raise WrongUseError(f"account {account_id!r} has no tier in {month}: name another month with --month")
    scores = _row(connection, "account_scores", account_id, month) or {}
    features = _row(connection, "account_features", account_id, month) or {}
    previous = _row(connection, "account_tiers", account_id, month - 1)
    return Explanation(
        account_id=account_id,
        name=features.get("name"),
        month=month,
        tiers=tiers,
        scores=scores,
        reasons=codes(tiers["reasons"]),
        pillars=_pillars(connection, account_id, month, scores, features, str(tiers["top_lever"]), policy),
        gates=gates_of(tiers, previous, features, policy),
        changes=changes_of(connection, account_id, month, policy.pillars.labels() if policy else {}),
        risk=_risk(connection, account_id, month),
        segments=_row(connection, "account_segments", account_id, month),
        plan=_row(connection, "engagement_plan", account_id, month),
        actions=_actions(connection, account_id, month),
        messages=messages_about(connection, account_id, month),
    )


def _actions(connection: Connection, account_id: str, month: Month) -> tuple[Mapping[str, Any], ...]:
    """Read open actions by due date, then those done or dropped in the month."""
    columns = ", ".join(PUBLISHED["engagement_actions"].columns)
    rows = _of_account(connection, "engagement_actions", columns, account_id, month)
    return tuple(sorted(rows, key=lambda row: (row["status"] != "open", row["due_date"], row["action"])))


def _row(connection: Connection, table: str, account_id: str, month: Month) -> Mapping[str, Any] | None:
    columns = ", ".join(PUBLISHED[table].columns)
    rows = _of_account(connection, table, columns, account_id, month)
    return rows[0] if rows else None


def _risk(connection: Connection, account_id: str, month: Month) -> Mapping[str, Any] | None:
    columns = ", ".join(PUBLISHED["account_risks"].columns)
    rows = _of_account(connection, "account_risks", columns, account_id, month)
    risks = pl.DataFrame(rows, schema=PUBLISHED["account_risks"].schema)
    return with_help_given(connection, risks, month).row(0, named=True) if rows else None


def _of_account(
    connection: Connection, table: str, columns: str, account_id: str, month: Month
) -> list[dict[str, Any]]:
    query = f"select {columns} from {table} where month = :month and account_id = :account_id"
    return read(connection, query, month=month.first_day, account_id=account_id).to_dicts()


def _pillars(
    connection: Connection,
    account_id: str,
    month: Month,
    scores: Mapping[str, Any],
    features: Mapping[str, Any],
    top_lever: str,
    policy: Policy | None,
) -> tuple[Pillar, ...]:
    columns = "pillar, component, metric_value, component_score, weight, contribution, missing_reason"
    rows = _of_account(connection, "score_contributions", columns, account_id, month)
    known = [(pillar, name) for pillar, name, _ in policy.pillars.components()] if policy else []
    places = {place: position for position, place in enumerate(known)}
    rows.sort(key=lambda row: (places.get((row["pillar"], row["component"]), len(places)), row["component"]))
    by_pillar: dict[str, list[Mapping[str, Any]]] = {pillar: [] for pillar in PILLARS}
    for row in rows:
        by_pillar.setdefault(row["pillar"], []).append(row)
    return tuple(
        Pillar(
            pillar=pillar,
            score=scores.get(pillar),
            coverage=scores.get(f"{pillar}_coverage"),
            priority_weight=getattr(policy.priority, pillar, 0.0) if policy else None,
            components=tuple(_component(pillar, row, features, top_lever, policy) for row in lines),
        )
        for pillar, lines in by_pillar.items()
    )


def _component(
    pillar: str, row: Mapping[str, Any], features: Mapping[str, Any], top_lever: str, policy: Policy | None
) -> Component:
    labels = policy.pillars.labels() if policy else {}
    written = getattr(policy.pillars, pillar, {}).get(row["component"]) if policy else None
    metric = PUBLISHED["account_features"].field(written.metric).column if written else None
    return Component(
        component=row["component"],
        label=component_in_words(f"{pillar}.{row['component']}", labels),
        meaning=metric.meaning if metric else None,
        unit=metric.unit if metric else None,
        metric_value=row["metric_value"],
        measured=measured(row["metric_value"], metric),
        component_score=row["component_score"],
        weight=row["weight"],
        contribution=row["contribution"],
        missing_reason=row["missing_reason"],
        missing_words=(
            why_missing(row["missing_reason"], written.metric if written else None, features, policy)
            if row["missing_reason"] is not None
            else None
        ),
        is_lever=f"{pillar}.{row['component']}" == top_lever,
    )


def measured(value: float | None, metric: Column | None) -> str | None:
    """Write a metric as people read it: ``37.5%``, ``yes``, ``1 day``, ``12 days``; None for an unknown one.

    Args:
        value: The published value; a flag is 0 or 1.
        metric: The column that it is measured in; None if it is no longer known.
    """
    if value is None:
        return None
    if metric is not None and metric.dtype == pl.Boolean:
        return "yes" if value else "no"
    unit = (metric.unit if metric else None) or ""
    if unit in {"share", "ratio"}:
        return f"{value:z.1%}"
    number = f"{value:z,.0f}" if abs(value) >= _WITHOUT_FRACTION else f"{value:z.3g}"
    if unit == "days":
        return f"{number} {'day' if number == '1' else 'days'}"
    return number
