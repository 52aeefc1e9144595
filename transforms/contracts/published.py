"""The published tables of schema ``retier``: lists of described columns, with grain and key.

Views are listed with their meaning only; their columns come from the tables that they rest on.
"""

from __future__ import annotations

from transforms.contracts.columns import inputs as i
from transforms.contracts.columns import metrics as m
from transforms.contracts.columns import operations as o
from transforms.contracts.columns import tiers as t
from transforms.contracts.model import Table, fields

_PER_ACCOUNT = ("month", "account_id")
_OF_FEATURES = (("account_id", "account_features.account_id"),)

METRIC_COLUMNS = (
    m.USAGE_TREND_RATIO, m.LICENCE_UTILISATION_SHARE, m.USAGE_RECENCY_DAYS, m.FEATURE_BREADTH_SHARE,
    m.TICKETS_PER_100_SEATS, m.CSAT_MEAN, m.DAYS_LATE_MEAN,
    m.USAGE_GROWTH_RATIO, m.USER_GROWTH_RATIO, m.REVENUE_EXPANSION_RATIO, m.SEAT_SATURATION_SHARE,
    m.FEATURES_ADOPTED, m.WHITESPACE_SHARE,
    m.HAS_REFERENCE_GRANT, m.HAS_CO_DEVELOPMENT_GRANT, i.BRAND_RANK, m.NPS,
    m.INTEGRATIONS, m.PRODUCTS_OWNED, m.TICKETS_PER_MONTH, m.ESCALATIONS, m.CUSTOMER_HOURS_PER_MONTH, m.REGIONS,
)  # fmt: skip
"""The metrics that components of the policy may score, beside ``arr``."""

_ACCOUNT_FEATURES = Table(
    "account_features",
    "One row per account in scope and month",
    _PER_ACCOUNT,
    fields(
        [t.MONTH, i.ACCOUNT_ID, m.ARR, m.IS_IN_GRACE],
        [
            i.NAME, i.INDUSTRY, i.EMPLOYEES, i.REGION, i.COUNTRY, i.PLAN, i.DECLARED_OBJECTIVE, i.CSM_EMAIL,
            m.ARR_1_MONTH_AGO, m.ARR_2_MONTHS_AGO, m.NEW_PRODUCT_ARR, m.TENURE_START_DATE, m.TENURE_MONTHS, m.SEATS,
            m.RENEWAL_DATE, m.HAS_RENEWAL_FREEZE, m.EVENTS, m.MONTHLY_ACTIVE_USERS, m.ACTIVE_DAYS, m.LAST_ACTIVE_DATE,
            m.EVENTS_VARIATION, *METRIC_COLUMNS, m.HAS_OPEN_ESCALATION, m.SUPPORT_HOURS, m.CSM_HOURS, m.SUPPORT_COST,
            m.HAS_GRANT, m.GRANT_FLOOR_TIER, m.OVERRIDE_TIER, m.OVERRIDE_START_DATE, m.OVERRIDE_END_DATE,
            m.EXPECTED_EVENTS, m.KNOWN_USAGE_MONTHS, m.HAS_SUDDEN_SILENCE, m.LAST_RATING_DATE,
            i.NPS_DATE.but(came_with=3),
        ],
    ),
    caveats="A null metric could not be known; score_contributions says why.",
)  # fmt: skip

_ACCOUNT_SCORES = Table(
    "account_scores",
    "One row per account in scope and month",
    _PER_ACCOUNT,
    fields(
        [t.MONTH, i.ACCOUNT_ID],
        [
            m.HEALTH, m.GROWTH, m.STRATEGIC, m.COMPLEXITY, m.VALUE, m.PRIORITY, *m.COVERAGE.values(),
            m.COMPLEXITY_WITHOUT_TOUCHPOINTS, m.HEALTH_1_MONTH_AGO, m.HEALTH_2_MONTHS_AGO, m.LIFECYCLE_STAGE,
            m.ARR, m.COST_TO_SERVE, m.GROSS_PROFIT, m.MARGIN, m.COST_TO_SERVE_RATIO, m.IS_HEALTH_TENTATIVE, m.SCORECARD,
        ],
    ),
    references=_OF_FEATURES,
)  # fmt: skip

_CONTRIBUTIONS_WIDE = Table(
    "score_contributions_wide",
    "One row per account in scope and month",
    _PER_ACCOUNT,
    fields(
        [
            t.MONTH,
            i.ACCOUNT_ID,
            t.POLICY_VERSION,
            t.METRIC_VALUES,
            t.COMPONENT_SCORES,
            t.CONTRIBUTIONS,
            t.MISSING_REASONS,
        ]
    ),
    caveats="Lists by position in policy_components; the view score_contributions unfolds them.",
    references=_OF_FEATURES,
)

_POLICY_COMPONENTS = Table(
    "policy_components",
    "One row per policy version and component",
    ("policy_version", "position"),
    fields([t.POLICY_VERSION, t.POSITION, t.PILLAR, t.COMPONENT, t.METRIC, t.WEIGHT, t.IS_ACTIONABLE]),
)

_ACCOUNT_TIERS = Table(
    "account_tiers",
    "One row per account in scope and month",
    _PER_ACCOUNT,
    fields(
        [
            t.MONTH, i.ACCOUNT_ID, t.TIER, t.BASE_TIER, t.TIER_WITHOUT_OVERRIDE, t.BASE_TIER_WITHOUT_OVERRIDE,
            t.SCORE_TARGET_TIER, t.CEILING_TIER, t.TARGET_TIER, t.DECIDED_BY, t.REASONS,
            t.PROMOTION_STREAK_MONTHS, t.DEMOTION_STREAK_MONTHS, t.IS_PROVISIONAL, t.IS_LIFT_ARMED,
            t.HEALTHY_STREAK_MONTHS, t.IS_CONTRACT_EVENT_PENDING, m.ARR, t.POLICY_VERSION, t.REVISION, t.RUN_ID,
        ],
        [
            t.PREVIOUS_TIER, t.PREVIOUS_BASE_TIER, t.FLOOR_TIER, t.BLOCKED_BY, t.LAST_BASE_MOVE_MONTH,
            m.OVERRIDE_START_DATE, t.LIFT_STARTED_MONTH, t.LAST_LIFT_ENDED_MONTH, t.IS_LIFT_AFFORDABLE,
            t.LAST_CONTRACT_EVENT_MONTH, t.POINTS_TO_PROMOTION, t.POINTS_TO_DEMOTION, t.MONTHS_TO_WAIT,
            t.EARLIEST_PROMOTION_MONTH, t.BINDING_CONSTRAINT, t.TOP_LEVER, t.OWNER, t.TIER_UNDER_PREVIOUS_POLICY,
            t.BINDING_CONSTRAINTS, t.ARR_FOR_PROMOTION, t.IS_LEVER_SUFFICIENT, t.LEVERS, t.IS_ILL, t.ILL_CONDITIONS,
            t.ILL_MONTHS_OF_6, t.IS_SILENT, t.SILENT_SINCE_MONTH, t.IS_SILENCE_SUSPENDED, t.HAS_WIDESPREAD_SILENCE,
            t.IS_LIFT_IN_EFFECT, t.IS_LIFT_UNAFFORDABLE, t.IS_HELD_OUT, m.SCORECARD, m.STRUCTURAL_STAGE,
            t.IS_INTERIM_OWNER, t.OWNER_BEFORE_LIFT,
        ],
    ),
    caveats="This table and account_scores hold all state that the next month needs.",
    references=_OF_FEATURES,
)  # fmt: skip

_TIER_CHANGES = Table(
    "tier_changes",
    "One row per change of an account's tier in a month",
    ("change_id",),
    fields(
        [
            t.CHANGE_ID,
            t.MONTH,
            i.ACCOUNT_ID,
            t.CHANGE_KIND,
            t.DECIDED_BY,
            t.REASONS,
            t.DRIVERS,
            t.IS_CORRECTION,
            t.REVISION,
        ],
        [t.FROM_TIER, t.TO_TIER, t.FROM_BASE_TIER, t.TO_BASE_TIER, t.EXIT_REASON, m.ARR, t.OWNER],
    ),
    caveats="Rows of one account and month form a chain: each row starts from the tier that the row before led to.",
)

_POLICIES = Table(
    "policies",
    "One row per policy version",
    ("policy_version",),
    fields(
        [
            t.POLICY_VERSION,
            t.EFFECTIVE_MONTH,
            t.CONTENT,
            o.RUN_REASON.but(meaning="Why this policy was made."),
        ]
    ),
)

_RUNS = Table(
    "runs",
    "One row per run and month",
    ("run_id",),
    fields(
        [
            o.RUN_ID, t.MONTH, o.RUN_STATUS, o.COMMAND,
            t.REVISION.but(meaning="The revision that the run published or found unchanged; 0 where it did neither."),
            o.STARTED_AT, o.FINISHED_AT, t.POLICY_VERSION, o.RETIER_VERSION, o.CURRENCY, o.KNOWN_UNTIL,
            o.ACCOUNTS_IN_SCOPE, o.ROWS_READ, o.ROWS_ACCEPTED, o.ROWS_QUARANTINED, o.WARNINGS,
        ],
        [
            o.INPUT_FINGERPRINT, o.POLICY_FINGERPRINT, o.SOURCE_FINGERPRINTS, o.DEFINITION_FINGERPRINTS,
            o.PREVIOUS_FINGERPRINT, o.HISTORY_FINGERPRINT, o.RESULT_FINGERPRINT, o.RUN_REASON, o.ERROR,
        ],
    ),
    caveats="The latest published row of a month is the one in force.",
)  # fmt: skip

_ACCOUNT_SEGMENTS = Table(
    "account_segments",
    "One row per account in scope and month",
    _PER_ACCOUNT,
    fields(
        [t.MONTH, i.ACCOUNT_ID, o.TRAIT, o.SIZE_BAND, o.VALUE_BAND, o.SUBSCRIPTION_LEVEL],
        [
            o.INTERACTION_RECENCY_DAYS, o.TRAILING_YEAR_ACTIVE_DAYS, o.TRAILING_YEAR_REVENUE,
            o.RFM_RECENCY, o.RFM_FREQUENCY, o.RFM_MONETARY, o.RFM_CODE, o.RFM_SEGMENT,
            o.ATTACHMENT_RATE, o.ARR_POTENTIAL, o.OPPORTUNITY, o.OPPORTUNITY_AMOUNT, o.PRIMARY_NEED, o.SECONDARY_NEED,
        ],
    ),
    caveats="Scores compare an account with all others of the month, so they can change although the account did not.",
    references=_OF_FEATURES,
)  # fmt: skip

_ENGAGEMENT_PLAN = Table(
    "engagement_plan",
    "One row per account in scope and month",
    _PER_ACCOUNT,
    fields(
        [
            t.MONTH, i.ACCOUNT_ID, o.OWNER_MODEL, o.ENTITLEMENTS, o.CADENCE_DAYS, o.HOURS_PER_MONTH,
            o.TECHNICAL_HOURS_PER_MONTH, o.IS_HANDED_OVER,
        ],
        [
            t.OWNER.but(meaning="Who looks after the account; unassigned where nobody in the pool had room."),
            o.TECHNICAL_OWNER, o.PREVIOUS_OWNER,
        ],
    ),
    caveats="Without a team the owner is the CRM's, and nobody is unassigned.",
    references=_OF_FEATURES,
)  # fmt: skip

_ENGAGEMENT_ACTIONS = Table(
    "engagement_actions",
    "One row per account in scope, month and action",
    ("month", "account_id", "action"),
    fields(
        [t.MONTH, i.ACCOUNT_ID, o.ACTION, o.DUE_DATE, o.ACTION_REASON, o.ACTION_STATUS, o.OPENED_MONTH],
        [o.DONE_DATE, o.ACTION_HOURS, o.ACTION_OWNER],
    ),
    caveats="Open actions are carried from month to month until they are done or their reason is gone.",
    references=_OF_FEATURES,
)

_ACCOUNT_RISKS = Table(
    "account_risks",
    "One row per account in scope and month that calls for a person",
    _PER_ACCOUNT,
    fields(
        [t.MONTH, i.ACCOUNT_ID, t.RISK_REASON, t.RISK_SINCE_MONTH, t.RISK_REASON_SINCE_MONTH, m.ARR],
        [
            t.ILL_CONDITIONS, m.HEALTH, m.IS_HEALTH_TENTATIVE, t.SILENT_SINCE_MONTH, m.RENEWAL_DATE, m.IS_IN_GRACE,
            t.LIFT_STARTED_MONTH, t.OWNER, t.NEXT_ACTION, t.NEXT_ACTION_DUE_DATE,
        ],
    ),
    caveats="What is unknown is not at risk by that alone; the view accounts_without_health lists it.",
    references=_OF_FEATURES,
    came_with=3,
)  # fmt: skip

_TEAM_LOAD = Table(
    "team_load",
    "One row per owner and month, and an unassigned row per pool",
    ("month", "owner", "pool"),
    fields(
        [
            t.MONTH, t.OWNER.but(meaning="A person of the team; unassigned: what nobody in the pool had room for."),
            i.POOL, o.AVAILABLE_HOURS, o.REQUIRED_HOURS, o.HIGH_TOUCH_ACCOUNTS, o.MID_TOUCH_ACCOUNTS,
            o.LOW_TOUCH_ACCOUNTS, o.HANDED_OVER_ACCOUNTS,
        ]
    ),
    caveats="No rows without a team. Technical owners (pool tam) come beside the owners of the same accounts.",
)  # fmt: skip

_NOTIFICATIONS = Table(
    "notifications",
    "One row per change, channel and recipient, and one per summary",
    ("notification_id",),
    fields(
        [
            o.NOTIFICATION_ID, t.MONTH, o.CHANNEL, o.AUDIENCE, o.MESSAGE_KIND, o.MESSAGE_ID,
            t.REVISION.but(meaning="The revision of the month that made the row."), o.NOTIFICATION_STATUS, o.ATTEMPTS,
        ],
        [
            i.ACCOUNT_ID, t.CHANGE_ID, t.OWNER, o.RECIPIENT, o.NEXT_ATTEMPT_AT, o.LAST_ERROR, o.SENT_AT,
            o.RELEASED_BY, o.RELEASE_REASON,
        ],
    ),
    caveats="Rows with the same message_id are sent in one message. A row of an account without a change_id says that "
    "a change announced before did not take place after all.",
)  # fmt: skip

_QUARANTINE = Table(
    "quarantine",
    "One row per quarantined row and run",
    ("run_id", "row"),
    fields(
        [o.RUN_ID, o.ROW, t.MONTH, o.SOURCE, o.ORIGIN, o.ROW_AS_READ, o.BROKEN_RULES, o.QUARANTINED_AT],
        [o.POSITION_IN_ORIGIN],
    ),
    caveats="Holds what the newest run of each month quarantined; runs has the counts of former runs.",
)

_CHECK_RESULTS = Table(
    "check_results",
    "One row per run and check",
    ("run_id", "check"),
    fields(
        [o.RUN_ID, o.CHECK, t.MONTH, o.SEVERITY, o.IS_PASSED, o.MESSAGE],
        [o.OBSERVED, o.EXPECTED, o.ACCEPTED_BY, o.ACCEPT_REASON],
    ),
    caveats="A rule that single rows of a source break only warns, since those rows are quarantined; too many "
    "of them fail a check of their own, named after quarantined and the source.",
)

_RESTATEMENTS = Table(
    "restatements",
    "One row per former row of account_tiers or account_scores",
    ("month", "account_id", "revision", "table_name"),
    fields(
        [
            t.MONTH,
            i.ACCOUNT_ID,
            t.REVISION.but(meaning="The revision that the former row belonged to."),
            o.TABLE_NAME,
            o.FORMER_ROW,
            o.SUPERSEDED_AT,
            o.RUN_ID.but(meaning="The run whose revision replaced the row."),
        ]
    ),
)

PUBLISHED: dict[str, Table] = {
    table.name: table
    for table in (
        _ACCOUNT_FEATURES, _ACCOUNT_SCORES, _CONTRIBUTIONS_WIDE, _POLICY_COMPONENTS, _ACCOUNT_TIERS, _TIER_CHANGES,
        _ACCOUNT_SEGMENTS, _ENGAGEMENT_PLAN, _ENGAGEMENT_ACTIONS, _ACCOUNT_RISKS, _TEAM_LOAD, _POLICIES, _NOTIFICATIONS,
        _QUARANTINE, _CHECK_RESULTS, _RUNS, _RESTATEMENTS,
    )
}  # fmt: skip
"""Every published table by name."""

VIEWS: dict[str, str] = {
    "score_contributions": "One row per account in scope, month, pillar and component: what made each score.",
    "tiers_current": "One row per account in scope in the newest published month.",
    "tier_history": "One row per account and unbroken stretch of months in one tier.",
    "tiers_as_known": "One row per account and month: the tier as it is known now.",
    "tiers_as_published": "One row per account and month: the tier as it was first published.",
    "tier_movements": "One row per month and pair of tiers: how many accounts and how much ARR moved.",
    "tier_outcomes": "One row per account and month: what had become of the account 3, 6 and 12 months later.",
    "accounts_at_risk": "One row per account at risk in the newest month, dearest first.",
    "accounts_without_health": "One row per account in the newest month about whose health too little is known.",
    "cost_to_serve_by_tier": "One row per month and tier: cost to serve against margin.",
    "portfolio_by_month": "One row per month: the whole portfolio.",
}
"""Every view by name, with its grain and meaning."""
