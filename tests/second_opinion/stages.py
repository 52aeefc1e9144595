"""The lifecycle stage of an account-month, with and without what happens to it just now."""

from .records import (
    ADOPTION_MONTHS,
    MATURE_HEALTH,
    MATURE_VARIATION,
    ONBOARDING_MONTHS,
    RENEWAL_DAYS,
    Facts,
)


def structural_stage(facts: Facts) -> str:
    """By age, and for grown-up accounts by how steady and well they are."""
    if facts.tenure_months < ONBOARDING_MONTHS:
        return "onboarding"
    if facts.tenure_months < ADOPTION_MONTHS:
        return "adoption"
    if facts.events_variation is None or facts.health is None:
        return "established"
    is_steady = facts.events_variation <= MATURE_VARIATION
    return "mature" if is_steady and facts.health >= MATURE_HEALTH else "established"


def lifecycle_stage(facts: Facts, is_lift_in_effect: bool) -> str:
    """The first that holds."""
    if facts.is_in_grace:
        return "lapsed"
    if is_lift_in_effect:
        return "recovery"
    if facts.days_to_renewal is not None and 0 <= facts.days_to_renewal <= RENEWAL_DAYS:
        return "renewal"
    return structural_stage(facts)
