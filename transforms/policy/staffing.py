"""The policy's staffing section: how accounts are given to owners."""

from __future__ import annotations

from transforms.policy.values import Amount, PositiveCount, Section, Share


class Staffing(Section):
    """How accounts are given to owners.

    Attributes:
        handover_absence_days: An absence that goes on for at least so many days makes an owner hand over.
        technical_hours_per_year: Hours of a technical account manager per account that has one.
        maximum_unassigned_share: Above which share of a pool's accounts without an owner a run warns.
        other_region_cost: How much it weighs that an owner looks after other regions.
        other_industry_cost: The same for industries.
    """

    handover_absence_days: PositiveCount
    technical_hours_per_year: Amount
    maximum_unassigned_share: Share
    other_region_cost: Amount
    other_industry_cost: Amount
