"""What stands between an account and the next tier, from which ARR on money would not, and when it could be there."""

from collections.abc import Callable
from dataclasses import replace

from .records import (
    BOUNDARY,
    COOLDOWN_MONTHS,
    CSM_HOURS_PER_YEAR,
    ENTITLED_SHARE_OF_GROSS_PROFIT,
    GROSS_MARGIN,
    HIGHEST_RANK,
    LOWEST_MARGIN_SHARE,
    MARGIN,
    PROMOTION_DWELL_MONTHS,
    Case,
    Facts,
    State,
)
from .targets import can_pay, entitled_cost

PATIENCE_MONTHS = 48
BEST_PRIORITY = 100.0

Step = Callable[[int, State, Facts], State]


def binding_constraints(case: Case, state: State) -> list[str]:
    """All of them, in the order of the page; none at the top."""
    if case.base == HIGHEST_RANK:
        return []
    found = []
    if case.is_overridden:
        found.append("override")
    if not case.is_scored:
        found.append("insufficient_data")
    if not can_pay(case.facts, next_cost(case, state)):
        found.append("economic_ceiling")
    if case.is_scored and case.facts.priority < BOUNDARY[case.base + 1] + MARGIN:
        found.append("score")
    gate = longest_gate(case, state)
    return found if gate is None else [*found, gate]


def next_cost(case: Case, state: State) -> float:
    """What the next rank would cost; a first placement counts nothing a tenth dearer."""
    return entitled_cost(case.facts, CSM_HOURS_PER_YEAR[case.base + 1], is_above_base=not state.is_provisional)


def longest_gate(case: Case, state: State) -> str | None:
    """The gate that would hold the account longest if all else were solved next month; the first of equals."""
    next_month = case.month + 1
    if state.is_provisional or state.is_contract_event_pending:
        return None
    dwell = next_month + max(0, PROMOTION_DWELL_MONTHS - state.promotion_streak_months - 1)
    moved = state.last_base_move_month
    cooldown = next_month if moved is None else moved + COOLDOWN_MONTHS
    if max(dwell, cooldown) > next_month:
        return "dwell" if dwell >= cooldown else "cooldown"
    return case.blocked_by if case.target > case.base else None


def arr_for_promotion(case: Case, state: State) -> float:
    """Both conditions of the ceiling, solved for the ARR."""
    cost, support_cost = next_cost(case, state), case.facts.support_cost or 0.0
    by_share = cost / (ENTITLED_SHARE_OF_GROSS_PROFIT * GROSS_MARGIN)
    by_margin = (cost + support_cost) / ((1 - LOWEST_MARGIN_SHARE) * GROSS_MARGIN)
    return max(by_share, by_margin)


def earliest_promotion_month(case: Case, state: State, step: Step) -> int | None:
    """The first month in which it happens, lived through: the best of scores from next month on, all else held."""
    facts = case.facts
    held = replace(
        facts,
        priority=BEST_PRIORITY,
        arr_1_month_ago=facts.arr,
        arr_2_months_ago=facts.arr,
        new_product_arr=0.0,
        override_tier=None,
        override_start=None,
        override_last_month=None,
    )
    free_from = case.month + 1
    if case.is_overridden and facts.override_last_month is None:
        return None
    if case.is_overridden:
        free_from = facts.override_last_month + 1
    for month in range(case.month + 1, case.month + PATIENCE_MONTHS):
        state = step(month, state, held)
        if month >= free_from and state.base_tier_without_override > case.base:
            return month
    return None
