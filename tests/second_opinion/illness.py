"""Silence, illness and good health of an account-month, before any lift is looked at."""

from collections.abc import Collection

from .records import (
    FALLEN,
    FEWEST_TO_SUSPEND,
    HEALTHY,
    IDLE_DAYS,
    ILL,
    RESUMED_UNDER_PERCENT,
    STEEP_FALL,
    SUSPENDED_OVER_PERCENT,
    USED_WITHIN_MONTHS,
    YOUNG_DAYS,
    Case,
    Facts,
    State,
)


def examine(cases: Collection[Case], previous: Collection[State]) -> None:
    """Everything that needs no base tier; silence is looked at over all accounts together."""
    for case in cases:
        case.is_silent = is_silent(case.facts)
    is_widespread = has_widespread_silence(cases, previous)
    for case in cases:
        case.has_widespread_silence = is_widespread
        case.ill_conditions = ill_conditions(case)
        case.healthy_streak = healthy_streak(case)


def is_silent(facts: Facts) -> bool:
    """Usage is known, there was none, and the account is no newcomer."""
    return facts.events is not None and facts.events == 0 and facts.tenure_days >= YOUNG_DAYS


def has_widespread_silence(cases: Collection[Case], previous: Collection[State]) -> bool:
    """From over a quarter of all accounts on, until it is under a fifth."""
    if len(cases) < FEWEST_TO_SUSPEND:
        return False
    silent_in_hundredths = 100 * sum(case.is_silent for case in cases)
    if any(state.has_widespread_silence for state in previous):
        return silent_in_hundredths >= RESUMED_UNDER_PERCENT * len(cases)
    return silent_in_hundredths > SUSPENDED_OVER_PERCENT * len(cases)


def is_exempt(case: Case) -> bool:
    """Never ill: the lapsed, newcomers unless they are idle, and the silent while silence says nothing."""
    facts = case.facts
    recency = facts.usage_recency_days
    is_idle = recency is not None and recency > IDLE_DAYS + 1
    is_newcomer = facts.tenure_days < YOUNG_DAYS and not is_idle
    return facts.is_in_grace or is_newcomer or (case.is_silent and case.is_silence_suspended)


def ill_conditions(case: Case) -> tuple[str, ...]:
    """The conditions that hold, in the order of the page."""
    if is_exempt(case):
        return ()
    facts = case.facts
    found = []
    if facts.health is not None and facts.health < ILL:
        found.append("low")
    known = [health for health in (facts.health_1_month_ago, facts.health_2_months_ago) if health is not None]
    if facts.health is not None and facts.health < FALLEN and known and max(known) - facts.health >= STEEP_FALL:
        found.append("falling")
    last_use = facts.last_active_month
    if case.is_silent and last_use is not None and last_use >= case.month - USED_WITHIN_MONTHS:
        found.append("newly_silent")
    return tuple(found)


def healthy_streak(case: Case) -> int:
    """Consecutive well months; what is neither well nor ill lets the count stand still."""
    before = 0 if case.previous is None else case.previous.healthy_streak_months
    facts = case.facts
    is_unknown = facts.health is None and not case.is_silent and not case.is_ill
    if is_unknown or (case.is_silent and case.is_silence_suspended):
        return before
    is_used = facts.events is None or facts.events > 0
    is_well = facts.health is not None and facts.health >= HEALTHY and is_used and not case.is_ill
    return before + 1 if is_well else 0
