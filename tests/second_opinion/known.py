"""Windows of months that reach back before a source's beginning, and scores of which not everything can be known."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

WINDOW_MONTHS = 3
YEAR_MONTHS = 12
FEWEST_KNOWN_MONTHS = 6
FEWEST_WEIGHT = 30
TENTATIVE_BELOW = 0.70


def beginning(months_with_rows: set[int]) -> int | None:
    """The first of three consecutive months with rows; months before it are unknown, not empty."""
    starts = [month for month in months_with_rows if {month + 1, month + 2} <= months_with_rows]
    return min(starts, default=None)


def known_values(values: Mapping[int, float], month: int, since: int, months: int) -> list[float]:
    """One value for each known month of a window that ends with `month`; a known month without rows has 0."""
    return [values.get(then, 0.0) for then in range(month - months + 1, month + 1) if then >= since]


def sum_of_3_months(values: Mapping[int, float], month: int, since: int) -> float | None:
    """What the known months say, brought to the whole window; None where none is known."""
    known = known_values(values, month, since, WINDOW_MONTHS)
    return sum(known) * WINDOW_MONTHS / len(known) if known else None


def count_of_12_months(values: Mapping[int, float], month: int, since: int) -> float | None:
    """The same for a year, of which half must be known."""
    known = known_values(values, month, since, YEAR_MONTHS)
    return sum(known) * YEAR_MONTHS / len(known) if len(known) >= FEWEST_KNOWN_MONTHS else None


def median_of_12_months(values: Mapping[int, float], month: int, since: int) -> float | None:
    """The median of the known months."""
    known = known_values(values, month, since, YEAR_MONTHS)
    return median(known) if known else None


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a pillar for one account."""

    weight: float
    score: float | None
    is_configured: bool = True
    is_knowable: bool = True  # False where the account is too young for it


@dataclass(frozen=True, slots=True)
class Pillar:
    """What the components come to."""

    score: float | None
    coverage: float | None
    is_tentative: bool
    is_in_priority: bool  # False where too little can be known of the account


def pillar_score(components: list[Component], minimum_coverage: float) -> Pillar:
    """The weighted mean of what is populated, if that is enough of what can be known."""
    knowable = [one for one in components if one.is_configured and one.is_knowable]
    total = sum(one.weight for one in knowable)
    populated = [one for one in knowable if one.score is not None]
    weight = sum(one.weight for one in populated)
    if total == 0 or sum(one.weight for one in components if one.is_configured) < FEWEST_WEIGHT:
        return Pillar(None, None, is_tentative=False, is_in_priority=False)
    coverage = weight / total
    has_score = weight > 0 and coverage >= minimum_coverage
    return Pillar(
        score=sum(one.weight * one.score for one in populated) / weight if has_score else None,
        coverage=coverage,
        is_tentative=has_score and coverage < TENTATIVE_BELOW,
        is_in_priority=total >= FEWEST_WEIGHT,
    )
