"""Which sources and columns each derived column needs, and why it is missing if they are not mapped."""

from __future__ import annotations

from typing import Literal

from transforms.policy import Policy
from transforms.policy.model import PILLARS

MissingReason = Literal["not_configured", "stale", "too_young", "too_few", "never_used", "expired", "not_recorded"]

_USAGE = "usage"
_FEATURE = "usage.feature"
_SEATS = "subscriptions.seats"
_USERS = ("usage.user_id", "usage.active_users")


def _all_of(*names: str) -> tuple[frozenset[str], ...]:
    return (frozenset(names),)


_USERS_PER_SEAT = tuple(frozenset({users, _SEATS}) for users in _USERS)

NEEDS: dict[str, tuple[frozenset[str], ...]] = {
    "arr": _all_of("subscriptions"),
    "events": _all_of(_USAGE),
    "monthly_active_users": tuple(frozenset({users}) for users in _USERS),
    "active_days": _all_of(_USAGE),
    "events_variation": _all_of(_USAGE),
    "expected_events": _all_of(_USAGE),
    "known_usage_months": _all_of(_USAGE),
    "has_sudden_silence": _all_of(_USAGE),
    "last_rating_date": _all_of("tickets.csat"),
    "usage_trend_ratio": _all_of(_USAGE),
    "licence_utilisation_share": _USERS_PER_SEAT,
    "usage_recency_days": _all_of(_USAGE),
    "feature_breadth_share": _all_of(_FEATURE),
    "tickets_per_100_seats": _all_of("tickets", _SEATS),
    "csat_mean": _all_of("tickets.csat"),
    # The status alone does not say when an invoice was paid, so lateness is unknown without the date.
    "days_late_mean": _all_of("invoices.paid_date"),
    "usage_growth_ratio": _all_of(_USAGE),
    "user_growth_ratio": tuple(frozenset({users}) for users in _USERS),
    "revenue_expansion_ratio": _all_of("subscriptions"),
    "seat_saturation_share": _USERS_PER_SEAT,
    "features_adopted": _all_of(_FEATURE),
    "whitespace_share": (frozenset({"products"}), frozenset({_SEATS, "accounts.addressable_seats"})),
    "has_reference_grant": _all_of("strategic_grants"),
    "has_co_development_grant": _all_of("strategic_grants"),
    "brand_rank": _all_of("accounts.brand_rank"),
    "nps": _all_of("accounts.nps"),
    "integrations": _all_of("accounts.integrations"),
    "products_owned": _all_of("subscriptions"),
    "tickets_per_month": _all_of("tickets"),
    "escalations": _all_of("tickets.is_escalated"),
    "customer_hours_per_month": _all_of("touchpoints.is_customer_initiated"),
    "regions": _all_of("accounts.regions"),
    # Without a date of closing, every escalation of a quarter would seem open and freeze its account.
    "has_open_escalation": _all_of("tickets.is_escalated", "tickets.closed_at"),
    "support_hours": _all_of("tickets"),
    "support_cost": _all_of("tickets"),
    "csm_hours": _all_of("touchpoints"),
}
"""Per derived column of ``account_features``: the alternatives to derive it, sets of sources and optional columns."""


def is_configured(metric: str, configured: frozenset[str]) -> bool:
    """Return whether a project maps what a metric needs.

    Args:
        metric: A derived column of ``account_features``.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.

    Raises:
        KeyError: If no such metric is derived.
    """
    return any(way <= configured for way in NEEDS[metric])


def missing_pillars(policy: Policy, configured: frozenset[str]) -> tuple[str, ...]:
    """List the pillars of which less than the policy's minimum weight is configured.

    Args:
        policy: The policy.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
    """
    return tuple(
        pillar
        for pillar in PILLARS
        if sum(
            component.weight
            for component in getattr(policy.pillars, pillar).values()
            if is_configured(component.metric, configured)
        )
        < policy.scoring.minimum_configured_weight
    )


def missing_reason(metric: str, configured: frozenset[str], stale: frozenset[str]) -> MissingReason | None:
    """Return why a metric is missing for every account; None if it depends on each account's own data.

    Args:
        metric: A derived column of ``account_features``.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
        stale: The sources that have had no row for too long.

    Raises:
        KeyError: If no such metric is derived.
    """
    ways = [way for way in NEEDS[metric] if way <= configured]
    if not ways:
        return "not_configured"
    if all(any(_source(name) in stale for name in way) for way in ways):
        return "stale"
    return None


def _source(name: str) -> str:
    return name.partition(".")[0]
