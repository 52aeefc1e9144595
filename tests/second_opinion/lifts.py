"""The risk lift: when it ends, starts, is affordable, and when the next one is armed."""

from dataclasses import dataclass

from .records import (
    CSM_HOURS_PER_YEAR,
    HEALTHY_MONTHS_TO_ARM,
    HEALTHY_MONTHS_TO_END,
    HIGHEST_RANK,
    LIFT_MONTHS,
    LONGEST_LIFT_MONTHS,
    MONTHS_BETWEEN_LIFTS,
    Case,
    Facts,
)
from .targets import can_pay, entitled_cost


@dataclass(slots=True)
class Lift:
    """The lift of one account at the end of a month."""

    started_month: int | None
    last_ended_month: int | None
    is_armed: bool
    healthy_streak: int
    is_affordable: bool | None = None  # by money, at its start
    is_unaffordable: bool = False  # money is all that stands in the way of one


def end_lift(case: Case) -> None:
    """A lift ends between its third and its sixth month; decided before any move."""
    if case.previous is None:
        return
    started = case.previous.lift_started_month
    case.last_lift_ended_month = case.previous.last_lift_ended_month
    if started is None:
        return
    months = case.month - started
    has_recovered = case.healthy_streak >= HEALTHY_MONTHS_TO_END
    if months >= LONGEST_LIFT_MONTHS or (months >= LIFT_MONTHS and has_recovered):
        case.last_lift_ended_month = case.month
    else:
        case.running_lift_start = started


def step_lift(case: Case) -> Lift:
    """Arming and start; needs the base of this month."""
    lift = carry_lift(case)
    if lift.started_month is not None or not lift.is_armed or not case.is_ill:
        return lift
    if is_waiting(case.month, case.last_lift_ended_month) or case.is_overridden:
        return lift
    is_free = case.base == HIGHEST_RANK
    is_payable = is_free or can_pay_lift(case.facts, case.base)
    if not is_payable and not case.facts.has_grant:
        lift.is_unaffordable = True
        return lift
    return Lift(
        started_month=case.month,
        last_ended_month=case.last_lift_ended_month,
        is_armed=False,
        healthy_streak=0,
        is_affordable=is_payable,
    )


def can_pay_lift(facts: Facts, rank: int) -> bool:
    """The rank's own hours and those of the longest lift, all of them as dear as new ones."""
    own, raised = CSM_HOURS_PER_YEAR[rank], CSM_HOURS_PER_YEAR[rank + 1]
    hours = own + (raised - own) * LONGEST_LIFT_MONTHS / 12
    return can_pay(facts, entitled_cost(facts, hours, is_above_base=True))


def is_waiting(month: int, last_ended_month: int | None) -> bool:
    """True in the months after a lift in which no other may start."""
    return last_ended_month is not None and month < last_ended_month + MONTHS_BETWEEN_LIFTS


def carry_lift(case: Case) -> Lift:
    """The lift that still runs, and whether the next one is armed."""
    previous = case.previous
    is_running = case.running_lift_start is not None
    return Lift(
        started_month=case.running_lift_start,
        last_ended_month=case.last_lift_ended_month,
        is_armed=previous is None or previous.is_lift_armed or case.healthy_streak >= HEALTHY_MONTHS_TO_ARM,
        healthy_streak=case.healthy_streak,
        is_affordable=previous.is_lift_affordable if is_running else None,
    )


def lifted_tier(case: Case, lift: Lift) -> int:
    """The base tier, one higher while a lift runs; an override is laid over it elsewhere."""
    return case.base if lift.started_month is None else min(HIGHEST_RANK, case.base + 1)
