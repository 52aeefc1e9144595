"""Whether an account may go to its target this month: contract event, grant, gates, move cap."""

from collections.abc import Iterable

from .records import (
    BOUNDARY,
    CAP_PERCENT,
    COOLDOWN_MONTHS,
    DEMOTION_DWELL_MONTHS,
    LONG_DEMOTION_STREAK_MONTHS,
    PROMOTION_DWELL_MONTHS,
    RANKS,
    SMALLEST_CAP,
    Case,
    State,
)


def propose_move(case: Case) -> None:
    """Everything but the cap, which needs to see all accounts."""
    rank = case.previous_rank
    if case.is_placed:
        case.base, case.base_move = case.target, "initial" if case.previous is None else "placement"
    elif case.target == rank:
        case.base = rank
    elif case.does_contract_event_act and case.target > rank:
        case.base, case.base_move = case.target, "contract_event"
    elif case.floor is not None and case.floor > rank:
        # A gated move climbs one rank at most, so it never gives more than the floor does.
        case.base, case.base_move = case.floor, "grant"
        if case.target > case.floor:
            case.blocked_by = first_gate(case) or "max_step"
    else:
        propose_gated_move(case, rank)


def propose_gated_move(case: Case, rank: int) -> None:
    """One rank towards the target, if no gate stops it."""
    case.base, case.blocked_by = rank, first_gate(case)
    if case.blocked_by is not None:
        return
    case.base = rank + 1 if case.target > rank else rank - 1
    case.base_move = "ceiling" if is_ceiling_demotion(case) else "score"
    if case.base != case.target:
        case.blocked_by = "max_step"


def is_ceiling_demotion(case: Case) -> bool:
    """True where the ceiling, and not the score, is what pulls the account down, be it only as far as a floor."""
    is_demotion = case.target < case.previous_rank
    is_score_content = case.score_target >= case.previous_rank
    return is_demotion and case.ceiling < case.score_target and (case.target == case.ceiling or is_score_content)


def first_gate(case: Case) -> str | None:
    """The first gate that stops the move altogether, in the order of the page."""
    if case.target > case.previous_rank:
        if case.promotion_streak < PROMOTION_DWELL_MONTHS:
            return "dwell"
        return "cooldown" if is_cooling_down(case) else None
    if case.demotion_streak < DEMOTION_DWELL_MONTHS:
        return "dwell"
    is_overdue = case.demotion_streak >= LONG_DEMOTION_STREAK_MONTHS
    if case.facts.has_renewal_freeze and not is_overdue:
        return "renewal_freeze"
    if case.facts.has_open_escalation and not is_overdue:
        return "open_escalation"
    if does_lift_end(case):
        return "lift_ending"
    return "cooldown" if is_cooling_down(case) else None


def is_cooling_down(case: Case) -> bool:
    """True in the two months after a move of the base."""
    last_move = case.previous.last_base_move_month
    return last_move is not None and case.month < last_move + COOLDOWN_MONTHS


def does_lift_end(case: Case) -> bool:
    """True when a lift ends, or when an override takes its effect away."""
    previous = case.previous
    if previous.lift_started_month is not None and case.running_lift_start is None:
        return True
    return previous.is_lift_in_effect and case.is_overridden


def apply_move_cap(cases: Iterable[Case], previous: Iterable[State]) -> None:
    """Per tier left and per kind of move, the first in the queue go and the others wait."""
    cases = list(cases)
    ranks_before = [state.base_tier_without_override for state in previous]
    for rank in RANKS:
        for base_move in CAP_PERCENT:
            queue = [case for case in cases if case.base_move == base_move and case.previous_rank == rank]
            queue.sort(key=queue_order)
            for case in queue[move_cap(base_move, ranks_before.count(rank)) :]:
                case.base, case.base_move, case.blocked_by = rank, None, "move_cap"


def move_cap(base_move: str, accounts: int) -> int:
    """The share of the accounts, rounded up in whole numbers, and never under five."""
    return max(SMALLEST_CAP, -(-CAP_PERCENT[base_move] * accounts // 100))


def queue_order(case: Case) -> tuple[int, float, str]:
    """Longest streak first, then the distance beyond the bare boundary, then the account."""
    is_promotion = case.target > case.previous_rank
    streak = case.promotion_streak if is_promotion else case.demotion_streak
    return (-streak, -distance_beyond_boundary(case), case.facts.account_id)


def distance_beyond_boundary(case: Case) -> float:
    """How far the priority lies beyond the first boundary crossed; 0 where it is not the reason."""
    rank, priority = case.previous_rank, case.facts.priority
    if case.base_move == "ceiling" or priority is None:
        return 0.0
    if case.target > rank:
        return priority - BOUNDARY[rank + 1]
    return BOUNDARY[rank] - priority
