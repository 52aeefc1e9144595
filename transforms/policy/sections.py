"""The sections of a policy other than the pillars: metrics, economics, movement, lifts, life cycle."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from transforms.policy.values import (
    MOST_DAYS,
    Amount,
    Count,
    Days,
    Factor,
    HourlyRate,
    Hours,
    Minutes,
    Months,
    Points,
    PositiveCount,
    PositiveDays,
    PositiveMonths,
    Quantity,
    Section,
    Share,
    WindowMonths,
    Words,
)


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
            raise ValueError(f"weights sum to {total:zg}, expected 100")
        return self


class ScoringRules(Section):
    """When there is a score at all, and when health is tentative."""

    minimum_coverage_share: Share
    health_minimum_coverage_share: Share
    tentative_coverage_share: Share
    minimum_configured_weight: Points
    neutral_points: Points


class MetricRules(Section):
    """Windows and limits behind the metrics."""

    renewal_grace_days: Days
    trend_prior_events: Quantity
    trend_base_months: WindowMonths
    trend_minimum_service_days: Days
    growth_prior_users: Quantity
    growth_minimum_tenure_months: Months
    known_months_for_a_year: PositiveMonths
    csat_expires_days: Days
    nps_expires_days: Days
    failed_payment_days_late: Annotated[Quantity, Field(le=MOST_DAYS)]
    touchpoint_minutes_where_unrecorded: Minutes
    feature_catalogue: list[Words] | None = None


class Rhythm(Section):
    """How often a source of usage has rows: found from its own rows, to count what a month can show.

    Attributes:
        months: How many months of rows show the rhythm.
        regular_share: From which share of the gaps between active days a source is weekly or monthly.
        lost_day_share: Below which share of the accounts that are usually active on such a weekday a day was lost.
        lost_day_minimum_accounts: From how many such accounts on a day can count as lost.
    """

    months: WindowMonths
    regular_share: Share
    lost_day_share: Share
    lost_day_minimum_accounts: PositiveCount


class Silence(Section):
    """When no use at all says something of the account, and when it says more of the feed.

    Attributes:
        minimum_tenure_days: From which tenure on an account without use is silent.
        suspended_above_share: From which share of silent accounts silence says nothing of each of them.
        resumed_below_share: Below which share it says something again.
        minimum_accounts: Among fewer accounts in scope silence is never suspended.
        sudden_share: Which share of last month's users must fall silent at once to suspend silence for the month.
        sudden_factor: How many times the usual share that must be.
        sudden_months: How many months show the usual share.
        warning_months: After how many suspended months ``check`` warns.
    """

    minimum_tenure_days: Days
    suspended_above_share: Share
    resumed_below_share: Share
    minimum_accounts: PositiveCount
    sudden_share: Share
    sudden_factor: Factor
    sudden_months: WindowMonths
    warning_months: WindowMonths

    @model_validator(mode="after")
    def _shares_in_order(self) -> Self:
        if self.resumed_below_share > self.suspended_above_share:
            raise ValueError("shares cross: expected resumed_below_share <= suspended_above_share")
        return self


def _off(written: Any) -> Any:
    # YAML reads a bare off as false.
    return None if written is False or written == "off" else written


SilenceOrOff = Annotated[Silence | None, BeforeValidator(_off)]
"""The section, or ``off``: None, where a month without use is ordinary for customers."""


class Freshness(Section):
    """After how many days without a row a whole source counts as stale, so that its components are missing."""

    usage_days: PositiveDays
    tickets_days: PositiveDays
    invoices_days: PositiveDays
    touchpoints_days: PositiveDays


class TicketHours(Section):
    """Hours assumed for a ticket whose time was not recorded."""

    urgent: Hours
    high: Hours
    normal: Hours
    low: Hours


class HoursPerTier(Section):
    """Entitled hours of a customer-success manager per year."""

    high_touch: Hours
    mid_touch: Hours
    low_touch: Hours

    @model_validator(mode="after")
    def _rise_with_the_tier(self) -> Self:
        if not self.low_touch <= self.mid_touch <= self.high_touch:
            raise ValueError("hours cross: expected low_touch <= mid_touch <= high_touch")
        return self


class Economics(Section):
    """What serving costs and what an account can pay for."""

    gross_margin_share: Share
    support_rate_per_hour: HourlyRate
    csm_rate_per_hour: HourlyRate
    ticket_hours: TicketHours
    entitled_hours_per_year: HoursPerTier
    complexity_surcharge_share: Share
    maximum_cost_share: Share
    minimum_remaining_share: Share
    upward_cost_factor: Annotated[Factor, Field(ge=1)]
    support_median_months: WindowMonths


class Boundaries(Section):
    """The priority from which on each tier is the target."""

    mid_touch: Points
    high_touch: Points


class ContractEvent(Section):
    """What counts as a contract event, and for how long it waits for a month with a score."""

    growth_share: Share
    minimum_growth_amount: Amount
    new_product_share: Share
    waits_months: Months


class RenewalFreeze(Section):
    """When a renewal blocks demotions."""

    before_days: Days
    minimum_term_months: Months


class MoveCap(Section):
    """How many accounts may leave a tier in a month by gated moves."""

    minimum_accounts: Count
    score_share: Share
    ceiling_share: Share


class Movement(Section):
    """How base tiers move."""

    boundaries: Boundaries
    margin: Points
    promotion_dwell_months: PositiveMonths
    demotion_dwell_months: PositiveMonths
    contract_event: ContractEvent
    renewal_freeze: RenewalFreeze
    escalation_freeze_days: Days
    freezes_give_way_months: PositiveMonths
    cooldown_months: Months
    maximum_step_ranks: Annotated[PositiveCount, Field(le=9)]
    move_cap: MoveCap

    @model_validator(mode="after")
    def _boundaries_apart(self) -> Self:
        mid, high = self.boundaries.mid_touch, self.boundaries.high_touch
        if mid + self.margin > high - self.margin:
            raise ValueError(
                f"boundaries cross: mid_touch {mid:zg} plus and high_touch {high:zg} minus the margin {self.margin:zg} "
                "overlap, expected mid_touch + margin <= high_touch - margin"
            )
        return self


class RiskLift(Section):
    """When an account is ill, and then lifted by one tier, for how long, and when it may be lifted again."""

    ill_below: Points
    falling_below: Points
    falling_by: Points
    healthy_from: Points
    newly_silent_months: PositiveMonths
    minimum_tenure_days: Days
    young_idle_days: Days
    months: PositiveMonths
    maximum_months: PositiveMonths
    end_healthy_months: PositiveMonths
    rearm_healthy_months: PositiveMonths
    rearm_wait_months: Months
    chronic_months: Annotated[PositiveCount, Field(le=6)]

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.ill_below > min(self.falling_below, self.healthy_from):
            raise ValueError("limits cross: expected ill_below <= falling_below and ill_below <= healthy_from")
        if self.months > self.maximum_months:
            raise ValueError("months cross: expected months <= maximum_months")
        return self


class PerStage(Section):
    """A factor for each lifecycle stage."""

    onboarding: Factor
    adoption: Factor
    mature: Factor
    established: Factor
    renewal: Factor
    lapsed: Factor
    recovery: Factor


class Lifecycle(Section):
    """The limits between lifecycle stages."""

    onboarding_below_months: Months
    adoption_below_months: Months
    mature_maximum_variation: Factor
    mature_minimum_health: Points
    variation_months: WindowMonths
    renewal_within_days: Days
    hours_multiplier: PerStage
    cadence_factor: PerStage

    @model_validator(mode="after")
    def _stages_in_order(self) -> Self:
        if self.onboarding_below_months > self.adoption_below_months:
            raise ValueError("stages cross: expected onboarding_below_months <= adoption_below_months")
        return self
