"""Who calls for a person, why and since when; looked up in all reasons since the account's entry."""

from .lifts import Lift, is_waiting
from .records import CHRONIC_MONTHS, REMEMBERED_MONTHS, Case, Risk

LONGEST_GAP_MONTHS = 1


def ill_months(case: Case) -> int:
    """One bit a month, the present one first."""
    before = 0 if case.previous is None else case.previous.ill_months_of_6
    return (2 * before + case.is_ill) % 2**REMEMBERED_MONTHS


def risk_reason(case: Case, lift: Lift) -> str | None:
    """The first reason that holds."""
    if case.facts.is_in_grace:
        return "lapsed"
    if case.is_silent and case.is_silence_suspended:
        return None
    if is_chronic(case, lift):
        return "chronic"
    if case.is_silent:
        return "never_used" if case.facts.last_active_month is None else "silent"
    if lift.is_unaffordable:
        return "ill_unaffordable"
    return "ill" if case.is_ill else None


def is_chronic(case: Case, lift: Lift) -> bool:
    """Ill for most of half a year, or again while no lift can come."""
    if not case.is_ill:
        return False
    months = ill_months(case)
    if months.bit_count() >= CHRONIC_MONTHS:
        return True
    was_ill = case.previous is not None and case.previous.is_ill
    can_no_lift_come = not lift.is_armed or is_waiting(case.month, lift.last_ended_month)
    return was_ill and lift.started_month is None and can_no_lift_come


def risk_reasons(case: Case, lift: Lift) -> tuple[str | None, ...]:
    """The reasons of all months since the entry."""
    before = () if case.previous is None else case.previous.risk_reasons
    return (*before, risk_reason(case, lift))


def risk_row(month: int, reasons: tuple[str | None, ...]) -> Risk | None:
    """The row of account_risks, None where the account is not on the list."""
    reason = reasons[-1]
    if reason is None:
        return None
    return Risk(
        reason=reason,
        since_month=month - months_of_stay([one is not None for one in reasons]),
        reason_since_month=month - months_of_stay([one == reason for one in reasons]),
    )


def months_of_stay(is_there: list[bool]) -> int:
    """How many months ago the stay began; a gap of one month does not break it."""
    began = 0
    for ago, here in enumerate(reversed(is_there)):
        if here:
            began = ago
        elif ago - began > LONGEST_GAP_MONTHS:
            break
    return began
