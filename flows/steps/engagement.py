"""From tiers to owners and actions: engagement_plan, engagement_actions and team_load."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from flows.inputs.published import Published
from flows.inputs.snapshot import Snapshot
from flows.request.context import RunContext
from transforms.contracts import PUBLISHED, Table
from transforms.engagement.action_owners import call_hours, with_action_owners
from transforms.engagement.actions import next_actions
from transforms.engagement.load import team_load
from transforms.engagement.owners import TECHNICAL_POOL, with_owners
from transforms.engagement.plan import engagement
from transforms.engagement.team import names_of, team_of
from transforms.engagement.today import with_owner_of_today
from transforms.month import Month
from transforms.pillars import MonthInputs
from transforms.policy import Policy
from transforms.tiers.risks import risk_action

_OF_TIERS = (
    "tier", "base_tier", "previous_tier", "previous_base_tier", "tier_without_override", "ceiling_tier", "reasons",
    "binding_constraint", "lift_started_month", "is_lift_in_effect", "is_held_out", "structural_stage",
    "ill_conditions", "ill_months_of_6",
)  # fmt: skip
_OF_SCORES = (
    "lifecycle_stage", "priority", "health", "health_1_month_ago", "health_2_months_ago", "complexity",
    "complexity_without_touchpoints", "margin", "cost_to_serve_ratio",
)  # fmt: skip
_OF_FEATURES = (
    "month", "account_id", "arr", "integrations", "region", "industry", "csm_email", "renewal_date",
    "usage_trend_ratio", "override_start_date", "override_end_date", "tenure_start_date", "last_active_date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EngagementPlan:
    """How the accounts of a month are served.

    Attributes:
        table: engagement_plan.
        accounts: One row per account: the plan and the inputs that it was made from.
        team: The team of the month; None without one.
    """

    table: pl.DataFrame
    accounts: pl.DataFrame
    team: pl.DataFrame | None


@dataclass(frozen=True, slots=True)
class Engagement:
    """What is due in a month, and what it takes.

    Attributes:
        actions: engagement_actions, sorted by account and action.
        load: team_load; no rows without a team.
    """

    actions: pl.DataFrame
    load: pl.DataFrame


def make_plan(
    features: pl.DataFrame,
    scores: pl.DataFrame,
    tiers: pl.DataFrame,
    before: Published,
    snapshot: Snapshot,
    policy: Policy,
) -> EngagementPlan:
    """Plan how accounts are served, and by whom.

    Args:
        features: account_features.
        scores: account_scores with the final lifecycle stage.
        tiers: account_tiers; its owners are not read.
        before: The published state.
        snapshot: The sources.
        policy: The policy in force.
    """
    month, rows = snapshot.month, snapshot.table("team")
    joined = (
        features.lazy()
        .select(_OF_FEATURES)
        .join(scores.lazy().select("account_id", *_OF_SCORES), on="account_id", how="left")
        .join(tiers.lazy().select("account_id", *_OF_TIERS), on="account_id", how="left")
    )
    names = None if rows is None else names_of(rows, month)
    team = None if rows is None else team_of(rows, month, policy.staffing.handover_absence_days)
    pools = {} if team is None else dict(team.filter(pl.col("pool") != TECHNICAL_POOL).select("owner", "pool").rows())
    lifts = before.tiers.lazy().select(
        "account_id", "owner_before_lift", pl.col("is_lift_in_effect").alias("was_lift_in_effect")
    )
    former = before.owners.lazy().join(lifts, on="account_id", how="left")
    crm_owner = pl.col("csm_email").alias("crm_owner")
    served = (
        with_owner_of_today(engagement(joined, policy), former, names, pools)
        .with_columns(crm_owner)
        .with_columns(pl.col("crm_owner") if names is None else names.named("crm_owner"))
        .collect(engine="in-memory")
    )
    accounts = with_owners(served, team, policy.staffing)
    table = _published(accounts.lazy(), PUBLISHED["engagement_plan"], month).collect(engine="in-memory")
    return EngagementPlan(table, accounts, team)


def make_engagement(
    plan: EngagementPlan,
    segments: pl.DataFrame,
    risks: pl.DataFrame,
    inputs: MonthInputs,
    before: Published,
    snapshot: Snapshot,
    context: RunContext,
) -> Engagement:
    """Compute engagement_actions and team_load of the month.

    Args:
        plan: How the accounts are served.
        segments: account_segments: the opportunity of each account.
        risks: account_risks, without owners and actions yet.
        inputs: What the features were made from.
        before: The published state.
        snapshot: The sources.
        context: The month of the run.
    """
    month, policy = snapshot.month, context.policy
    opportunities = segments.lazy().select("account_id", "opportunity", "opportunity_amount")
    at_risk = risks.lazy().select(
        "account_id",
        pl.col("reason").alias("risk_reason"),
        pl.col("reason_since_month").alias("risk_reason_since_month"),
    )
    action = risk_action(pl.col("risk_reason"), pl.col("is_lift_in_effect"), pl.col("is_held_out"))
    accounts = (
        plan.accounts.lazy()
        .join(opportunities, on="account_id", how="left")
        .join(at_risk, on="account_id", how="left")
        .with_columns(action.alias("risk_action"))
    )
    is_known = "touchpoints" in snapshot.configured and "touchpoints" not in snapshot.stale
    contacts = inputs.touchpoints if is_known else None
    actions = next_actions(before.actions.lazy(), accounts, contacts, policy, month, context.currency)
    owned = with_action_owners(actions, plan.accounts, plan.team, policy)
    load = team_load(plan.accounts, call_hours(owned, plan.team), plan.team)
    return Engagement(
        *pl.collect_all(
            [
                _published(owned.lazy(), PUBLISHED["engagement_actions"], month),
                _published(load.lazy(), PUBLISHED["team_load"], month),
            ],
            engine="in-memory",
        )
    )


def _published(rows: pl.LazyFrame, table: Table, month: Month) -> pl.LazyFrame:
    dated = rows.with_columns(pl.lit(month.first_day).alias("month"))
    return table.conform(dated).sort(table.key)
