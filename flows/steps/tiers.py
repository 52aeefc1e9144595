"""From scores to tiers and changes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.inputs.published import Published, State
from flows.inputs.snapshot import Snapshot
from flows.inputs.standings import standing_of
from flows.request.context import RunContext
from flows.steps.scores import Scores, make_scores
from transforms.contracts import PUBLISHED
from transforms.lifecycle import with_recovery
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers import step
from transforms.tiers.changes import exit_reason, tier_changes, with_corrections, with_identity
from transforms.tiers.comparison_months import comparison_months
from transforms.tiers.drivers import drivers
from transforms.tiers.levers import with_levers


def make_tiers(
    features: pl.DataFrame,
    scores: Scores,
    before: Published,
    snapshot: Snapshot,
    context: RunContext,
) -> pl.DataFrame:
    """Compute account_tiers of the month, without owners yet.

    Args:
        features: account_features.
        scores: The scores under the policy in force.
        before: The published state.
        snapshot: The sources.
        context: The month of the run.
    """
    policy, month = context.policy, context.month
    joined = _inputs(features, scores)
    stepped = step(before.tiers.lazy(), joined, policy, month)
    # In memory, since with one row per account streaming costs more time than it saves memory.
    tiers = with_levers(
        stepped,
        scores.table.lazy().join(
            scores.wide.lazy().select("account_id", "component_scores", "missing_reasons"), on="account_id"
        ),
        policy,
        snapshot.configured,
        snapshot.stale,
    )
    return (
        tiers.join(_under(context.former_policy, features, before, snapshot, month), on="account_id", how="left")
        .with_columns(
            pl.lit(None, pl.String).alias("owner"),
            pl.lit(None, pl.Boolean).alias("is_interim_owner"),
            pl.lit(None, pl.String).alias("owner_before_lift"),
            pl.lit(month.first_day).alias("month"),
            pl.lit(policy.label).alias("policy_version"),
            pl.lit(context.revision, pl.Int64).alias("revision"),
            pl.lit(context.run_id).alias("run_id"),
        )
        .pipe(PUBLISHED["account_tiers"].conform)
        .sort("account_id")
        .collect(engine="in-memory")
    )


def with_final_stage(scores: Scores, tiers: pl.DataFrame) -> pl.DataFrame:
    """Set the stage ``recovery`` where a lift is in effect: account_scores as published."""
    lifted = tiers.lazy().select("account_id", "is_lift_in_effect")
    stage = with_recovery(pl.col("lifecycle_stage"), pl.col("is_lift_in_effect"))
    return (
        scores.table.lazy()
        .join(lifted, on="account_id", how="left")
        .with_columns(stage.alias("lifecycle_stage"))
        .drop("is_lift_in_effect")
        .sort("account_id")
        .collect(engine="in-memory")
    )


def with_owners(tiers: pl.DataFrame, plan: pl.DataFrame) -> pl.DataFrame:
    """Add the owners from the month's plan and its accounts: account_tiers as published."""
    columns = ("owner", "is_interim_owner", "owner_before_lift")
    owners = plan.lazy().select("account_id", *columns)
    owned = tiers.lazy().drop(columns).join(owners, on="account_id", how="left", maintain_order="left")
    return owned.select(tiers.columns).collect(engine="in-memory")


def make_changes(
    state: State,
    result: Mapping[str, pl.DataFrame],
    before: Published,
    snapshot: Snapshot,
    context: RunContext,
) -> pl.DataFrame:
    """List the month's changes with their drivers: tier_changes of the month.

    Args:
        state: Where former months are found.
        result: account_features, account_scores, score_contributions_wide and account_tiers of the month.
        before: The published state.
        snapshot: The sources.
        context: The month of the run.
    """
    tiers, month, policy = result["account_tiers"], context.month, context.policy
    changed = tier_changes(before.tiers.lazy(), tiers.lazy())
    reasoned = exit_reason(snapshot.accounts, snapshot.merged_ids, changed).collect(engine="in-memory")
    asked = comparison_months(
        reasoned.lazy(), before.tiers.lazy(), tiers.lazy(), result["account_scores"].lazy(), month
    ).collect(engine="in-memory")
    then = state.standings(month, asked)
    now = standing_of(result, asked["account_id"], policy)
    owners = pl.concat([frame.lazy().select("account_id", "owner") for frame in (tiers, before.tiers)])
    return (
        drivers(reasoned, then.months, now, then.standing, policy, month)
        .lazy()
        .join(owners.unique("account_id", keep="first", maintain_order=True), on="account_id", how="left")
        .pipe(with_corrections, before.superseded.lazy(), tiers.lazy(), context.revision)
        .pipe(with_identity, month, context.revision, PUBLISHED["tier_changes"].columns)
        .pipe(PUBLISHED["tier_changes"].conform)
        .sort("account_id", "change_id")
        .collect(engine="in-memory")
    )


def _inputs(features: pl.DataFrame, scores: Scores) -> pl.LazyFrame:
    only_scores = [name for name in scores.table.columns if name not in features.columns or name == "account_id"]
    return features.lazy().join(scores.table.lazy().select(only_scores), on="account_id", how="left")


def _under(
    former: Policy | None, features: pl.DataFrame, before: Published, snapshot: Snapshot, month: Month
) -> pl.LazyFrame:
    """Return the tiers of the month under the former policy, in a policy's first month; otherwise no rows."""
    name = "tier_under_previous_policy"
    if former is None or before.tiers.is_empty():
        return pl.LazyFrame(schema={"account_id": pl.String, name: pl.String})
    scores = make_scores(features, before, former, snapshot.configured, snapshot.stale)
    stepped = step(before.tiers.lazy(), _inputs(features, scores), former, month)
    return stepped.select("account_id", pl.col("tier").alias(name))
