"""What goes into a month, what comes out of it, and the numbers of the default policy."""

from dataclasses import dataclass

RANKS = (0, 1, 2)  # low_touch, mid_touch, high_touch
HIGHEST_RANK = 2

BOUNDARY = {1: 40.0, 2: 60.0}
MARGIN = 5.0

CSM_HOURS_PER_YEAR = {0: 4, 1: 24, 2: 80}
CSM_RATE = 120
GROSS_MARGIN = 0.8
ENTITLED_SHARE_OF_GROSS_PROFIT = 0.15
LOWEST_MARGIN_SHARE = 0.40
FACTOR_ABOVE_BASE = 1.1

PROMOTION_DWELL_MONTHS = 2
DEMOTION_DWELL_MONTHS = 3
LONG_DEMOTION_STREAK_MONTHS = 9
COOLDOWN_MONTHS = 3
SMALLEST_CAP = 5
CAP_PERCENT = {"score": 15, "ceiling": 25}

EVENT_GROWTH_FACTOR = 1.2
EVENT_SMALLEST_GROWTH = 2000
EVENT_NEW_PRODUCT_SHARE = 0.10
EVENT_WAITING_MONTHS = 2

HEALTHY = 60
ILL = 50
FALLEN = 65
STEEP_FALL = 15
USED_WITHIN_MONTHS = 3
YOUNG_DAYS = 30
IDLE_DAYS = 7
SUSPENDED_OVER_PERCENT = 25
RESUMED_UNDER_PERCENT = 20
FEWEST_TO_SUSPEND = 20

LIFT_MONTHS = 3
LONGEST_LIFT_MONTHS = 6
HEALTHY_MONTHS_TO_END = 2
MONTHS_BETWEEN_LIFTS = 3
HEALTHY_MONTHS_TO_ARM = 2

CHRONIC_MONTHS = 5
REMEMBERED_MONTHS = 6

ONBOARDING_MONTHS = 3
ADOPTION_MONTHS = 9
MATURE_VARIATION = 0.25
MATURE_HEALTH = 70
RENEWAL_DAYS = 90


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an account in scope on the last day of the month; ranks are integers."""

    account_id: str
    arr: float
    arr_1_month_ago: float | None = None
    arr_2_months_ago: float | None = None
    new_product_arr: float | None = None
    priority: float | None = None
    health: float | None = None
    health_1_month_ago: float | None = None
    health_2_months_ago: float | None = None
    complexity_without_touchpoints: float | None = None
    support_cost: float | None = None
    has_grant: bool = False
    grant_floor_tier: int | None = None
    override_tier: int | None = None
    override_start: int | None = None
    override_last_month: int | None = None
    has_renewal_freeze: bool = False
    has_open_escalation: bool = False
    is_in_grace: bool = False
    tenure_days: int = 1000
    tenure_months: int = 33
    events: float | None = None  # of the month; None where usage is not configured or stale
    last_active_month: int | None = None  # None where there was never an event
    usage_recency_days: float | None = None
    has_sudden_silence: bool = False  # the same for all accounts of a month
    days_to_renewal: int | None = None
    events_variation: float | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The published row of an account-month: all that the next month needs."""

    tier: int
    base_tier: int
    tier_without_override: int
    base_tier_without_override: int
    score_target_tier: int
    ceiling_tier: int
    floor_tier: int | None
    target_tier: int
    decided_by: str
    blocked_by: str | None
    base_move: str | None  # initial, placement, contract_event, grant, score, ceiling; not published
    promotion_streak_months: int
    demotion_streak_months: int
    last_base_move_month: int | None
    is_provisional: bool
    override_start: int | None
    is_silent: bool
    silent_since_month: int | None
    has_widespread_silence: bool
    is_silence_suspended: bool
    is_ill: bool
    ill_conditions: str | None
    ill_months_of_6: int
    lift_started_month: int | None
    is_lift_in_effect: bool
    is_lift_unaffordable: bool
    last_lift_ended_month: int | None
    is_lift_armed: bool
    healthy_streak_months: int
    is_lift_affordable: bool | None
    last_contract_event_month: int | None
    is_contract_event_pending: bool

    structural_stage: str
    lifecycle_stage: str
    binding_constraints: str | None
    arr_for_promotion: float | None
    earliest_promotion_month: int | None
    risk: "Risk | None" = None  # the row of account_risks
    risk_reasons: tuple[str | None, ...] = ()  # of every month since the entry, this one last; not published
    is_held_out: bool = False
    scorecard: str = "default"

    @property
    def is_raised(self) -> bool:
        """True where a lift makes a difference, seen without the override."""
        return self.tier_without_override > self.base_tier_without_override


@dataclass(frozen=True, slots=True)
class Risk:
    """A row of account_risks."""

    reason: str
    since_month: int
    reason_since_month: int


@dataclass(frozen=True, slots=True)
class Change:
    """One change row; None stands for out of scope."""

    account_id: str
    month: int
    sequence: int
    kind: str
    from_tier: int | None
    to_tier: int | None
    from_base_tier: int | None
    to_base_tier: int | None


@dataclass(slots=True)
class Case:
    """One account-month while it is being worked on, everything without the override."""

    month: int
    facts: Facts
    previous: State | None
    is_placed: bool  # entry, or the first month with a priority: no gates
    score_target: int
    ceiling: int
    floor: int | None
    target: int
    promotion_streak: int = 0
    demotion_streak: int = 0
    last_contract_event_month: int | None = None
    is_contract_event_pending: bool = False
    does_contract_event_act: bool = False
    is_silent: bool = False
    has_widespread_silence: bool = False
    ill_conditions: tuple[str, ...] = ()
    healthy_streak: int = 0
    running_lift_start: int | None = None  # once a lift that ends this month has ended
    last_lift_ended_month: int | None = None
    base: int = 0
    base_move: str | None = None
    blocked_by: str | None = None

    @property
    def previous_rank(self) -> int | None:
        """The base rank of last month without override; None at entry."""
        return None if self.previous is None else self.previous.base_tier_without_override

    @property
    def is_silence_suspended(self) -> bool:
        """True in a month in which silence says nothing of an account."""
        return self.has_widespread_silence or self.facts.has_sudden_silence

    @property
    def is_ill(self) -> bool:
        """True by any condition."""
        return bool(self.ill_conditions)

    @property
    def is_overridden(self) -> bool:
        """True while a person has set the tier."""
        return self.facts.override_tier is not None

    @property
    def is_scored(self) -> bool:
        """True when the month has a priority."""
        return self.facts.priority is not None
