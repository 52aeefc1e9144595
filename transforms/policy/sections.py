"""The sections of a policy other than the pillars: metrics, economics, movement, lifts, life cycle."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from transforms.policy.values import Amount, Count, Points, PositiveCount, Section, Share, Words


class PriorityWeights(Section):
    """The weights of the pillars in the priority; health is not one of them."""

    growth: Points
    value: Points
    strategic: Points
    complexity: Points

    @model_validator(mode="after")
    def _sum_to_100(self) -> Self:
        total = self.growth + self.value + self.strategic + self.complexity
        if abs(total - 100) > 1e-9:
            raise ValueError(f"weights sum to {total:g}, expected 100")
        return self


class ScoringRules(Section):
    """When there is a score at all."""

    minimum_coverage_share: Share
    minimum_configured_weight: Points
    neutral_points: Points


class MetricRules(Section):
    """Windows and limits behind the metrics."""

    renewal_grace_days: Count
    trend_minimum_events: Amount
    trend_minimum_tenure_days: Count
    growth_minimum_events: Amount
    growth_minimum_users: Amount
    growth_minimum_tenure_months: Count
    csat_expires_days: Count
    nps_expires_days: Count
    failed_payment_days_late: Amount
    touchpoint_minutes_where_unrecorded: Amount
    feature_catalogue: list[Words] | None = None


class Freshness(Section):
    """After how many days without a row a whole source counts as stale, so that its components are missing."""

    usage_days: PositiveCount
    tickets_days: PositiveCount
    invoices_days: PositiveCount
    touchpoints_days: PositiveCount


class TicketHours(Section):
    """Hours assumed for a ticket whose time was not recorded."""

    urgent: Amount
    high: Amount
    normal: Amount
    low: Amount


class HoursPerTier(Section):
    """Entitled hours of a customer-success manager per year."""

    high_touch: Amount
    mid_touch: Amount
    low_touch: Amount

    @model_validator(mode="after")
    def _rise_with_the_tier(self) -> Self:
        if not self.low_touch <= self.mid_touch <= self.high_touch:
            raise ValueError("hours cross: expected low_touch <= mid_touch <= high_touch")
        return self


class Economics(Section):
    """What serving costs and what an account can pay for."""

    gross_margin_share: Share
    support_rate_per_hour: Amount
    csm_rate_per_hour: Amount
    ticket_hours: TicketHours
    entitled_hours_per_year: HoursPerTier
    complexity_surcharge_share: Share
    maximum_cost_share: Share
    minimum_remaining_share: Share
    upward_cost_factor: Annotated[Amount, Field(ge=1)]
    support_median_months: PositiveCount


class Boundaries(Section):
    """The priority from which on each tier is the target."""

    mid_touch: Points
    high_touch: Points


class ContractEvent(Section):
    """What counts as a contract event, and for how long it waits for a month with a score."""

    growth_share: Share
    minimum_growth_amount: Amount
    new_product_share: Share
    waits_months: Count


class RenewalFreeze(Section):
    """When a renewal blocks demotions."""

    before_days: Count
    minimum_term_months: Count


class MoveCap(Section):
    """How many accounts may leave a tier in a month by gated moves."""

    minimum_accounts: Count
    score_share: Share
    ceiling_share: Share


class Movement(Section):
    """How base tiers move."""

    boundaries: Boundaries
    margin: Points
    promotion_dwell_months: PositiveCount
    demotion_dwell_months: PositiveCount
    contract_event: ContractEvent
    renewal_freeze: RenewalFreeze
    escalation_freeze_days: Count
    freezes_give_way_months: PositiveCount
    cooldown_months: Count
    maximum_step_ranks: PositiveCount
    move_cap: MoveCap

    @model_validator(mode="after")
    def _boundaries_apart(self) -> Self:
        mid, high = self.boundaries.mid_touch, self.boundaries.high_touch
        if mid + self.margin > high - self.margin:
            raise ValueError(
                f"boundaries cross: mid_touch {mid:g} plus and high_touch {high:g} minus the margin {self.margin:g} "
                "overlap, expected mid_touch + margin <= high_touch - margin"
            )
        return self


class RiskLift(Section):
    """When poor health lifts an account by one tier, for how long, and when it may do so again."""

    ill_below: Points
    falling_below: Points
    falling_by: Points
    healthy_from: Points
    months: PositiveCount
    rearm_healthy_months: Count
    rearm_wait_months: Count

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        limits = [self.ill_below, self.falling_below, self.healthy_from]
        if any(low > high for low, high in pairwise(limits)):
            raise ValueError("limits cross: expected ill_below <= falling_below <= healthy_from")
        return self


class PerStage(Section):
    """A factor for each lifecycle stage."""

    onboarding: Amount
    adoption: Amount
    mature: Amount
    established: Amount
    renewal: Amount
    recovery: Amount


class Lifecycle(Section):
    """The limits between lifecycle stages."""

    onboarding_below_months: Count
    adoption_below_months: Count
    mature_maximum_variation: Amount
    mature_minimum_health: Points
    variation_months: PositiveCount
    renewal_within_days: Count
    hours_multiplier: PerStage
    cadence_factor: PerStage

    @model_validator(mode="after")
    def _stages_in_order(self) -> Self:
        if self.onboarding_below_months > self.adoption_below_months:
            raise ValueError("stages cross: expected onboarding_below_months <= adoption_below_months")
        return self
