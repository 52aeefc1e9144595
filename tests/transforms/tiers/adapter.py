"""Runs the vectorised step on the histories of the second opinion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl

from tests.second_opinion.records import Change, Facts, State
from transforms.contracts import PUBLISHED
from transforms.contracts.model import TIERS
from transforms.lifecycle import lifecycle_stage, with_recovery
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers import step
from transforms.tiers.changes import tier_changes
from transforms.tiers.risks import account_risks

_FEATURES = {
    name: dtype for table in ("account_features", "account_scores") for name, dtype in PUBLISHED[table].schema.items()
}
_EPOCH = date(2000, 1, 1)


def month_of(index: int) -> Month:
    """Read a month as the second opinion counts it."""
    return Month(date(index // 12, index % 12 + 1, 1))


def index_of(day: date | None) -> int | None:
    """Count a month as the second opinion does."""
    return None if day is None else day.year * 12 + day.month - 1


def features_frame(month: Month, facts: dict[str, Facts], gross_margin: float) -> pl.LazyFrame:
    """Write the facts of a month as features and scores."""
    return pl.DataFrame([_feature_row(month, one, gross_margin) for one in facts.values()], schema=_FEATURES).lazy()


def _feature_row(month: Month, one: Facts, gross_margin: float) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _FEATURES if hasattr(one, name)}
    start, last_month, renewal = one.override_start, one.override_last_month, one.days_to_renewal
    return row | {
        "month": month.first_day,
        "tenure_start_date": month.last_day - timedelta(days=one.tenure_days),
        "gross_profit": gross_margin * one.arr,
        "grant_floor_tier": tier_name(one.grant_floor_tier),
        "override_tier": tier_name(one.override_tier),
        "override_start_date": None if start is None else _EPOCH + timedelta(days=start),
        "override_end_date": None if last_month is None else month_of(last_month).last_day,
        "last_active_date": None if one.last_active_month is None else month_of(one.last_active_month).last_day,
        "renewal_date": None if renewal is None else month.last_day + timedelta(days=renewal),
    }


def tier_name(rank: int | None) -> str | None:
    """Write a rank as tier."""
    return None if rank is None else TIERS[rank]


def run_vectorised(
    first_month: int, history: list[dict[str, Facts]], policy: Policy
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Fold the step over a history: (tiers, changes) for each month, both sorted."""
    state = PUBLISHED["account_tiers"].empty().lazy()
    for index, facts in enumerate(history, start=first_month):
        features = features_frame(month_of(index), facts, policy.economics.gross_margin_share)
        tiers = step(state, features, policy, month_of(index)).collect().sort("account_id")
        changes = tier_changes(state, tiers.lazy()).collect().sort("account_id", "sequence")
        yield tiers, changes
        state = tiers.lazy()


def stages(month: int, facts: dict[str, Facts], tiers: pl.DataFrame, policy: Policy) -> list[str]:
    """Return the final stages of a month in the order of the accounts."""
    stage = with_recovery(lifecycle_stage(policy.lifecycle), pl.col("is_lift_in_effect"))
    features = features_frame(month_of(month), facts, policy.economics.gross_margin_share)
    effects = tiers.lazy().select("account_id", "is_lift_in_effect")
    staged = features.join(effects, on="account_id").select("account_id", stage.alias("stage"))
    return staged.collect().sort("account_id")["stage"].to_list()


def risks(
    month: int, facts: dict[str, Facts], tiers: pl.DataFrame, earlier: list[pl.DataFrame], policy: Policy
) -> pl.DataFrame:
    """List the accounts at risk of a month, sorted; earlier lists are those of all months before, oldest first."""
    columns = ("account_id", "reason", "since_month", "reason_since_month")
    empty = PUBLISHED["account_risks"].empty().select(columns)
    before_former, former = [empty, empty, *earlier][-2:]
    features = features_frame(month_of(month), facts, policy.economics.gross_margin_share)
    known = features.select("account_id", "is_in_grace", "last_active_date")
    accounts = tiers.lazy().join(known, on="account_id")
    listed = account_risks(accounts, former.lazy(), before_former.lazy(), policy, month_of(month))
    return listed.select(columns).collect().sort("account_id")


def published_risks(states: dict[str, State]) -> list[dict[str, Any]]:
    """Write the second opinion's risks as published rows."""
    return [
        {
            "account_id": account_id,
            "reason": risk.reason,
            "since_month": month_of(risk.since_month).first_day,
            "reason_since_month": month_of(risk.reason_since_month).first_day,
        }
        for account_id in sorted(states)
        if (risk := states[account_id].risk) is not None
    ]


def published(states: dict[str, State]) -> list[dict[str, Any]]:
    """Write the second opinion's states as published rows."""
    return [_published_row(account_id, states[account_id]) for account_id in sorted(states)]


def _published_row(account_id: str, state: State) -> dict[str, Any]:
    tiers = (
        "tier", "base_tier", "tier_without_override", "base_tier_without_override", "score_target_tier",
        "ceiling_tier", "floor_tier", "target_tier",
    )  # fmt: skip
    plain = (
        "decided_by", "blocked_by", "promotion_streak_months", "demotion_streak_months", "is_provisional",
        "is_silent", "has_widespread_silence", "is_silence_suspended", "is_ill", "ill_conditions", "ill_months_of_6",
        "is_lift_in_effect", "is_lift_unaffordable", "is_lift_armed", "healthy_streak_months", "is_lift_affordable",
        "is_contract_event_pending", "structural_stage", "binding_constraints", "arr_for_promotion", "is_held_out",
    )  # fmt: skip
    months = (
        "last_base_move_month", "silent_since_month", "lift_started_month", "last_lift_ended_month",
        "last_contract_event_month", "earliest_promotion_month",
    )  # fmt: skip
    start = state.override_start
    constraints = state.binding_constraints
    return (
        {"account_id": account_id, "binding_constraint": constraints and constraints.split(",")[0]}
        | {name: tier_name(getattr(state, name)) for name in tiers}
        | {name: getattr(state, name) for name in plain}
        | {name: None if (m := getattr(state, name)) is None else month_of(m).first_day for name in months}
        | {"override_start_date": None if start is None else _EPOCH + timedelta(days=start)}
    )


def published_changes(changes: list[Change]) -> list[dict[str, Any]]:
    """Write the second opinion's changes as published rows."""
    return [
        {
            "account_id": one.account_id,
            "kind": one.kind,
            "from_tier": tier_name(one.from_tier),
            "to_tier": tier_name(one.to_tier),
            "from_base_tier": tier_name(one.from_base_tier),
            "to_base_tier": tier_name(one.to_base_tier),
        }
        for one in sorted(changes, key=lambda change: (change.account_id, change.sequence))
    ]
