"""From tiers to account_risks."""

from __future__ import annotations

import polars as pl

from flows.inputs.published import Published
from flows.request.context import RunContext
from transforms.contracts import PUBLISHED
from transforms.tiers.risks import RISK_ACTIONS, account_risks

_OF_FEATURES = ("is_in_grace", "last_active_date", "renewal_date")
_OF_SCORES = ("health", "is_health_tentative")


def make_risks(
    features: pl.DataFrame, scores: pl.DataFrame, tiers: pl.DataFrame, before: Published, context: RunContext
) -> pl.DataFrame:
    """List the accounts at risk of the month: account_risks, without owners and actions yet.

    Args:
        features: account_features.
        scores: account_scores.
        tiers: account_tiers; its owners are not read.
        before: The published state.
        context: The month of the run.
    """
    accounts = (
        tiers.lazy()
        .join(features.lazy().select("account_id", *_OF_FEATURES), on="account_id", how="left")
        .join(scores.lazy().select("account_id", *_OF_SCORES), on="account_id", how="left")
    )
    former, before_former = (rows.lazy() for rows in before.risks)
    listed = account_risks(accounts, former, before_former, context.policy, context.month).with_columns(
        pl.lit(None, pl.String).alias("owner"),
        pl.lit(None, pl.String).alias("next_action"),
        pl.lit(None, pl.Date).alias("next_action_due_date"),
    )
    return PUBLISHED["account_risks"].conform(listed).sort("account_id").collect(engine="in-memory")


def with_next_actions(risks: pl.DataFrame, plan: pl.DataFrame, actions: pl.DataFrame) -> pl.DataFrame:
    """Add owners and the open actions that answer the risks: account_risks as published.

    Args:
        risks: account_risks without them.
        plan: engagement_plan.
        actions: engagement_actions.
    """
    is_answer = pl.col("action").is_in(RISK_ACTIONS) & (pl.col("status") == "open")
    answers = actions.lazy().filter(is_answer)
    return (
        risks.lazy()
        .drop("owner", "next_action", "next_action_due_date")
        .join(plan.lazy().select("account_id", "owner"), on="account_id", how="left", maintain_order="left")
        .join(
            answers.select(
                "account_id",
                pl.col("action").alias("next_action"),
                pl.col("due_date").alias("next_action_due_date"),
            ),
            on="account_id",
            how="left",
            maintain_order="left",
        )
        .select(risks.columns)
        .collect(engine="in-memory")
    )
