"""From tiers to owners and actions: engagement_plan, engagement_actions and team_load."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from flows.inputs.published import Published
from flows.inputs.snapshot import Snapshot
from flows.request.context import RunContext
from transforms.contracts import PUBLISHED, Table
from transforms.engagement.actions import next_actions
from transforms.engagement.load import team_load
from transforms.engagement.owners import with_owners
from transforms.engagement.plan import engagement
from transforms.engagement.team import names_of, team_of
from transforms.engagement.today import with_owner_of_today
from transforms.month import Month
from transforms.pillars import MonthInputs
from transforms.policy import Policy

_OF_TIERS = (
    "tier", "base_tier", "tier_without_override", "ceiling_tier", "reasons", "binding_constraint", "lift_started_month",
)  # fmt: skip
_OF_SCORES = (
    "lifecycle_stage", "priority", "health", "complexity", "complexity_without_touchpoints", "margin",
    "cost_to_serve_ratio",
)  # fmt: skip
_OF_FEATURES = (
    "month", "account_id", "arr", "integrations", "region", "industry", "csm_email", "renewal_date",
    "usage_trend_ratio", "override_start_date", "override_end_date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EngagementPlan:
    """How the accounts of a month are served.

    Attributes:
        table: engagement_plan.
        load: team_load; no rows without a team.
        accounts: One row per account: the plan and the inputs that it was made from.
    """

    table: pl.DataFrame
    load: pl.DataFrame
    accounts: pl.DataFrame


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
    served = with_owner_of_today(engagement(joined, policy), before.owners.lazy(), names).collect(engine="in-memory")
    team = None if rows is None else team_of(rows, month, policy.staffing.handover_absence_days)
    accounts = with_owners(served, team, policy.staffing)
    table, load = pl.collect_all(
        [
            _published(accounts.lazy(), PUBLISHED["engagement_plan"], month),
            _published(team_load(accounts, team).lazy(), PUBLISHED["team_load"], month),
        ],
        engine="in-memory",
    )
    return EngagementPlan(table, load, accounts)


def make_actions(
    plan: EngagementPlan,
    segments: pl.DataFrame,
    inputs: MonthInputs,
    before: Published,
    snapshot: Snapshot,
    context: RunContext,
) -> pl.DataFrame:
    """Compute engagement_actions of the month, sorted by account and action.

    Args:
        plan: How the accounts are served.
        segments: account_segments: the opportunity of each account.
        inputs: What the features were made from.
        before: The published state.
        snapshot: The sources.
        context: The month of the run.
    """
    opportunities = segments.lazy().select("account_id", "opportunity", "opportunity_amount")
    accounts = plan.accounts.lazy().join(opportunities, on="account_id", how="left")
    is_known = "touchpoints" in snapshot.configured and "touchpoints" not in snapshot.stale
    contacts = inputs.touchpoints if is_known else None
    actions = next_actions(before.actions.lazy(), accounts, contacts, context.policy, snapshot.month, context.currency)
    table = PUBLISHED["engagement_actions"]
    return _published(actions.lazy(), table, snapshot.month).collect(engine="in-memory")


def _published(rows: pl.LazyFrame, table: Table, month: Month) -> pl.LazyFrame:
    dated = rows.with_columns(pl.lit(month.first_day).alias("month"))
    return table.conform(dated).sort(table.key)
