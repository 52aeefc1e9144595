"""From features to scores: pillars, priority, economics, stage, and the health of the months before."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from flows.inputs.published import Published
from transforms.contracts import PUBLISHED
from transforms.economics import with_economics
from transforms.lifecycle import lifecycle_stage
from transforms.policy import Policy
from transforms.scoring import score

_WIDE = ("metric_values", "component_scores", "contributions", "missing_reasons")


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a month under one policy.

    Attributes:
        table: account_scores, with the lifecycle stage as it is before the tier step.
        wide: score_contributions_wide.
    """

    table: pl.DataFrame
    wide: pl.DataFrame


def make_scores(
    features: pl.DataFrame,
    before: Published,
    policy: Policy,
    configured: frozenset[str],
    stale: frozenset[str],
) -> Scores:
    """Score a month's features.

    Args:
        features: account_features of the month.
        before: The published state.
        policy: The policy to score under.
        configured: The mapped sources and columns.
        stale: The sources that have had no row for too long.
    """
    # In memory here and below: with one row per account, streaming costs more time than it saves memory.
    scored = score(features.lazy(), policy, configured, stale).collect(engine="in-memory")
    joined = (
        with_economics(features.lazy(), policy.economics)
        .join(scored.lazy(), on="account_id", how="left")
        .join(_former_health(before, policy, configured), on="account_id", how="left")
        .with_columns(
            lifecycle_stage(policy.lifecycle).alias("lifecycle_stage"),
            pl.lit("default").alias("scorecard"),
        )
    )
    table = PUBLISHED["account_scores"].conform(joined)
    wide = (
        features.lazy()
        .select("month", "account_id", pl.lit(policy.label).alias("policy_version"))
        .join(scored.lazy().select("account_id", *_WIDE), on="account_id", how="left", maintain_order="left")
        .select(PUBLISHED["score_contributions_wide"].columns)
    )
    scores, contributions = pl.collect_all([table, wide], engine="in-memory")
    return Scores(scores, contributions)


def _former_health(before: Published, policy: Policy, configured: frozenset[str]) -> pl.LazyFrame:
    """Return health one and two months ago under the present policy: scored again if the policy has changed."""
    if before.policy_version == policy.label or before.tiers.is_empty():
        return before.scores.lazy().select(
            "account_id",
            pl.col("health").alias("health_1_month_ago"),
            pl.col("health_1_month_ago").alias("health_2_months_ago"),
        )
    one, two = (score(frame.lazy(), policy, configured).select("account_id", "health") for frame in before.features)
    return one.rename({"health": "health_1_month_ago"}).join(
        two.rename({"health": "health_2_months_ago"}), on="account_id", how="left"
    )
