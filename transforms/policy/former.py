"""What policy files of before say otherwise: keys that are gone, numbers that mean something else, old defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Place = tuple[str, ...]
"""Keys from the top of a version of the policy."""

NEW_SECTIONS = frozenset({"rhythm", "silence"})
"""Sections without which a version was written for a product of before."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A key that is gone.

    Attributes:
        default: The value that the default policy had there.
        instead: What stands in its place.
    """

    default: float
    instead: str


REMOVED: Mapping[Place, Gone] = {
    ("metrics", "trend_minimum_events"): Gone(20, "trend_prior_events, with which few events move the trend little"),
    ("metrics", "trend_minimum_tenure_days"): Gone(30, "trend_minimum_service_days, the service that a month needs"),
    ("metrics", "growth_minimum_events"): Gone(60, "trend_prior_events, which counts for the growth of use as well"),
    ("metrics", "growth_minimum_users"): Gone(5, "growth_prior_users, with which few users move growth little"),
}
"""Keys that are gone."""

CHANGED_METRICS: Mapping[str, str] = {
    "usage_trend_ratio": "events are compared with those expected by the account's own year, in rates",
    "usage_recency_days": "days beyond the source's usual gap count, no longer all days since the last use",
    "usage_growth_ratio": "a prior in the place of a minimum of events makes few events move little",
    "user_growth_ratio": "a prior in the place of a minimum of users makes few users move little",
}
"""Metrics whose numbers mean something else, so that a score that was made for them cannot be taken over unseen."""

FORMER_SCORES: Mapping[str, Any] = {
    "usage_trend_ratio": {
        "kind": "bands_at_least",
        "bands": [
            {"limit": 0.10, "points": 100},
            {"limit": -0.10, "points": 75},
            {"limit": -0.25, "points": 50},
            {"limit": -0.50, "points": 25},
        ],
        "otherwise": 0,
    },
    "usage_recency_days": {"kind": "half_life", "days": 14},
    "usage_growth_ratio": {"kind": "linear", "lo": -0.2, "hi": 0.5},
    "user_growth_ratio": {"kind": "linear", "lo": -0.2, "hi": 0.5},
}
"""How the default policy scored these metrics."""

FORMER_VALUES: Mapping[Place, Any] = {
    ("pillars", "strategic", "reference", "is_actionable"): True,
    ("pillars", "strategic", "co_development", "is_actionable"): True,
    ("lift", "ill_below"): 45,
    ("lift", "falling_below"): 60,
    ("notifications", "news"): [
        "promotion",
        "demotion",
        "lift_started",
        "lift_ended",
        "override_started",
        "override_ended",
        "exit",
    ],
    ("quality", "fleet_shift", "minimum_moved_accounts"): 25,
}
"""Other values that the default policy had and has no longer."""

ADDED_CHOICES: tuple[Place, ...] = (
    ("actions", "chronic_risk", "closed_by"),
    # Who is held by money is told of the size of the contract.
    ("pillars", "value", "arr", "customer_wording"),
)
"""Keys that may be left out, which the default policy now has."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A component, as a version of the policy writes it.

    Attributes:
        place: Where it stands.
        metric: What it measures.
        written: Its content; in a version that is based on another only what differs.
    """

    place: Place
    metric: str
    written: Mapping[str, Any]


def is_former(version: object) -> bool:
    """Return whether a version that stands for itself was written for a product of before.

    Args:
        version: The content of a version, with what it inherits where it is based on another.
    """
    if not isinstance(version, Mapping) or "pillars" not in version:
        return False
    return not NEW_SECTIONS & version.keys() or any(at(version, place) is not None for place in REMOVED)


def changed_components(version: Mapping[str, Any], default: Mapping[str, Any]) -> Iterator[Scored]:
    """List the components whose numbers mean something else, in the order of the file.

    Args:
        version: The content of a version.
        default: The default policy, which knows the metric where a version names only what differs.
    """
    pillars = version.get("pillars")
    for pillar, components in pillars.items() if isinstance(pillars, Mapping) else ():
        for name, written in components.items() if isinstance(components, Mapping) else ():
            place = ("pillars", str(pillar), str(name))
            metric = (at(version, (*place, "metric")) or at(default, (*place, "metric"))) if written else None
            if metric in CHANGED_METRICS and isinstance(written, Mapping):
                yield Scored(place, str(metric), written)


def at(content: Any, place: Place) -> Any:
    """Return what stands at a place; None where nothing does."""
    for key in place:
        if not isinstance(content, Mapping) or key not in content:
            return None
        content = content[key]
    return content


def plain(value: Any) -> Any:
    """Return a value without its reason."""
    return value["value"] if isinstance(value, Mapping) and set(value) == {"value", "reason"} else value
