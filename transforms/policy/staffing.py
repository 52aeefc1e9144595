"""The policy's staffing section: how accounts are assigned to owners."""

from __future__ import annotations

from transforms.policy.values import Factor, Hours, PositiveDays, Section, Share


class Staffing(Section):
    """How accounts are assigned to owners.

    Attributes:
        handover_absence_days: An owner whose absence continues for at least this many days hands over.
        technical_hours_per_year: Hours of a technical account manager per account that has one.
        maximum_unassigned_share: A run warns if a larger share of a pool's accounts has no owner.
        other_region_cost: The cost of an owner who looks after other regions than the account's.
        other_industry_cost: The same for industries.
    """

    handover_absence_days: PositiveDays
    technical_hours_per_year: Hours
    maximum_unassigned_share: Share
    other_region_cost: Factor
    other_industry_cost: Factor
