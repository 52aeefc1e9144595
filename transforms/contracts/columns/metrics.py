"""Metrics of an account in a month, as tiering uses them. A null says that the metric could not be known."""

from transforms.contracts.columns.kinds import count, date, flag, money, number, points, share, text, tier

ARR = money(
    "arr",
    "12 times the monthly recurring revenue on the month's last day; in grace the last one before.",
    " per year",
    0,
)
IS_IN_GRACE = flag("is_in_grace", "True where the last subscription lapsed within the grace days before month end.")
ARR_1_MONTH_AGO = money("arr_1_month_ago", "ARR one month end ago, at this month's rates.", " per year", 0)
ARR_2_MONTHS_AGO = money("arr_2_months_ago", "ARR two month ends ago, at this month's rates.", " per year", 0)
NEW_PRODUCT_ARR = money(
    "new_product_arr", "ARR of products owned at month end but not one month earlier.", " per year", 0
)
TENURE_START_DATE = date("tenure_start_date", "First day of the first paid subscription.")
TENURE_MONTHS = count("tenure_months", "Whole months since the first paid subscription began.", "months")
SEATS = count("seats", "Seats paid for at month end.", "seats")
PRODUCTS_OWNED = count("products_owned", "Distinct products paid for at month end.", "products")
RENEWAL_DATE = date("renewal_date", "Earliest renewal not yet signed, among contracts long enough to freeze demotions.")
HAS_RENEWAL_FREEZE = flag(
    "has_renewal_freeze", "True where a renewal is near or overdue, so the account is not demoted."
)

EVENTS = count("events", "Usage events in the month.", "events")
MONTHLY_ACTIVE_USERS = count(
    "monthly_active_users",
    "Distinct users in the month or, where users are not identified, the highest daily number.",
    "people",
)
ACTIVE_DAYS = count("active_days", "Days of the month with usage.", "days", 31)
LAST_ACTIVE_DATE = date("last_active_date", "The last day with usage, ever, up to month end.")
EVENTS_VARIATION = number(
    "events_variation",
    "Coefficient of variation of the monthly rates of events over the last months; null until all of them are known.",
    "ratio",
    0,
)

EXPECTED_EVENTS = number(
    "expected_events",
    "Events expected in the month: the usual rate of the months before times the reporting slots of this one; null "
    "without a month before to go by.",
    "events",
    0,
).but(came_with=3)
KNOWN_USAGE_MONTHS = count(
    "known_usage_months",
    "Known months of usage before this one, within a year, that the account lived through whole.",
    "months",
).but(came_with=3)
LAST_RATING_DATE = date("last_rating_date", "When the latest rating of a ticket was given; null without one.").but(
    came_with=3
)
HAS_SUDDEN_SILENCE = flag(
    "has_sudden_silence",
    "True where far more of last month's users than usual are silent at once, so that silence says something of the "
    "feed or of the product; the same for all accounts of a month.",
).but(came_with=3)
USAGE_TREND_RATIO = number(
    "usage_trend_ratio",
    "Events against those expected, minus 1, both with the policy's prior, so that few events move little; null "
    "without a known month before.",
    "ratio",
    -1,
)
LICENCE_UTILISATION_SHARE = number("licence_utilisation_share", "Monthly active users per seat.", "ratio", 0)
USAGE_RECENCY_DAYS = number(
    "usage_recency_days",
    "Days without use beyond the usual gap of the source, up to its last day with rows; for who was never active, from "
    "tenure start.",
    "days",
    0,
).but(fractions_came_with=3)
FEATURE_BREADTH_SHARE = share("feature_breadth_share", "Share of the available features that were used in 3 months.")
TICKETS_PER_100_SEATS = number("tickets_per_100_seats", "Tickets opened in 3 months per 100 seats.", "tickets", 0)
CSAT_MEAN = number("csat_mean", "Mean satisfaction of tickets over 3 months.", "points", 1, 5)
DAYS_LATE_MEAN = number("days_late_mean", "Mean days late of the invoices that fell due in 3 months.", "days", 0)

USAGE_GROWTH_RATIO = number(
    "usage_growth_ratio",
    "The rate of events of 3 months against that of the 3 before, minus 1, both with the policy's prior.",
    "ratio",
    -1,
)
USER_GROWTH_RATIO = number(
    "user_growth_ratio",
    "Monthly active users of 3 months against those of the 3 before, minus 1, both with the policy's prior.",
    "ratio",
    -1,
)
REVENUE_EXPANSION_RATIO = number(
    "revenue_expansion_ratio",
    "ARR divided by ARR 12 months ago (or at the first month end, if later), minus 1.",
    "ratio",
    -1,
)
SEAT_SATURATION_SHARE = number(
    "seat_saturation_share", "Monthly active users per seat, as readiness to scale.", "ratio", 0
)
FEATURES_ADOPTED = count("features_adopted", "Features first used in the last 3 months.", "features")
WHITESPACE_SHARE = share("whitespace_share", "Mean of the free share of addressable seats and of eligible products.")

HAS_REFERENCE_GRANT = flag("has_reference_grant", "True while a written reference grant runs.")
HAS_CO_DEVELOPMENT_GRANT = flag("has_co_development_grant", "True while a written co-development grant runs.")
NPS = number("nps", "Net promoter score, unless too old.", "points", -100, 100)

INTEGRATIONS = count("integrations", "Integrations in use.", "integrations")
TICKETS_PER_MONTH = number("tickets_per_month", "Tickets opened per month over 3 months.", "tickets per month", 0)
ESCALATIONS = number(
    "escalations",
    "Tickets opened in 12 months that were escalated, scaled up where fewer months are known; null where too few are.",
    "tickets",
    0,
).but(fractions_came_with=3)
CUSTOMER_HOURS_PER_MONTH = number(
    "customer_hours_per_month",
    "Hours per month of contact that the customer asked for, over 3 months.",
    "hours per month",
    0,
)
REGIONS = count("regions", "Regions the account operates in.", "regions")
HAS_OPEN_ESCALATION = flag("has_open_escalation", "True where a recently escalated ticket is open at month end.")

SUPPORT_HOURS = number("support_hours", "Hours spent on tickets opened in the last 3 months.", "hours per 3 months", 0)
CSM_HOURS = number("csm_hours", "Hours of contact in the last 3 months, whoever asked for it.", "hours per 3 months", 0)
SUPPORT_COST = money(
    "support_cost", "Support cost per year: 12 times the median of the known months of the last 12.", " per year", 0
)
COST_TO_SERVE = money("cost_to_serve", "Support and contact hours of 3 months at their rates, times 4.", " per year", 0)
GROSS_PROFIT = money("gross_profit", "ARR times the gross margin of the policy.", " per year", 0)
MARGIN = money("margin", "Gross profit minus cost to serve.", " per year")
COST_TO_SERVE_RATIO = number("cost_to_serve_ratio", "Cost to serve divided by ARR.", "ratio", 0)

HAS_GRANT = flag("has_grant", "True while any strategic grant runs.")
GRANT_FLOOR_TIER = tier("grant_floor_tier", "The highest floor among the running grants.")
OVERRIDE_TIER = tier("override_tier", "The tier set by the override that is active at month end.")
OVERRIDE_START_DATE = date(
    "override_start_date", "First day of the override that is active at month end; null without one."
)
OVERRIDE_END_DATE = date("override_end_date", "Last day of the override that is active at month end.")

HEALTH = points("health", "Health score; null where too little is known.")
GROWTH = points("growth", "Growth score; null where too little is known.")
STRATEGIC = points("strategic", "Strategic score; null where too little is known.")
COMPLEXITY = points("complexity", "Complexity score; null where too little is known.")
VALUE = points("value", "Revenue standing among the accounts in scope.")
PRIORITY = points("priority", "Weighted mean of growth, value, strategic and complexity.")
COMPLEXITY_WITHOUT_TOUCHPOINTS = points(
    "complexity_without_touchpoints",
    "Complexity without the touchpoints component, for the economic ceiling.",
)
HEALTH_1_MONTH_AGO = points("health_1_month_ago", "Health a month ago, under this month's policy.")
HEALTH_2_MONTHS_AGO = points("health_2_months_ago", "Health two months ago, under this month's policy.")
COVERAGE = {
    pillar: share(f"{pillar}_coverage", f"Populated share of the weight of {pillar} that can be known of the account.")
    for pillar in ("health", "growth", "strategic", "complexity", "value", "priority")
}
LIFECYCLE_STAGE = text(
    "lifecycle_stage",
    "Where the account is in its life: an overlay, never a tier.",
    "onboarding",
    "adoption",
    "mature",
    "established",
    "renewal",
    "recovery",
    "lapsed",
)
STRUCTURAL_STAGES = ("onboarding", "adoption", "mature", "established")
STRUCTURAL_STAGE = text(
    "structural_stage",
    "Where the account is in its life, by tenure and steadiness alone: no lift, renewal or lapse changes it.",
    *STRUCTURAL_STAGES,
).but(came_with=3)
IS_HEALTH_TENTATIVE = flag(
    "is_health_tentative", "True where health rests on so little of what can be known that it may change much."
).but(came_with=3)
SCORECARD = text("scorecard", "The scorecard of the policy by which the account is scored.").but(came_with=3)
