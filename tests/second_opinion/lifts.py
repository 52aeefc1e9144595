"""The risk lift: when it ends, starts, is affordable, and when the next one is armed."""

from dataclasses import dataclass

from .records import (
    HEALTHY,
    HEALTHY_MONTHS_TO_ARM,
    HIGHEST_RANK,
    ILL,
    LIFT_MONTHS,
    MONTHS_BETWEEN_LIFTS,
    STEEP_FALL,
    Case,
    Facts,
)
from .targets import is_affordable


@dataclass(slots=True)
class Lift:
    """The lift of one account at the end of a month."""

    started_month: int | None
    last_ended_month: int | None
    is_armed: bool
    healthy_streak: int
    is_affordable: bool | None


def end_lift(case: Case) -> None:
    """A running lift ends in good health or after three months; decided before any move."""
    if case.previous is None:
        return
    started = case.previous.lift_started_month
    case.last_lift_ended_month = case.previous.last_lift_ended_month
    if started is None:
        return
    health = case.facts.health
    if (health is not None and health >= HEALTHY) or case.month >= started + LIFT_MONTHS:
        case.last_lift_ended_month = case.month
    else:
        case.running_lift_start = started


def step_lift(case: Case) -> Lift:
    """Health streak, arming and start; needs the base of this month."""
    lift = carry_lift(case)
    if lift.started_month is not None or not lift.is_armed or not is_at_risk(case.facts):
        return lift
    ended = case.last_lift_ended_month
    if ended is not None and case.month < ended + MONTHS_BETWEEN_LIFTS:
        return lift
    lifted_rank = min(HIGHEST_RANK, case.base + 1)
    lift.started_month = case.month
    lift.is_affordable = is_affordable(case.facts, lifted_rank, lifted_rank > case.base)
    lift.is_armed = not (lift.is_affordable or case.facts.has_grant)
    return lift


def carry_lift(case: Case) -> Lift:
    """The lift that still runs, the months of good health and whether the next one is armed."""
    previous, health = case.previous, case.facts.health
    healthy_streak = 0 if previous is None else previous.healthy_streak_months
    if health is not None:
        healthy_streak = healthy_streak + 1 if health >= HEALTHY else 0
    is_running = case.running_lift_start is not None
    return Lift(
        started_month=case.running_lift_start,
        last_ended_month=case.last_lift_ended_month,
        is_armed=previous is None or previous.is_lift_armed or healthy_streak >= HEALTHY_MONTHS_TO_ARM,
        healthy_streak=healthy_streak,
        is_affordable=previous.is_lift_affordable if is_running else None,
    )


def is_at_risk(facts: Facts) -> bool:
    """Ill, or not healthy after a steep fall on the higher of the last two months."""
    if facts.health is None:
        return False
    if facts.health < ILL:
        return True
    known = [health for health in (facts.health_1_month_ago, facts.health_2_months_ago) if health is not None]
    return facts.health < HEALTHY and bool(known) and max(known) - facts.health >= STEEP_FALL


def lifted_tier(case: Case, lift: Lift) -> int:
    """The base tier, one higher while a lift runs that is affordable or freed by a grant."""
    is_effective = lift.started_month is not None and (lift.is_affordable or case.facts.has_grant)
    return min(HIGHEST_RANK, case.base + 1) if is_effective else case.base
