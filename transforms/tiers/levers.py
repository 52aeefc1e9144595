"""The top lever: what a customer-success team could improve to close the gap to the next tier first."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.policy import Policy
from transforms.scoring.components import scored_components

_ELIGIBLE = ("growth", "strategic")
"""Pillars of the priority in which a team can improve something: complexity and value are never levers."""

_CLOSES = 1_000_000.0
"""Lifts every component that can close the gap above every one that cannot; gains are at most 100 points."""


def with_top_lever(
    tiers: pl.LazyFrame,
    scores: pl.LazyFrame,
    policy: Policy,
    configured: frozenset[str],
    stale: frozenset[str] = frozenset(),
) -> pl.LazyFrame:
    """Add ``top_lever`` to a month's tiers.

    One point more of a component adds its share of the pillar times the pillar's share of the priority. The
    lever is the actionable component that needs the fewest points of its own to close the gap; where none can
    close it alone, the one that brings most. Complexity and value are never levers, health is not in the
    priority. Where the score is not what binds, the lever is the constraint itself.

    Args:
        tiers: One row per account with points_to_promotion and binding_constraint.
        scores: One row per account with component_scores (a list by position), pillars and coverages.
        policy: The policy.
        configured: The mapped sources and columns.
        stale: The sources that have had no row for too long.
    """
    levers = _levers(policy, _configured_weights(policy, configured, stale))
    pillars = sorted({pillar for pillar, _, _ in levers.values()})
    needed = ("component_scores", "priority_coverage", *pillars, *(f"{pillar}_coverage" for pillar in pillars))
    joined = tiers.join(scores.select("account_id", *needed), on="account_id", how="left")
    gains = [f"_gain_{position}" for position in levers]
    names = [f"{pillar}.{name}" for pillar, name, _ in levers.values()]
    # In columns of their own: each gain is compared with every other one, and a plan that repeats all of them in
    # each other takes longer to build than to run.
    return (
        joined.with_columns(_gain(position, *lever).alias(f"_gain_{position}") for position, lever in levers.items())
        .with_columns(_greatest(gains, names).alias("_best"))
        .with_columns(
            pl.when(pl.col("binding_constraint") == "score")
            .then("_best")
            .otherwise("binding_constraint")
            .alias("top_lever")
        )
        .drop(*needed, *gains, "_best")
    )


def _gain(position: int, pillar: str, _: str, slope: pl.Expr) -> pl.Expr:
    """Return what a component could bring in points of priority; null where it brings nothing or is not scored."""
    # A pillar without a score is not in the priority, however well one of its components does.
    counts = pl.when(pl.col(pillar).is_not_null()).then(slope)
    gain = (100 - pl.col("component_scores").list.get(position, null_on_oob=True)) * counts
    closes = gain >= pl.col("points_to_promotion")
    return pl.when(gain <= 0).then(None).when(closes).then(_CLOSES + slope).otherwise(gain).fill_nan(None)


def _greatest(columns: Sequence[str], names: Sequence[str]) -> pl.Expr:
    """Return the name of the greatest column, of equal ones the first; null where there is none."""
    if not columns:
        return pl.lit(None, pl.String)
    highest = pl.max_horizontal(columns)
    return pl.coalesce(
        pl.when(pl.col(column) == highest).then(pl.lit(name)) for column, name in zip(columns, names, strict=True)
    )


def _levers(policy: Policy, configured_weight: dict[str, float]) -> dict[int, tuple[str, str, pl.Expr]]:
    """Return pillar, name and slope (priority points per component point) of each actionable component."""
    found: dict[int, tuple[str, str, pl.Expr]] = {}
    for position, (pillar, name, component) in enumerate(policy.pillars.components()):
        if pillar not in _ELIGIBLE or not component.is_actionable or not configured_weight.get(pillar):
            continue
        populated = pl.col(f"{pillar}_coverage") * configured_weight[pillar]
        in_priority = pl.col("priority_coverage") * configured_weight["priority"]
        pillar_share = getattr(policy.priority, pillar) / in_priority
        found[position] = (pillar, name, component.weight / populated * pillar_share)
    return found


def _configured_weights(policy: Policy, configured: frozenset[str], stale: frozenset[str]) -> dict[str, float]:
    """Configured weight of each pillar that has enough of it, and of the ``priority`` made of them."""
    weights: dict[str, float] = {}
    for scored in scored_components(policy, configured, stale):
        if scored.is_configured:
            weights[scored.pillar] = weights.get(scored.pillar, 0.0) + scored.component.weight
    enough = {p: weight for p, weight in weights.items() if weight >= policy.scoring.minimum_configured_weight}
    of_priority = sum(weight for pillar, weight in policy.priority.model_dump().items() if pillar in enough)
    return enough | {"priority": of_priority}
