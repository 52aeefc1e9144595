"""Which actions are due for an account in a month, by when, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import polars as pl

from transforms.engagement.risk_actions import reason_for_help
from transforms.engagement.sentences import counted, day, per_cent, whole, words
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy import Policy
from transforms.policy.actions import Actions
from transforms.tiers.risks import RISK_ACTIONS

QUARTERLY_REVIEW = "quarterly_business_review"
HEALTH_CHECK = "health_check"
"""The entitlements that include regular actions."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and why one action is due.

    Attributes:
        action: Its code.
        holds: Whether there is a reason for it.
        due_date: The day by which it is due.
        reason: The reason, as a sentence.
        again_after_days: The number of days after it was done during which it is not opened again.
        opens: Whether it may be opened if it has a reason: a regular action may not while it is unknown when it was
            last done.
    """

    action: str
    holds: pl.Expr
    due_date: pl.Expr
    reason: pl.Expr
    again_after_days: pl.Expr
    opens: pl.Expr


def occasions(
    accounts: pl.LazyFrame, policy: Policy, month: Month, currency: str, *, are_contacts_known: bool
) -> pl.LazyFrame:
    """List every action that has a reason in a month.

    Args:
        accounts: One row per account in scope: columns of account_features, account_scores, account_tiers and
            engagement_plan, opportunity and opportunity_amount, risk_reason, risk_reason_since_month and risk_action
            (null where not at risk), and for each action ``last_<action>``: the day on which
            it was last done; null if never.
        policy: The policy in force.
        month: The month.
        currency: The currency of amounts.
        are_contacts_known: Whether touchpoints are mapped and fresh.

    Returns:
        One row per account and action: account_id, action, due_date, reason, again_after_days, opens and
        last_done_date.
    """
    made = (make(policy, month, currency, are_contacts_known) for make in _OCCASIONS)
    return pl.concat(
        accounts.filter(one.holds.fill_null(value=False)).select(
            "account_id",
            pl.lit(one.action).alias("action"),
            one.due_date.cast(pl.Date).alias("due_date"),
            one.reason.alias("reason"),
            one.again_after_days.cast(pl.Int64).alias("again_after_days"),
            one.opens.alias("opens"),
            pl.col(last_done(one.action)).alias("last_done_date"),
        )
        for one in made
    )


def last_done(action: str) -> str:
    """Return the name of the column with the day on which an action was last done."""
    return f"last_{action}"


def _business_review(policy: Policy, month: Month, _currency: str, are_contacts_known: bool) -> Occasion:
    rule, renewal = policy.actions.business_review, pl.col("renewal_date")
    near = month.last_day + timedelta(days=policy.lifecycle.renewal_within_days)
    is_renewing = (pl.col("tier") != "low_touch") & (renewal > month.last_day) & (renewal <= near)
    is_renewing = is_renewing.fill_null(value=False)
    is_quarterly = _includes(QUARTERLY_REVIEW)
    regular = pl.lit(_after(month, rule.due_days))
    before = pl.max_horizontal(renewal - timedelta(days=rule.days_before_renewal), pl.lit(_after(month, 1)))
    due = pl.when(is_renewing & is_quarterly).then(pl.min_horizontal(regular, before)).when(is_renewing).then(before)
    ahead = pl.format(
        f"The contract is up for renewal on {{}}; a review comes {pluralize(rule.days_before_renewal, 'day')} before.",
        day(renewal),
    )
    last = pl.format(
        f"The last review was on {{}}, {pluralize(rule.again_after_days, 'day')} ago or more; one a quarter is "
        "included.",
        day("last_business_review"),
    )
    never = pl.lit("No review is on record in the last 12 months; one a quarter is included.")
    return Occasion(
        action="business_review",
        holds=is_renewing | is_quarterly,
        due_date=due.otherwise(regular),
        reason=pl.when(is_renewing).then(ahead).otherwise(pl.coalesce(last, never)),
        again_after_days=pl.lit(rule.again_after_days),
        opens=is_renewing | pl.lit(are_contacts_known),
    )


def _health_check(policy: Policy, month: Month, _currency: str, are_contacts_known: bool) -> Occasion:
    every = pl.format("a check is due every {}.", counted("cadence_days", "day"))
    last = pl.format("The last check was on {}; {}", day("last_health_check"), every)
    return Occasion(
        action="health_check",
        holds=_includes(HEALTH_CHECK),
        due_date=pl.lit(_after(month, policy.actions.health_check.due_days)),
        reason=pl.coalesce(last, pl.format("No check is on record in the last 12 months; {}", every)),
        again_after_days=pl.col("cadence_days"),
        opens=pl.lit(are_contacts_known),
    )


def _expansion_talk(policy: Policy, month: Month, currency: str, _are_contacts_known: bool) -> Occasion:
    rule = policy.actions.expansion_talk
    kinds = {"upsell": "more seats", "cross_sell": "more products"}
    what = pl.col("opportunity").replace_strict(kinds, default=None, return_dtype=pl.String)
    is_worth_it = pl.col("opportunity_amount") >= rule.minimum_amount
    return Occasion(
        action="expansion_talk",
        holds=what.is_not_null() & is_worth_it & (pl.col("health") >= rule.minimum_health),
        due_date=pl.lit(_after(month, rule.due_days)),
        reason=pl.format(
            "There is room for {} worth {} {} a year at list price, and health is {} of 100.",
            what,
            whole("opportunity_amount"),
            pl.lit(currency),
            whole("health"),
        ),
        again_after_days=pl.lit(rule.again_after_days),
        opens=pl.lit(value=True),
    )


def _cost_review(policy: Policy, month: Month, _currency: str, _are_contacts_known: bool) -> Occasion:
    rule = policy.actions.cost_review
    is_costly = (pl.col("cost_to_serve_ratio") >= rule.minimum_cost_share).fill_null(value=False)
    is_thin = pl.col("margin") <= pl.col("arr") * rule.maximum_margin_share
    is_capped = ((pl.col("binding_constraint") == "economic_ceiling") & is_thin).fill_null(value=False)
    limit = f"{rule.minimum_cost_share * 100:zg}"
    costly = pl.format(
        f"Serving it costs {{}} % of its ARR; from {limit} % on that is reviewed.",
        per_cent("cost_to_serve_ratio"),
    )
    capped = pl.format(
        "Its gross profit pays for no more than {}, and serving it leaves {} % of its ARR.",
        words("ceiling_tier"),
        per_cent(pl.col("margin") / pl.col("arr")),
    )
    return Occasion(
        action="cost_review",
        holds=is_costly | is_capped,
        due_date=pl.lit(_after(month, rule.due_days)),
        reason=pl.when(is_costly).then(costly).otherwise(capped),
        again_after_days=pl.lit(rule.again_after_days),
        opens=pl.lit(value=True),
    )


def _risk_action(action: str, policy: Policy, month: Month, _currency: str, _are_contacts_known: bool) -> Occasion:
    """Return one of the actions that answer a risk: only contacts after the risk began count as done."""
    rule = getattr(policy.actions, action)
    began = pl.col("risk_reason_since_month").dt.offset_by("1mo")
    was_done_before = (pl.col(last_done(action)) < began).fill_null(value=False)
    return Occasion(
        action=action,
        holds=pl.col("risk_action") == action,
        due_date=pl.lit(_after(month, rule.due_days)),
        reason=reason_for_help(),
        again_after_days=pl.when(was_done_before).then(0).otherwise(rule.again_after_days),
        opens=pl.lit(value=True),
    )


def _override_ending(policy: Policy, month: Month, _currency: str, _are_contacts_known: bool) -> Occasion:
    rule, ends = policy.actions.override_ending, pl.col("override_end_date")
    return Occasion(
        action="override_ending",
        holds=(ends > month.last_day) & (ends <= _after(month, rule.days_before_end)),
        due_date=ends,
        reason=pl.format(
            "The override to {} ends on {}; without it the tier would be {}.",
            words("tier"),
            day(ends),
            words("tier_without_override"),
        ),
        again_after_days=pl.lit(rule.days_before_end),
        opens=pl.lit(value=True),
    )


ACTIONS = tuple(Actions.model_fields)
"""The codes of all actions."""

_OCCASIONS: tuple[Callable[[Policy, Month, str, bool], Occasion], ...] = (
    _business_review,
    _health_check,
    *(partial(_risk_action, action) for action in RISK_ACTIONS),
    _expansion_talk,
    _cost_review,
    _override_ending,
)


def _includes(entitlement: str) -> pl.Expr:
    return pl.col("entitlements").str.split(",").list.contains(entitlement)


def _after(month: Month, days: int) -> date:
    return month.last_day + timedelta(days=days)
