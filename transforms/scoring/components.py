"""The components of the policy on a frame of metrics: what was measured, the points for it, why it is missing."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.pillars.missing import TOO_YOUNG, reason_for
from transforms.pillars.needs import MissingReason, missing_reason
from transforms.policy.model import TOUCHPOINTS_METRIC, Policy
from transforms.policy.scoring import Component
from transforms.scoring.functions import points


@dataclass(frozen=True, slots=True)
class Scored:
    """A component at its place in the wide lists, and the names of its columns while scores are made.

    Attributes:
        position: Its place among all components of the policy, from 0.
        pillar: The pillar to which it belongs.
        name: Its name in the policy.
        component: The line of the policy.
        missing_for_all: Why nobody has the metric; None where each account's own data decide.
    """

    position: int
    pillar: str
    name: str
    component: Component
    missing_for_all: MissingReason | None

    @property
    def metric(self) -> str:
        """Column of the metric as measured."""
        return f"metric_{self.position}"

    @property
    def points(self) -> str:
        """Column of the points, with the policy's rule for missing metrics applied."""
        return f"points_{self.position}"

    @property
    def contribution(self) -> str:
        """Column of the contribution to the pillar's score."""
        return f"contribution_{self.position}"

    @property
    def reason(self) -> str:
        """Column of the missing reason."""
        return f"reason_{self.position}"

    @property
    def is_configured(self) -> bool:
        """Whether it takes part in weights and coverage at all."""
        return self.missing_for_all != "not_configured"

    @property
    def is_knowable(self) -> pl.Expr:
        """Whether it can be known of the account: its tenure does not exclude it."""
        return pl.col(self.reason).ne_missing(TOO_YOUNG)

    @property
    def is_touch(self) -> bool:
        """Whether it measures contacts, which the economic ceiling leaves out."""
        return self.component.metric == TOUCHPOINTS_METRIC


def scored_components(policy: Policy, configured: frozenset[str], stale: frozenset[str]) -> list[Scored]:
    """List the policy's components in the order of the wide lists, with what is known of them for all accounts."""
    return [
        Scored(position, pillar, name, component, missing_reason(component.metric, configured, stale))
        for position, (pillar, name, component) in enumerate(policy.pillars.components())
    ]


def with_points(features: pl.LazyFrame, components: list[Scored], policy: Policy) -> pl.LazyFrame:
    """Add metric, points and missing reason of each component.

    Args:
        features: One row per account in scope, with the metrics of ``account_features``.
        components: The components, from ``scored_components``.
        policy: The policy in force.

    Returns:
        ``account_id`` and three columns per component. Points are null where the component is missing and
        the policy has no points of its own for it.
    """
    return features.select(
        "account_id", *(_metric(scored) for scored in components), *(_reason(scored, policy) for scored in components)
    ).with_columns(_points(scored, policy.scoring.neutral_points) for scored in components)


def _metric(scored: Scored) -> pl.Expr:
    # A published month may hold a value of a source that today's run knows to be stale or no longer maps.
    known = pl.col(scored.component.metric) if scored.missing_for_all is None else pl.lit(None)
    return known.cast(pl.Float64).alias(scored.metric)


def _points(scored: Scored, neutral_points: float) -> pl.Expr:
    given = points(scored.component.score, pl.col(scored.metric))
    if scored.is_configured and scored.component.missing in {"neutral", "zero"}:
        given = given.fill_null(neutral_points if scored.component.missing == "neutral" else 0.0)
    return given.cast(pl.Float64).alias(scored.points)


def _reason(scored: Scored, policy: Policy) -> pl.Expr:
    if scored.missing_for_all is not None:
        return pl.lit(scored.missing_for_all).alias(scored.reason)
    metric = scored.component.metric
    return pl.when(pl.col(metric).is_null()).then(reason_for(metric, policy)).alias(scored.reason)
