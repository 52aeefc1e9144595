"""The policy's actions section: when an action for an account is needed, when it is due, and what completes it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from transforms.policy.values import Amount, Hours, Points, PositiveDays, Section, Share, Words

LONGEST_MEMORY_DAYS = 335
"""Contacts are looked up in twelve whole months, the first of which may begin less than a year ago."""

_Days = Annotated[PositiveDays, Field(le=LONGEST_MEMORY_DAYS)]


class Action(Section):
    """What all actions have in common.

    Attributes:
        due_days: How many days after the month's end it is due.
        closed_by: The kinds of touchpoints that complete it; null means the one with its own name.
    """

    due_days: PositiveDays
    closed_by: Annotated[list[Words], Field(min_length=1)] | None = None


class RepeatedAction(Action):
    """An action that is repeated while its reason holds.

    Attributes:
        again_after_days: The number of days after it was done during which it is not opened again.
    """

    again_after_days: _Days


class BusinessReview(RepeatedAction):
    """Quarterly where the tier includes it, and before a renewal in high and mid touch."""

    days_before_renewal: PositiveDays


class ExpansionTalk(RepeatedAction):
    """For an opportunity that is worth a conversation, in a healthy account."""

    minimum_amount: Amount
    minimum_health: Points


class CostReview(RepeatedAction):
    """If serving costs too much of the revenue, or if the economic ceiling binds and the margin is low."""

    minimum_cost_share: Share
    maximum_margin_share: Share


class RiskAction(RepeatedAction):
    """What answers an account at risk: it stays open as long as the account is at risk for its reason.

    Attributes:
        hours: The hours that it takes in each month in which it is open; those of a lift in effect serve instead.
    """

    hours: Hours


class OverrideEnding(Section):
    """Before an override ends, so that somebody decides what follows.

    Attributes:
        days_before_end: How many days before its end the action is opened.
        closed_by: As for other actions.
    """

    days_before_end: _Days
    closed_by: Annotated[list[Words], Field(min_length=1)] | None = None


class Actions(Section):
    """When actions for an account are needed, and when they are due."""

    business_review: BusinessReview
    health_check: Action
    renewal_call: RiskAction
    chronic_risk: RiskAction
    usage_call: RiskAction
    adoption_help: RiskAction
    risk_call: RiskAction
    expansion_talk: ExpansionTalk
    cost_review: CostReview
    override_ending: OverrideEnding

    def kinds_of(self, action: str) -> list[str]:
        """List the kinds of touchpoints that complete an action."""
        return getattr(self, action).closed_by or [action]
