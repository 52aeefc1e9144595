"""The levers: what a customer-success team could improve to close the gap to the next tier, and how far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.policy import Policy
from transforms.scoring import weighty_pillars
from transforms.scoring.components import scored_components

_ELIGIBLE = ("growth", "strategic")
"""Pillars of the priority in which a team can improve something: complexity and value are never levers."""

_DECIMALS = 10
"""As finely as scores are rounded, so that a gap of which a gain is just the size is closed."""

_TENTHS = 10
"""Points are named in tenths, rounded up."""


@dataclass(frozen=True, slots=True)
class _Lever:
    """An actionable component: its place in the wide lists, its name, and what a point of it adds to the priority."""

    position: int
    pillar: str
    component: str
    slope: pl.Expr

    @property
    def name(self) -> str:
        return f"{self.pillar}.{self.component}"

    @property
    def gain(self) -> str:
        """Column of what it could bring in points of priority; 0 where it brings nothing or is not scored."""
        return f"_gain_{self.position}"

    @property
    def slope_column(self) -> str:
        return f"_slope_{self.position}"

    @property
    def before(self) -> str:
        """Column of what those that bring more bring together."""
        return f"_before_{self.position}"

    @property
    def points(self) -> pl.Expr:
        return _points(self.position)


def with_levers(
    tiers: pl.LazyFrame,
    scores: pl.LazyFrame,
    policy: Policy,
    configured: frozenset[str],
    stale: frozenset[str] = frozenset(),
) -> pl.LazyFrame:
    """Add ``top_lever``, ``is_lever_sufficient`` and ``levers`` to a month's tiers.

    One point more of a component adds its share of the pillar times the pillar's share of the priority. The top lever
    is the actionable component that needs the fewest points of its own to close the gap; where none can close it
    alone, the one that brings most. ``levers`` names the fewest components that close it together, of equally few
    those that bring most, each with the points to which it must rise; null where all together do not. Where the score
    is not what binds first, the top lever is the constraint itself, and nothing else is named.

    Args:
        tiers: One row per account with points_to_promotion and binding_constraint.
        scores: One row per account with component_scores and missing_reasons (lists by position) and the pillars.
        policy: The policy.
        configured: The mapped sources and columns.
        stale: The sources that have had no row for too long.
    """
    levers = _levers(policy, configured, stale)
    needed = ("component_scores", *policy.priority.model_dump())
    in_priority = _in_priority(scores, policy, configured, stale)
    joined = tiers.join(in_priority.select("account_id", *needed), on="account_id", how="left")
    is_score = pl.col("binding_constraint") == "score"
    # In columns of their own: each gain is compared with every other one, and a plan that repeats all of them in
    # each other takes longer to build than to run.
    return (
        joined.with_columns(lever.slope.fill_nan(None).alias(lever.slope_column) for lever in levers)
        .with_columns(_gain(lever).alias(lever.gain) for lever in levers)
        .with_columns(*(_before(lever, levers).alias(lever.before) for lever in levers), *_alone(levers))
        .with_columns(
            pl.when(is_score)
            .then(pl.coalesce("_closing", _greatest([one.gain for one in levers], levers)))
            .otherwise("binding_constraint")
            .alias("top_lever"),
            pl.when(is_score).then(pl.col("_closing").is_not_null()).alias("is_lever_sufficient"),
        )
        .with_columns(pl.when(is_score).then(_listed(levers)).alias("levers"))
        .drop(*needed, "_closing", *(name for one in levers for name in (one.slope_column, one.gain, one.before)))
    )


def _in_priority(
    scores: pl.LazyFrame, policy: Policy, configured: frozenset[str], stale: frozenset[str]
) -> pl.LazyFrame:
    """Set the pillars to null in which too little can be known of an account for them to be in its priority."""
    components = scored_components(policy, configured, stale)
    unfolded = [
        pl.col(wide).list.get(one.position, null_on_oob=True).alias(getattr(one, column))
        for one in components
        for wide, column in (("component_scores", "points"), ("missing_reasons", "reason"))
    ]
    takes_part = weighty_pillars(components, policy)
    return scores.with_columns(unfolded).with_columns(
        pl.when(is_weighty).then(pillar).alias(pillar) for pillar, is_weighty in takes_part.items()
    )


def _gain(lever: _Lever) -> pl.Expr:
    # A pillar that is not in the priority brings nothing, however well one of its components does.
    counts = pl.when(pl.col(lever.pillar).is_not_null()).then(lever.slope_column)
    return ((100 - lever.points) * counts).round(_DECIMALS).clip(lower_bound=0).fill_null(0.0)


def _before(lever: _Lever, levers: Sequence[_Lever]) -> pl.Expr:
    own = pl.col(lever.gain)
    others = [one for one in levers if one is not lever]
    comes_first = [
        (pl.col(one.gain) > own) | ((pl.col(one.gain) == own) & pl.lit(one.name < lever.name)) for one in others
    ]
    gains = (
        pl.when(first).then(pl.col(one.gain)).otherwise(0.0) for first, one in zip(comes_first, others, strict=True)
    )
    return sum(gains, pl.lit(0.0)).round(_DECIMALS)


def _alone(levers: Sequence[_Lever]) -> list[pl.Expr]:
    """Return ``_closing``: of the components that close the gap alone, the one that needs the fewest points for it."""
    slopes = [
        pl.when((pl.col(one.gain) > 0) & (pl.col(one.gain) >= pl.col("points_to_promotion"))).then(one.slope_column)
        for one in levers
    ]
    highest = pl.max_horizontal(slopes) if slopes else pl.lit(None, pl.Float64)
    names = [pl.when(slope == highest).then(pl.lit(one.name)) for slope, one in zip(slopes, levers, strict=True)]
    return [pl.coalesce(*names, pl.lit(None, pl.String)).alias("_closing")]


def _greatest(columns: Sequence[str], levers: Sequence[_Lever]) -> pl.Expr:
    """Return the name of the greatest gain, of equal ones the first; null where none brings anything."""
    if not columns:
        return pl.lit(None, pl.String)
    highest = pl.max_horizontal(columns)
    return pl.coalesce(pl.when((pl.col(one.gain) == highest) & (highest > 0)).then(pl.lit(one.name)) for one in levers)


def _listed(levers: Sequence[_Lever]) -> pl.Expr:
    gap = pl.col("points_to_promotion")
    total = sum((pl.col(one.gain) for one in levers), pl.lit(0.0)).round(_DECIMALS)
    entries = [pl.when(_is_named(one, gap)).then(_entry(one, gap)) for one in levers]
    if not entries:
        return pl.lit(None, pl.String)
    listed = pl.concat_str([pl.lit("["), pl.concat_str(entries, separator=", ", ignore_nulls=True), pl.lit("]")])
    return pl.when(total >= gap).then(listed)


def _is_named(lever: _Lever, gap: pl.Expr) -> pl.Expr:
    is_in_set = (pl.col(lever.gain) > 0) & (pl.col(lever.before) < gap)
    return pl.when(pl.col("_closing").is_not_null()).then(pl.col("_closing") == lever.name).otherwise(is_in_set)


def _entry(lever: _Lever, gap: pl.Expr) -> pl.Expr:
    """Write one lever as JSON: all but the last of a set must rise to 100, the last as far as is needed."""
    missing = pl.when(pl.col("_closing").is_not_null()).then(gap).otherwise(gap - pl.col(lever.before))
    needed = lever.points + missing / pl.col(lever.slope_column)
    points = ((needed * _TENTHS).round(_DECIMALS - 2).ceil() / _TENTHS).clip(upper_bound=100)
    return pl.concat_str([pl.lit(f'{{"component": "{lever.name}", "points": '), points.cast(pl.String), pl.lit("}")])


def _levers(policy: Policy, configured: frozenset[str], stale: frozenset[str]) -> list[_Lever]:
    """List the actionable components of the pillars in which a team can improve something."""
    scored = [one for one in scored_components(policy, configured, stale) if one.is_configured]
    weights = policy.priority.model_dump()
    in_priority = _weight_of({pillar: pl.col(pillar) for pillar in weights}, weights)
    found: list[_Lever] = []
    for pillar in _ELIGIBLE:
        of_pillar = [one for one in scored if one.pillar == pillar]
        populated = _weight_of(
            {str(one.position): _points(one.position) for one in of_pillar},
            {str(one.position): one.component.weight for one in of_pillar},
        )
        share = weights[pillar] / in_priority
        found += [
            _Lever(one.position, pillar, one.name, one.component.weight / populated * share)
            for one in of_pillar
            if one.component.is_actionable
        ]
    return found


def _weight_of(values: Mapping[str, pl.Expr], weights: Mapping[str, float]) -> pl.Expr:
    """Sum the weights of the values that are known."""
    known = (pl.when(value.is_not_null()).then(weights[name]).otherwise(0.0) for name, value in values.items())
    return sum(known, pl.lit(0.0))


def _points(position: int) -> pl.Expr:
    return pl.col("component_scores").list.get(position, null_on_oob=True)
