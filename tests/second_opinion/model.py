"""The tiering rules as a plain state machine: (published M-1, facts of M) gives (published M, changes)."""

from collections.abc import Mapping
from dataclasses import replace

from .changes import list_changes
from .constraints import arr_for_promotion, binding_constraints, earliest_promotion_month
from .gates import apply_move_cap, propose_move
from .illness import examine
from .lifts import Lift, end_lift, lifted_tier, step_lift
from .records import Case, Change, Facts, State
from .risks import ill_months, risk_reasons, risk_row
from .stages import lifecycle_stage, structural_stage
from .targets import open_case

__all__ = ["Change", "Facts", "State", "run_history", "step_month"]


def step_month(
    month: int, previous: Mapping[str, State], facts: Mapping[str, Facts]
) -> tuple[dict[str, State], list[Change]]:
    """One month for all accounts; `previous` is what was published for the month before."""
    cases = {account_id: open_case(month, previous.get(account_id), facts[account_id]) for account_id in sorted(facts)}
    examine(cases.values(), previous.values())
    for case in cases.values():
        end_lift(case)
        propose_move(case)
    apply_move_cap(cases.values(), previous.values())
    states = {account_id: close_case(case) for account_id, case in cases.items()}
    changes = []
    for account_id in sorted(previous.keys() | states.keys()):
        changes += list_changes(account_id, month, previous.get(account_id), states.get(account_id))
    return states, changes


def run_history(first_month: int, history: list[dict[str, Facts]]) -> list[tuple[int, dict[str, State], list[Change]]]:
    """Fold over the months: (month, states, changes) for each."""
    states: dict[str, State] = {}
    results = []
    for month, facts in enumerate(history, start=first_month):
        states, changes = step_month(month, states, facts)
        results.append((month, states, changes))
    return results


def close_case(case: Case) -> State:
    """The published row, once the base is settled."""
    state = settle(case)
    constraints = binding_constraints(case, state)
    is_dear = "economic_ceiling" in constraints
    has_month = bool(constraints) and not is_dear
    return replace(
        state,
        binding_constraints=",".join(constraints) or None,
        arr_for_promotion=arr_for_promotion(case, state) if is_dear else None,
        earliest_promotion_month=earliest_promotion_month(case, state, step_alone) if has_month else None,
    )


def step_alone(month: int, previous: State, facts: Facts) -> State:
    """One month of one account for which no other stands in the queue."""
    case = open_case(month, previous, facts)
    examine([case], [previous])
    end_lift(case)
    propose_move(case)
    return settle(case)


def settle(case: Case) -> State:
    """The published row but for what stands in the way of the next tier."""
    lift = step_lift(case)
    facts = case.facts
    tier = lifted_tier(case, lift)
    override = facts.override_tier
    reasons = risk_reasons(case, lift)
    return State(
        tier=tier if override is None else override,
        base_tier=case.base if override is None else override,
        tier_without_override=tier,
        base_tier_without_override=case.base,
        score_target_tier=case.score_target,
        ceiling_tier=case.ceiling,
        floor_tier=case.floor,
        target_tier=case.target,
        decided_by=decide(case, tier),
        blocked_by=case.blocked_by,
        base_move=case.base_move,
        promotion_streak_months=case.promotion_streak,
        demotion_streak_months=case.demotion_streak,
        last_base_move_month=last_base_move_month(case),
        is_provisional=is_provisional(case),
        override_start=None if override is None else facts.override_start,
        last_contract_event_month=case.last_contract_event_month,
        is_contract_event_pending=case.is_contract_event_pending,
        binding_constraints=None,
        arr_for_promotion=None,
        earliest_promotion_month=None,
        risk=risk_row(case.month, reasons),
        risk_reasons=reasons,
        **silence_and_illness(case),
        **lift_and_stage(case, lift),
    )


def silence_and_illness(case: Case) -> dict[str, int | bool | str | None]:
    """What was found before any lift, under the names of the published row."""
    since = None
    if case.is_silent:
        has_begun = case.previous is None or not case.previous.is_silent
        since = case.month if has_begun else case.previous.silent_since_month
    return {
        "is_silent": case.is_silent,
        "silent_since_month": since,
        "has_widespread_silence": case.has_widespread_silence,
        "is_silence_suspended": case.is_silence_suspended,
        "is_ill": case.is_ill,
        "ill_conditions": ",".join(case.ill_conditions) or None,
        "ill_months_of_6": ill_months(case),
    }


def lift_and_stage(case: Case, lift: Lift) -> dict[str, int | bool | str | None]:
    """The lift and what follows from its being in effect, under the names of the published row."""
    is_in_effect = lift.started_month is not None and not case.is_overridden
    return {
        "lift_started_month": lift.started_month,
        "is_lift_in_effect": is_in_effect,
        "is_lift_unaffordable": lift.is_unaffordable,
        "last_lift_ended_month": lift.last_ended_month,
        "is_lift_armed": lift.is_armed,
        "healthy_streak_months": lift.healthy_streak,
        "is_lift_affordable": lift.is_affordable,
        "structural_stage": structural_stage(case.facts),
        "lifecycle_stage": lifecycle_stage(case.facts, is_in_effect),
    }


def decide(case: Case, tier: int) -> str:
    """The first rule that made the tier or, where a gate blocked the move, the target."""
    unraised = min(case.score_target, case.ceiling)
    if case.is_overridden:
        return "override"
    if tier > case.base:
        return "risk_lift"
    if case.base_move == "contract_event":
        return "contract_event"
    if case.base_move == "grant" or (case.floor is not None and case.floor > unraised):
        return "strategic_grant"
    if case.ceiling < case.score_target:
        return "economic_ceiling"
    return "score" if case.is_scored else "insufficient_data"


def is_provisional(case: Case) -> bool:
    """True from an entry without a priority until the first month with one."""
    if case.previous is None:
        return not case.is_scored
    return case.previous.is_provisional and not case.is_scored


def last_base_move_month(case: Case) -> int | None:
    """The month that starts the cooldown: any move but a placing or a provisional one by grant."""
    before = None if case.previous is None else case.previous.last_base_move_month
    if case.base_move in (None, "initial", "placement"):
        return before
    if case.base_move == "grant" and is_provisional(case):
        return before
    return case.month
