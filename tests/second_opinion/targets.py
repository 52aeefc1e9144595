"""Where an account should be: score, ceiling, floor; how long it has wanted to go there; contract events."""

from .records import (
    BOUNDARY,
    CSM_HOURS_PER_YEAR,
    CSM_RATE,
    ENTITLED_SHARE_OF_GROSS_PROFIT,
    EVENT_GROWTH_FACTOR,
    EVENT_NEW_PRODUCT_SHARE,
    EVENT_SMALLEST_GROWTH,
    EVENT_WAITING_MONTHS,
    FACTOR_ABOVE_BASE,
    GROSS_MARGIN,
    HIGHEST_RANK,
    LOWEST_MARGIN_SHARE,
    MARGIN,
    RANKS,
    Case,
    Facts,
    State,
)


def score_target_at_entry(priority: float | None) -> int:
    """The bare boundaries, without margin; low touch while there is no priority."""
    if priority is None:
        return 0
    return sum(1 for boundary in BOUNDARY.values() if priority >= boundary)


def score_target_later(rank: int, priority: float | None) -> int:
    """From the previous rank, one boundary after the other, each with the margin."""
    if priority is None:
        return rank
    while rank < HIGHEST_RANK and priority >= BOUNDARY[rank + 1] + MARGIN:
        rank += 1
    while rank > 0 and priority < BOUNDARY[rank] - MARGIN:
        rank -= 1
    return rank


def entitled_cost(facts: Facts, hours: float, is_above_base: bool) -> float:
    """What hours of a year cost for this account; a tenth more where they are new."""
    complexity = facts.complexity_without_touchpoints
    factor = 1.0 if complexity is None else 1 + complexity / 200
    return hours * factor * CSM_RATE * (FACTOR_ABOVE_BASE if is_above_base else 1.0)


def can_pay(facts: Facts, cost: float) -> bool:
    """Both conditions of the economic ceiling for a cost of a year."""
    gross_profit = GROSS_MARGIN * facts.arr
    support_cost = facts.support_cost or 0.0
    is_small_share = cost <= ENTITLED_SHARE_OF_GROSS_PROFIT * gross_profit
    return is_small_share and gross_profit - support_cost - cost >= LOWEST_MARGIN_SHARE * gross_profit


def is_affordable(facts: Facts, rank: int, is_above_base: bool) -> bool:
    """The lowest rank always is."""
    return rank == 0 or can_pay(facts, entitled_cost(facts, CSM_HOURS_PER_YEAR[rank], is_above_base))


def economic_ceiling(facts: Facts, present_base: int | None) -> int:
    """The highest affordable rank; without a present base nothing counts 1.1 times."""
    return max(rank for rank in RANKS if is_affordable(facts, rank, present_base is not None and rank > present_base))


def has_contract_event(facts: Facts) -> bool:
    """ARR grew by a fifth and by 2,000 on the higher of two months, or a new product is worth a tenth."""
    known = [arr for arr in (facts.arr_1_month_ago, facts.arr_2_months_ago) if arr is not None]
    reference = max(known, default=0.0)
    if reference > 0:
        has_grown = facts.arr >= EVENT_GROWTH_FACTOR * reference
        if has_grown and facts.arr - reference >= EVENT_SMALLEST_GROWTH:
            return True
    last_month = facts.arr_1_month_ago or 0.0
    if last_month <= 0 or facts.new_product_arr is None:
        return False
    return facts.new_product_arr >= EVENT_NEW_PRODUCT_SHARE * last_month


def open_case(month: int, previous: State | None, facts: Facts) -> Case:
    """Targets, streaks and contract event of one account-month; no move yet."""
    is_first_priority = previous is not None and previous.is_provisional and facts.priority is not None
    if previous is None or is_first_priority:
        score_target = score_target_at_entry(facts.priority)
        ceiling = economic_ceiling(facts, None)
    else:
        present_base = previous.base_tier_without_override
        score_target = score_target_later(present_base, facts.priority)
        ceiling = economic_ceiling(facts, present_base)
    floor = facts.grant_floor_tier if facts.has_grant else None
    case = Case(
        month=month,
        facts=facts,
        previous=previous,
        is_placed=previous is None or is_first_priority,
        score_target=score_target,
        ceiling=ceiling,
        floor=floor,
        target=max(min(score_target, ceiling), floor or 0),
    )
    if not case.is_placed:
        count_streaks(case)
    if previous is not None:
        await_contract_event(case, previous)
    return case


def count_streaks(case: Case) -> None:
    """Months with the target on one side, this one included; unscored ones count only downwards."""
    previous, rank = case.previous, case.previous_rank
    if case.target < rank:
        case.demotion_streak = previous.demotion_streak_months + 1
    elif not case.is_scored:
        case.promotion_streak = previous.promotion_streak_months
        case.demotion_streak = previous.demotion_streak_months
    elif case.target > rank:
        case.promotion_streak = previous.promotion_streak_months + 1


def await_contract_event(case: Case, previous: State) -> None:
    """An event acts in the first scored month, at most two later, and is then used up."""
    case.last_contract_event_month = previous.last_contract_event_month
    is_waiting = previous.is_contract_event_pending
    if has_contract_event(case.facts):
        case.last_contract_event_month = case.month
        is_waiting = True
    if is_waiting and case.is_scored:
        case.does_contract_event_act = True
    elif is_waiting:
        waited = case.month - case.last_contract_event_month
        case.is_contract_event_pending = waited < EVENT_WAITING_MONTHS
