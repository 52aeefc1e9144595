"""One version of the policy."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from transforms.policy.actions import Actions
from transforms.policy.engagement import Engagement
from transforms.policy.fingerprint import fingerprint_of
from transforms.policy.notifications import Notifications
from transforms.policy.quality import Quality
from transforms.policy.scoring import Component
from transforms.policy.sections import (
    Economics,
    Freshness,
    Lifecycle,
    MetricRules,
    Movement,
    PriorityWeights,
    Rhythm,
    RiskLift,
    ScoringRules,
    SilenceOrOff,
)
from transforms.policy.segments import Segments
from transforms.policy.staffing import Staffing
from transforms.policy.values import PolicyMonth, Section, Words

PILLARS = ("health", "growth", "strategic", "complexity", "value")
"""The four pillars and value, in the order in which they are stored."""

_CHANGES_NO_RESULT = {"version", "reason", "effective_month", "until_month", "notifications", "quality"}

TOUCHPOINTS_METRIC = "customer_hours_per_month"
"""The metric that the economic ceiling excludes from complexity: touch follows the tier, so it must not set it."""


def _weights_sum_to_100(components: dict[str, Component]) -> dict[str, Component]:
    total = sum(component.weight for component in components.values())
    if abs(total - 100) > 1e-9:
        raise ValueError(f"weights sum to {total:zg}, expected 100")
    return components


_Components = Annotated[
    dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Component],
    Field(min_length=1),
    AfterValidator(_weights_sum_to_100),
]


class Pillars(Section):
    """The components of each pillar by name."""

    health: _Components
    growth: _Components
    strategic: _Components
    complexity: _Components
    value: _Components

    def components(self) -> list[tuple[str, str, Component]]:
        """List (pillar, name, component) in the order of pillars and of the policy file."""
        return [(pillar, name, component) for pillar in PILLARS for name, component in getattr(self, pillar).items()]

    def labels(self) -> dict[str, str]:
        """Return what people call each component, by ``pillar.component``; without a label its key in words."""
        return {
            f"{pillar}.{name}": component.label or name.replace("_", " ")
            for pillar, name, component in self.components()
        }


class Policy(Section):
    """One version of the policy, in force from its effective month until the next version's.

    Attributes:
        version: The version's name, as people call it.
        effective_month: The first month in which it holds.
        until_month: The last month in which it holds; null until the next version begins.
        reason: Why this version was made.
    """

    version: Words
    effective_month: PolicyMonth
    until_month: PolicyMonth | None = None
    reason: Words
    priority: PriorityWeights
    pillars: Pillars
    scoring: ScoringRules
    metrics: MetricRules
    rhythm: Rhythm
    silence: SilenceOrOff
    freshness: Freshness
    economics: Economics
    movement: Movement
    lift: RiskLift
    lifecycle: Lifecycle
    segments: Segments
    engagement: Engagement
    actions: Actions
    staffing: Staffing
    notifications: Notifications
    quality: Quality

    @model_validator(mode="after")
    def _months_in_order(self) -> Self:
        if self.until_month is not None and self.until_month < self.effective_month:
            raise ValueError(f"until_month {self.until_month} lies before effective_month {self.effective_month}")
        return self

    def __repr__(self) -> str:
        """Return the policy's name, since the whole policy would bury a message that shows it."""
        return f"Policy({self.label!r})"

    @cached_property
    def fingerprint(self) -> str:
        """A hash of every value that can change a result, without reasons, wordings and checks."""
        return fingerprint_of(self, left_out=_CHANGES_NO_RESULT)

    @property
    def label(self) -> str:
        """The name of this policy in published rows: version and fingerprint, so that edited versions differ."""
        return f"{self.version}-{self.fingerprint[:8]}"
