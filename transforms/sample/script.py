"""The parts of a planted account's life: contracts, the course of its months, grants and overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from transforms.month import Month
from transforms.sample.span import number_of

DRIVERS = (
    "users", "events", "breadth", "habit", "last_day_of_use", "tickets", "csat", "ticket_minutes", "escalated",
    "customer_hours", "our_hours", "days_late",
)  # fmt: skip
"""The drivers of a month that a course may set: people using the product, their events, features in use, share of
working days with use, the last day of the month on which there may be any; tickets, their satisfaction, minutes and
share escalated; hours of contact that the customer requested and that we offered; days that its invoice is paid
late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One row of subscriptions: a term, or a change within it. A renewal keeps its subscription's number."""

    start: date
    end: date | None = None
    seats: int | None = None
    mrr: float
    product: str = "Suite"
    number: int = 1
    is_annual: bool = True


@dataclass(frozen=True, slots=True)
class Traits:
    """The columns of accounts that matter to a story; the others are drawn as for any account."""

    plan: str
    country: str
    industry: str
    brand_rank: float | None
    nps: float | None
    integrations: int
    regions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One row of strategic_grants."""

    kind: str
    start: date
    end: date
    benefit: str
    floor_tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One row of overrides."""

    tier: str
    start: date
    end: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The life of an account that is scripted instead of drawn.

    Attributes:
        traits: Its columns of accounts.
        contracts: Its subscriptions.
        course: Per driver its values in some months, which are interpolated linearly.
        grants: Its strategic grants.
        overrides: Its overrides.
        currency: The currency of its contracts.
        merged: The account that it is merged into and the day, if it is.
    """

    traits: Traits
    contracts: tuple[Contract, ...]
    course: Mapping[str, Mapping[str, float]]
    grants: tuple[Grant, ...] = ()
    overrides: tuple[Override, ...] = ()
    currency: str = "USD"
    merged: tuple[str, date] | None = None

    def at(self, month: Month) -> dict[str, float]:
        """Return the drivers that the course sets in a month."""
        return {driver: _between(points, month) for driver, points in self.course.items()}


def _between(points: Mapping[str, float], month: Month) -> float:
    """Interpolate linearly; the first and the last value hold before and after."""
    places = sorted((number_of(Month.parse(text)), value) for text, value in points.items())
    wanted = number_of(month)
    if wanted <= places[0][0]:
        return places[0][1]
    for (left, low), (right, high) in pairwise(places):
        if wanted <= right:
            return low + (high - low) * (wanted - left) / (right - left)
    return places[-1][1]
