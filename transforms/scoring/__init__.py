"""Metrics to scores: every component's points and contribution, the pillars they add up to, and the priority."""

from __future__ import annotations

import polars as pl

from transforms.policy import Policy
from transforms.policy.model import PILLARS
from transforms.policy.sections import ScoringRules
from transforms.scoring.components import Scored, scored_components, with_points
from transforms.scoring.pillars import Part, WeightedMean

VERSIONS = {1: "as in 0.1.0", 2: "coverage over what can be known of an account, health from less of it"}

__all__ = ["score", "weighty_pillars"]


def score(
    features: pl.LazyFrame, policy: Policy, configured: frozenset[str], stale: frozenset[str] = frozenset()
) -> pl.LazyFrame:
    """Score the accounts of one month, fresh from their metrics or from the published ``account_features``.

    Components that are not configured, or that an account's tenure excludes, are left out of weights and coverage;
    missing ones follow the policy's rule (left out, neutral, zero, or no score). A pillar's score is the sum of its
    contributions. It is null if less than the policy's share of the knowable weight is populated. A pillar of which
    too little is configured has neither score nor coverage. One of which too little can be known of an account keeps
    its score, but is left out of that account's priority. Contributions are kept even if the score is null.

    Args:
        features: One row per account in scope, with the columns of ``account_features``; nobody else, because
            percentiles are taken over all rows.
        policy: The policy in force.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
        stale: The sources that have had no row for too long: their metrics count as missing for all.

    Returns:
        One row per account: ``account_id``, each pillar, ``value`` and ``priority`` (0 to 100), each one's
        ``_coverage`` (share), ``complexity_without_touchpoints``, and the lists ``metric_values``,
        ``component_scores``, ``contributions`` and ``missing_reasons`` in the order of
        ``policy.pillars.components()``.
    """
    components = scored_components(policy, configured, stale)
    means = {pillar: _mean_of(pillar, components, policy.scoring) for pillar in PILLARS}
    weighty = weighty_pillars(components, policy)
    weights = policy.priority.model_dump()
    priority = WeightedMean(
        [
            Part(_in_priority(pillar), weight, means[pillar].is_configured, pl.col(_weighty(pillar)))
            for pillar, weight in weights.items()
        ],
        policy.scoring.minimum_configured_weight,
        policy.scoring.minimum_coverage_share,
    )
    return (
        with_points(features, components, policy)
        .with_columns(
            *(means[one.pillar].contribution(_part(one)).alias(one.contribution) for one in components),
            *(mean.score().alias(pillar) for pillar, mean in means.items()),
            *(mean.coverage().alias(f"{pillar}_coverage") for pillar, mean in means.items()),
            *(is_weighty.alias(_weighty(pillar)) for pillar, is_weighty in weighty.items()),
            _without_touch(components, policy.scoring).score().alias("complexity_without_touchpoints"),
        )
        .with_columns(pl.when(_weighty(pillar)).then(pillar).alias(_in_priority(pillar)) for pillar in weights)
        .with_columns(
            priority.score().alias("priority"),
            priority.coverage().alias("priority_coverage"),
            _is_tentative(policy.scoring).alias("is_health_tentative"),
        )
        .select("account_id", *_SCORES, *_lists(components))
    )


def weighty_pillars(components: list[Scored], policy: Policy) -> dict[str, pl.Expr]:
    """Return, per pillar of the priority, whether enough of it can be known of an account for it to take part.

    Args:
        components: All components of the policy, from ``scored_components``.
        policy: The policy in force.

    Returns:
        Expressions over the columns of ``with_points``; never null.
    """
    means = {pillar: _mean_of(pillar, components, policy.scoring) for pillar in policy.priority.model_dump()}
    return {pillar: mean.is_weighty for pillar, mean in means.items()}


_SCORES = (
    *PILLARS,
    "priority",
    *(f"{scored}_coverage" for scored in (*PILLARS, "priority")),
    "complexity_without_touchpoints",
    "is_health_tentative",
)


def _part(scored: Scored) -> Part:
    needed = scored.metric if scored.component.missing == "required" else None
    return Part(scored.points, scored.component.weight, scored.is_configured, scored.is_knowable, needed)


def _mean_of(pillar: str, components: list[Scored], rules: ScoringRules) -> WeightedMean:
    least = rules.health_minimum_coverage_share if pillar == "health" else rules.minimum_coverage_share
    parts = [_part(scored) for scored in components if scored.pillar == pillar]
    return WeightedMean(parts, rules.minimum_configured_weight, least)


def _without_touch(components: list[Scored], rules: ScoringRules) -> WeightedMean:
    others = [scored for scored in components if not scored.is_touch]
    return _mean_of("complexity", others, rules)


def _weighty(pillar: str) -> str:
    return f"is_{pillar}_weighty"


def _in_priority(pillar: str) -> str:
    return f"{pillar}_in_priority"


def _is_tentative(rules: ScoringRules) -> pl.Expr:
    return pl.when(pl.col("health").is_not_null()).then(pl.col("health_coverage") < rules.tentative_coverage_share)


def _lists(components: list[Scored]) -> list[pl.Expr]:
    columns = {
        "metric_values": [scored.metric for scored in components],
        "component_scores": [scored.points for scored in components],
        "contributions": [scored.contribution for scored in components],
        "missing_reasons": [scored.reason for scored in components],
    }
    # By way of fixed-width arrays: concat_list takes some twenty times as long.
    return [pl.concat_arr(names).arr.to_list().alias(wide) for wide, names in columns.items()]
