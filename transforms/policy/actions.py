"""The policy's actions section: when something is to be done for an account, by when, and what shows that it was."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from transforms.policy.values import Amount, Points, PositiveCount, Section, Share, Words

LONGEST_MEMORY_DAYS = 335
"""Contacts are looked up over twelve months, of which the first may have begun before the year did."""

_Days = Annotated[PositiveCount, Field(le=LONGEST_MEMORY_DAYS)]


class Action(Section):
    """What all actions have in common.

    Attributes:
        due_days: How many days after the month's end it is due.
        closed_by: The kinds of touchpoints that show that it was done; null means its own name.
    """

    due_days: PositiveCount
    closed_by: Annotated[list[Words], Field(min_length=1)] | None = None


class RepeatedAction(Action):
    """An action that is to be done again while its reason holds.

    Attributes:
        again_after_days: For how many days after it was done it is not asked for again.
    """

    again_after_days: _Days


class BusinessReview(RepeatedAction):
    """Quarterly where the tier includes it, and before a renewal in high and mid touch."""

    days_before_renewal: PositiveCount


class ExpansionTalk(RepeatedAction):
    """Where there is an opportunity worth a talk, in an account that is well."""

    minimum_amount: Amount
    minimum_health: Points


class CostReview(RepeatedAction):
    """Where serving takes too much of the revenue, or the economic ceiling binds and little is left."""

    minimum_cost_share: Share
    maximum_margin_share: Share


class OverrideEnding(Section):
    """Before an override ends, so that somebody decides what follows it.

    Attributes:
        days_before_end: From how many days before its end.
        closed_by: As for other actions.
    """

    days_before_end: _Days
    closed_by: Annotated[list[Words], Field(min_length=1)] | None = None


class Actions(Section):
    """When something is to be done for an account, and by when."""

    business_review: BusinessReview
    health_check: Action
    adoption_help: RepeatedAction
    expansion_talk: ExpansionTalk
    cost_review: CostReview
    chronic_risk: RepeatedAction
    override_ending: OverrideEnding

    def kinds_of(self, action: str) -> list[str]:
        """List the kinds of touchpoints that show that an action was done."""
        return getattr(self, action).closed_by or [action]
