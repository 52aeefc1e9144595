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
ILL = 45
STEEP_FALL = 15
LIFT_MONTHS = 3
MONTHS_BETWEEN_LIFTS = 3
HEALTHY_MONTHS_TO_ARM = 2


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
    has_renewal_freeze: bool = False
    has_open_escalation: bool = False


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
    base_move: str | None  # initial, contract_event, grant, score, ceiling: what moved the base; not in the brief
    promotion_streak_months: int
    demotion_streak_months: int
    last_base_move_month: int | None
    is_provisional: bool
    override_start: int | None
    lift_started_month: int | None
    last_lift_ended_month: int | None
    is_lift_armed: bool
    healthy_streak_months: int
    is_lift_affordable: bool | None
    last_contract_event_month: int | None
    is_contract_event_pending: bool

    @property
    def is_lift_in_effect(self) -> bool:
        """True where the lift makes a difference, seen without the override."""
        return self.tier_without_override > self.base_tier_without_override


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
    is_initial: bool  # entry, or the first month with a priority
    score_target: int
    ceiling: int
    floor: int | None
    target: int
    promotion_streak: int = 0
    demotion_streak: int = 0
    last_contract_event_month: int | None = None
    is_contract_event_pending: bool = False
    does_contract_event_act: bool = False
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
    def is_scored(self) -> bool:
        """True when the month has a priority."""
        return self.facts.priority is not None
