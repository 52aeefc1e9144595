"""Columns of tiers, of what decided them and of their changes."""

import polars as pl

from transforms.contracts.columns.kinds import count, date, flag, money, month, number, text, tier
from transforms.contracts.model import Column

MONTH = month("month", "The month that the row describes.")
TIER = tier("tier", "What the customer gets this month: the base tier, plus a lift in effect, or an override.")
BASE_TIER = tier("base_tier", "The structural tier, or the override's while one is active.")
PREVIOUS_TIER = tier("previous_tier", "The tier of the month before; null at entry.")
PREVIOUS_BASE_TIER = tier("previous_base_tier", "The base tier of the month before; null at entry.")
TIER_WITHOUT_OVERRIDE = tier("tier_without_override", "The tier as it would be without any override.")
BASE_TIER_WITHOUT_OVERRIDE = tier("base_tier_without_override", "The base tier as it would be without any override.")
SCORE_TARGET_TIER = tier("score_target_tier", "Where the priority alone would put the account.")
CEILING_TIER = tier("ceiling_tier", "The highest tier that the account's gross profit can pay for.")
FLOOR_TIER = tier("floor_tier", "The highest floor among the running grants; null without one.")
TARGET_TIER = tier("target_tier", "Score target, capped by the ceiling, raised to the floor.")
DECIDED_BY = text(
    "decided_by",
    "The first rule that made the tier or, where a gate blocked the move, the target.",
    "override",
    "risk_lift",
    "contract_event",
    "strategic_grant",
    "economic_ceiling",
    "insufficient_data",
    "score",
)
REASONS = text("reasons", "Reason codes in the order of the rules, separated by commas.")
GATES = ("dwell", "renewal_freeze", "open_escalation", "lift_ending", "cooldown", "max_step", "move_cap")
BLOCKED_BY = text("blocked_by", "The first gate that stopped or shortened the move; null where none did.", *GATES)
PROMOTION_STREAK_MONTHS = count(
    "promotion_streak_months", "Consecutive months with a target above the base tier.", "months"
)
DEMOTION_STREAK_MONTHS = count(
    "demotion_streak_months", "Consecutive months with a target below the base tier.", "months"
)
LAST_BASE_MOVE_MONTH = month(
    "last_base_move_month", "The last month in which a move of the base tier started a cooldown."
)
IS_PROVISIONAL = flag("is_provisional", "True until the first month with a priority.")
LIFT_STARTED_MONTH = month("lift_started_month", "First month of the running lift; null without one.")
LAST_LIFT_ENDED_MONTH = month("last_lift_ended_month", "The month in which the last lift ended.")
IS_LIFT_ARMED = flag("is_lift_armed", "True where the account's health has earned another lift.")
HEALTHY_STREAK_MONTHS = count(
    "healthy_streak_months",
    "Consecutive well months; 0 at the start of a lift. A month of which too little is known leaves it as it is.",
    "months",
)
IS_LIFT_AFFORDABLE = flag(
    "is_lift_affordable", "Whether the running lift was affordable at its start; null without one."
)
IS_LIFT_IN_EFFECT = flag(
    "is_lift_in_effect", "True while a lift runs that neither an override nor a holdout suspends."
).but(came_with=3)
IS_LIFT_UNAFFORDABLE = flag(
    "is_lift_unaffordable", "True where money is all that keeps an ill account from a lift."
).but(came_with=3)
ILL_CONDITION_CODES = ("low", "falling", "newly_silent")
IS_ILL = flag("is_ill", "True where the account's health or silence calls for help.").but(came_with=3)
ILL_CONDITIONS = text(
    "ill_conditions", "Which conditions make the account ill, in their order, separated by commas; null if none does."
).but(came_with=3)
ILL_MONTHS_OF_6 = count(
    "ill_months_of_6",
    "In which of the last six months the account was ill, as a bit mask: bit 0 is this month, bit 5 five months ago.",
    maximum=63,
).but(came_with=3)
IS_SILENT = flag("is_silent", "True where an account of some tenure used nothing in the month.").but(came_with=3)
SILENT_SINCE_MONTH = month(
    "silent_since_month", "First month of the unbroken silence; null where the account is not silent."
).but(came_with=3)
IS_SILENCE_SUSPENDED = flag(
    "is_silence_suspended",
    "True where so many accounts are silent that silence says something of the feed or of the product; the same for "
    "all accounts of a month.",
).but(came_with=3)
HAS_WIDESPREAD_SILENCE = flag(
    "has_widespread_silence",
    "True from the month in which silence became common until it is rare again: the lasting half of "
    "is_silence_suspended.",
).but(came_with=3)
IS_HELD_OUT = flag("is_held_out", "True where an experiment withholds lifts from the account.").but(came_with=3)
IS_INTERIM_OWNER = flag(
    "is_interim_owner", "True while the owner of before a lift keeps the account until the lifted tier's pool has room."
).but(came_with=3)
OWNER_BEFORE_LIFT = text(
    "owner_before_lift", "Who owned the account before the lift and gets it back afterwards; null without a claim."
).but(came_with=3)
LAST_CONTRACT_EVENT_MONTH = month("last_contract_event_month", "The last month with a contract event.")
IS_CONTRACT_EVENT_PENDING = flag(
    "is_contract_event_pending", "True while a contract event still waits for a scored month."
)
POINTS_TO_PROMOTION = number(
    "points_to_promotion", "Priority points missing for a target one tier up; null at the top.", "points", 0
)
POINTS_TO_DEMOTION = number(
    "points_to_demotion",
    "Priority points left before the target falls a tier; null at the bottom.",
    "points",
    0,
)
MONTHS_TO_WAIT = count(
    "months_to_wait", "Months until a promotion could take place if the score were high enough.", "months"
)
EARLIEST_PROMOTION_MONTH = month(
    "earliest_promotion_month",
    "The first month in which a promotion could take place; null at the top, and where money forbids it.",
)
BINDING_CONSTRAINT = text(
    "binding_constraint",
    "The first of what stands between the account and the next tier; null at the top.",
    "override",
    "insufficient_data",
    "economic_ceiling",
    "score",
    *GATES,
)
BINDING_CONSTRAINTS = text(
    "binding_constraints",
    "All that stands between the account and the next tier, in order, separated by commas; null at the top.",
).but(came_with=3)
ARR_FOR_PROMOTION = money(
    "arr_for_promotion",
    "The account's ARR from which on the next tier would be affordable, all else held; null where it is or at the top.",
    " per year",
    0,
).but(came_with=3)
IS_LEVER_SUFFICIENT = flag(
    "is_lever_sufficient", "Whether the top lever alone closes the gap of the score; null where there is none."
).but(came_with=3)
LEVERS = text(
    "levers",
    "JSON list of the fewest actionable components that close the gap of the score together, each with the points to "
    "which it must rise; null where none do.",
).but(came_with=3)
TOP_LEVER = text(
    "top_lever",
    "The actionable component (pillar.component) that would close the gap soonest, or the constraint itself; see "
    "is_lever_sufficient.",
)
TIER_UNDER_PREVIOUS_POLICY = tier(
    "tier_under_previous_policy", "The tier under the former policy, in a policy's first month."
)
OWNER = text("owner", "Who looks after the account.")

CHANGE_ID = text("change_id", "Identifies the change; built from month, kind, move and account.")
CHANGE_KIND = text(
    "kind",
    "What happened.",
    "initial",
    "placement",
    "promotion",
    "demotion",
    "lift_started",
    "lift_ended",
    "override_started",
    "override_ended",
    "exit",
)
FROM_TIER = tier("from_tier", "The tier before; null at entry.")
TO_TIER = tier("to_tier", "The tier after; null at exit.")
FROM_BASE_TIER = tier("from_base_tier", "The base tier before; null at entry.")
TO_BASE_TIER = tier("to_base_tier", "The base tier after; null at exit.")
DRIVERS = text(
    "drivers",
    "JSON list of what made the change, at most three, what pushed its way first: components with their change in "
    "points, or what became known or unknown; money, hours, products, grants.",
).but(is_prose=True)
EXIT_REASON = text("exit_reason", "Why an account left.", "churned", "merged", "internal", "removed")
IS_CORRECTION = flag(
    "is_correction", "True where a later revision of the month corrects a change that was published before."
)

POLICY_VERSION = text("policy_version", "The policy in force: its version and a fingerprint of its content.")
REVISION = count("revision", "1 for a month's first result, one more for each result that differs.")
RUN_ID = text("run_id", "The run that published the row.")

PILLAR = text("pillar", "The pillar.", "health", "growth", "strategic", "complexity", "value")
COMPONENT = text("component", "The component's name in the policy.")
METRIC_VALUE = number("metric_value", "The metric as measured; a flag is 0 or 1.", "as the metric")
COMPONENT_SCORE = number("component_score", "The metric scored by the policy's function.", "points", 0, 100)
WEIGHT = number("weight", "The component's weight in the policy.", "weight", 0)
CONTRIBUTION = number(
    "contribution",
    "Weight times score, divided by the sum of the populated weights; contributions add up to the pillar's score.",
    "points",
)
MISSING_REASON = text(
    "missing_reason",
    "Why the component has no value; null where it has one.",
    "not_configured",
    "stale",
    "too_young",
    "too_few",
    "never_used",
    "expired",
    "not_recorded",
)
METRIC_VALUES = Column("metric_values", pl.List(pl.Float64()), "Metric values by component position.")
COMPONENT_SCORES = Column(
    "component_scores", pl.List(pl.Float64()), "Component scores by component position.", "points"
)
CONTRIBUTIONS = Column("contributions", pl.List(pl.Float64()), "Contributions by component position.", "points")
MISSING_REASONS = Column("missing_reasons", pl.List(pl.String()), "Missing reasons by component position.")
POSITION = count("position", "Place of the component in the wide lists, from 1.")
METRIC = text("metric", "The metric that the component scores.")
IS_ACTIONABLE = flag("is_actionable", "True where a customer-success team can improve it.")
EFFECTIVE_MONTH = month("effective_month", "The first month in which the policy is in force.")
CONTENT = text("content", "The whole policy as YAML, reasons included.")

RISK_REASONS = ("lapsed", "chronic", "never_used", "silent", "ill_unaffordable", "ill")
RISK_REASON = text("reason", "The first reason for which the account calls for a person.", *RISK_REASONS)
RISK_SINCE_MONTH = month(
    "since_month", "First month of the stay on the list, whatever the reason; a gap of one month does not break it."
)
RISK_REASON_SINCE_MONTH = month("reason_since_month", "First month of the stay for this reason.")
NEXT_ACTION = text("next_action", "The action that answers the risk; null where none is open or it was done.")
NEXT_ACTION_DUE_DATE = date("next_action_due_date", "The day by which that action is due.")
