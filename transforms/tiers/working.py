"""The working frame of the tier step: every column described once, under the sub-step that adds it.

One row is one account in scope. Ranks are tiers as numbers: 0 low, 1 mid, 2 high touch.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts import PUBLISHED
from transforms.contracts.model import Column

PREVIOUS = "previous_"
"""Prefix of what account_tiers of the month before said."""

STATE = (
    "tier",
    "base_tier",
    "tier_without_override",
    "base_tier_without_override",
    "promotion_streak_months",
    "demotion_streak_months",
    "last_base_move_month",
    "is_provisional",
    "override_start_date",
    "lift_started_month",
    "last_lift_ended_month",
    "is_lift_armed",
    "healthy_streak_months",
    "is_lift_affordable",
    "last_contract_event_month",
    "is_contract_event_pending",
    "is_lift_in_effect",
    "ill_months_of_6",
    "silent_since_month",
    "has_widespread_silence",
)
"""The columns of account_tiers that the next month's step needs."""

FEATURES = (
    "account_id",
    "arr",
    "is_in_grace",
    "tenure_start_date",
    "tenure_months",
    "events",
    "events_variation",
    "last_active_date",
    "usage_recency_days",
    "has_sudden_silence",
    "scorecard",
    "arr_1_month_ago",
    "arr_2_months_ago",
    "new_product_arr",
    "priority",
    "health",
    "health_1_month_ago",
    "health_2_months_ago",
    "complexity_without_touchpoints",
    "gross_profit",
    "support_cost",
    "has_grant",
    "grant_floor_tier",
    "override_tier",
    "override_start_date",
    "override_end_date",
    "has_renewal_freeze",
    "has_open_escalation",
)
"""The columns of the month's account_features and account_scores that the step needs."""


def _rank(name: str, meaning: str) -> Column:
    return Column(name, pl.Int8(), meaning)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, pl.Boolean(), meaning)


def _published(*names: str) -> tuple[Column, ...]:
    tables = [PUBLISHED[name] for name in ("account_features", "account_scores", "account_tiers")]
    return tuple(next(table.field(name).column for table in tables if name in table.columns) for name in names)


def _previous(column: Column) -> Column:
    return Column(PREVIOUS + column.name, column.dtype, f"The month before: {column.meaning}")


WORKING: dict[str, tuple[Column, ...]] = {
    "arrival": (
        *_published(*FEATURES),
        *(_previous(column) for column in _published(*STATE)),
        _flag("has_entered", "The account was not in scope the month before, whatever it was earlier."),
        _flag("is_scored", "The account has a priority this month."),
        _flag("is_start", "The tier is assigned without gates: at entry and in the first month with a priority."),
        _rank("base_before", "Base rank of the month before, without override; 0 at entry."),
        _rank("tier_before", "Rank of the month before, without override; 0 at entry."),
        _rank("floor", "Highest floor of the running grants; null without one."),
    ),
    "silence": _published("is_silent", "silent_since_month", "has_widespread_silence", "is_silence_suspended"),
    "illness": _published("ill_conditions", "is_ill", "ill_months_of_6", "healthy_streak_months"),
    "target": (
        _rank("score_target", "Where the priority alone would put the account."),
        _rank("ceiling", "Highest rank that the account can pay for."),
        _rank("target", "Score target, capped by the ceiling, raised to the floor."),
        _flag("is_ceiling_binding", "The ceiling lies below the score target."),
        _flag("is_floor_binding", "The floor raised the target."),
    ),
    "streaks": _published("promotion_streak_months", "demotion_streak_months"),
    "contract_event": (
        _flag("does_contract_event_act", "A contract event of this or a recent month allows a promotion at once."),
        *_published("last_contract_event_month", "is_contract_event_pending"),
    ),
    "lift_endings": (
        _flag("has_lift_ended", "The lift of the month before ends this month."),
        _flag("is_lift_continuing", "The lift of the month before goes on."),
        _flag("is_lift_ending", "The lift ends or loses its effect, so the base tier stays for now."),
    ),
    "moves": (
        _flag("is_event_move", "The base moves up by a contract event."),
        _flag("has_floor_above", "A grant's floor lies above the former base, other than at a start."),
        _rank("base", "The new base rank, without override."),
        _flag("is_grant_move", "The base moves up to a grant's floor."),
        *_published("blocked_by", "last_base_move_month"),
    ),
    "lift": (
        *_published("last_lift_ended_month", "lift_started_month", "is_lift_armed"),
        _flag("has_lift_started", "A lift starts this month."),
        *_published("is_lift_unaffordable", "is_lift_affordable"),
        _rank("tier_rank", "The new rank, without override: the base, plus a running lift."),
        *_published("is_lift_in_effect", "is_held_out"),
    ),
    "names": (
        *_published("is_provisional"),
        _flag("is_lift_raising", "A lift raises the tier above the base this month."),
        *_published(
            "structural_stage",
            "tier_without_override",
            "base_tier_without_override",
            "score_target_tier",
            "ceiling_tier",
            "floor_tier",
            "target_tier",
        ),
    ),
    "override": (
        _flag("is_overridden", "An override is active on the last day of the month."),
        *_published("tier", "base_tier"),
    ),
    "decision": _published("decided_by", "reasons"),
    "distances": _published(
        "points_to_promotion",
        "points_to_demotion",
        "arr_for_promotion",
        "months_to_wait",
        "earliest_promotion_month",
        "binding_constraints",
        "binding_constraint",
    ),
}
"""Per sub-step, in order, the columns that it adds. Columns that a sub-step needs for itself do not leave it."""

STEPPED = tuple(
    name
    for name in PUBLISHED["account_tiers"].columns
    if any(name == column.name for columns in WORKING.values() for column in columns)
)
"""The columns of account_tiers that the step makes; the run, the policy, owners and levers come later."""
