"""Columns of runs, checks, quarantine, notifications, segments and engagement."""

from typing import Literal, get_args

from transforms.contracts.columns.kinds import count, date, flag, money, month, number, share, text, timestamp

SegmentName = Literal[
    "Champions",
    "Loyal",
    "Potential Loyalist",
    "New",
    "Promising",
    "Need Attention",
    "About To Sleep",
    "At Risk",
    "Cannot Lose Them",
    "Hibernating",
    "Lost",
]
"""What a code of recency, frequency and monetary scores may be called."""

RUN_ID = text("run_id", "The run.")
ROW = count("row", "Number of the row within the run.")
STARTED_AT = timestamp("started_at", "When the run began.")
FINISHED_AT = timestamp("finished_at", "When the run ended.")
RUN_STATUS = text("status", "How the run ended.", "published", "unchanged", "failed", "stopped", "held")
COMMAND = text("command", "The command that started the run.")
RUN_REASON = text("reason", "Why the run was made, in a person's words.")
RETIER_VERSION = text("retier_version", "The version of retier.")
CURRENCY = text("currency", "ISO 4217 code of the currency of all amounts of the run.")
KNOWN_UNTIL = timestamp("known_until", "Knowledge cut-off: rows that became known later were not used.")
INPUT_FINGERPRINT = text("input_fingerprint", "Fingerprint of everything that the month was computed from.")
POLICY_FINGERPRINT = text("policy_fingerprint", "Fingerprint of every value of the policy that can change a result.")
SOURCE_FINGERPRINTS = text(
    "source_fingerprints", "JSON object: by source, the fingerprint of what the month was computed from."
)
DEFINITION_FINGERPRINTS = text(
    "definition_fingerprints",
    "JSON object: version that the month was computed by, by definition; of 0.1.0 a hash of the code.",
)
PREVIOUS_FINGERPRINT = text("previous_fingerprint", "Result fingerprint of the month before, as it was used.")
HISTORY_FINGERPRINT = text(
    "history_fingerprint", "Fingerprint of the results of all months before, as they were published then."
)
RESULT_FINGERPRINT = text("result_fingerprint", "Fingerprint of the published result.")
ACCOUNTS_IN_SCOPE = count("accounts_in_scope", "Accounts with a tier in the month.", "accounts")
ROWS_READ = text("rows_read", "JSON object: rows read by source.")
ROWS_ACCEPTED = text("rows_accepted", "JSON object: rows accepted by source.")
ROWS_QUARANTINED = text("rows_quarantined", "JSON object: rows quarantined by source.")
WARNINGS = text("warnings", "JSON list of the sentences that a person should read.")
ERROR = text("error", "The error that ended the run.")

CHECK = text("check", "The name of the check.")
SEVERITY = text("severity", "What a broken check does.", "fail", "warn")
IS_PASSED = flag("is_passed", "True where the check held.")
OBSERVED = text("observed", "What was found.")
EXPECTED = text("expected", "What was expected.")
MESSAGE = text("message", "One sentence: what was found, how much of it, the first examples and what to do.")
ACCEPTED_BY = text("accepted_by", "Who waived the broken check.")
ACCEPT_REASON = text("accept_reason", "Why it was waived.")

SOURCE = text("source", "The source.")
ORIGIN = text("origin", "The file or query from which the row came.")
POSITION_IN_ORIGIN = count("position_in_origin", "Number of the row in its file or query result, from 1.")
ROW_AS_READ = text("row_as_read", "JSON object: the row as it was read.")
BROKEN_RULES = text("broken_rules", "Rules that the row broke, separated by commas.")
QUARANTINED_AT = timestamp("quarantined_at", "When the row was quarantined.")

SUPERSEDED_AT = timestamp("superseded_at", "When a later revision replaced the row.")
TABLE_NAME = text("table_name", "The table that the former row belonged to.", "account_tiers", "account_scores")
FORMER_ROW = text("former_row", "JSON object: the former row.")

NOTIFICATION_ID = text(
    "notification_id", "Identifies the notification and its recipient for good, so that it is sent once."
)
CHANNEL = text("channel", "The channel's name in retier.yaml; approval for drafts that a person must approve.")
AUDIENCE = text("audience", "Who it is written for.", "owner", "team", "leadership", "customer")
MESSAGE_KIND = text("message", "The kind of message that carries it.", "digest", "alert", "summary", "draft")
MESSAGE_ID = text("message_id", "The message that carries it, as its receiver sees it; the same in every attempt.")
RECIPIENT = text("recipient", "The address; null where the channel has one receiver.")
NOTIFICATION_STATUS = text(
    "status",
    "Delivery status; superseded: no longer true when its turn came; dead: given up after too many attempts.",
    "pending",
    "held",
    "sent",
    "dead",
    "superseded",
)
ATTEMPTS = count("attempts", "How often sending was tried.")
NEXT_ATTEMPT_AT = timestamp("next_attempt_at", "When it may be tried again; null for at once.")
LAST_ERROR = text("last_error", "Why the last attempt failed, or why it is held.")
SENT_AT = timestamp("sent_at", "When it was sent.")
RELEASED_BY = text("released_by", "Who released it after it was held; null where nobody had to.")
RELEASE_REASON = text("release_reason", "Why it was released after it was held; null where no reason was recorded.")

TRAIT = text("trait", "Industry, size band, region, plan and structural stage, separated by |; unknown for each null.")
SIZE_BAND = text("size_band", "Band of the number of employees; unknown where that is null.")
INTERACTION_RECENCY_DAYS = count(
    "interaction_recency_days", "Days from the last usage, ticket or touchpoint to month end.", "days"
)
TRAILING_YEAR_ACTIVE_DAYS = number(
    "trailing_year_active_days",
    "Days with usage in the 12 months up to this one; where 6 to 11 are known, what theirs come to in 12.",
    "days",
    0,
    # A known month of 31 days may stand for twelve.
    372,
).but(fractions_came_with=3)
TRAILING_YEAR_REVENUE = money(
    "trailing_year_revenue",
    "Invoiced in the 12 months up to this one, at this month's rates (where 6 to 11 are known, what theirs come to in "
    "12); where invoices are not mapped, or known for fewer months, the monthly recurring revenue of their ends.",
    " per year",
)
RFM_RECENCY = count("rfm_recency", "Score of interaction_recency_days.", "score", 9)
RFM_FREQUENCY = count("rfm_frequency", "Score of trailing_year_active_days.", "score", 9)
RFM_MONETARY = count("rfm_monetary", "Score of trailing_year_revenue.", "score", 9)
RFM_CODE = text("rfm_code", "The scores of recency, frequency and monetary value as one code.")
RFM_SEGMENT = text("rfm_segment", "The policy's name for the code.", *get_args(SegmentName))
VALUE_BAND = text("value_band", "Band of the ARR.")
SUBSCRIPTION_LEVEL = text("subscription_level", "The plan; unknown where none is recorded.")
ATTACHMENT_RATE = share("attachment_rate", "Share of the eligible products that the account owns.")
ARR_POTENTIAL = money(
    "arr_potential", "Eligible products not owned, and free addressable seats, at list price.", " per year", 0
)
OPPORTUNITY = text(
    "opportunity",
    "What would bring more: seats for products owned (upsell), or products not owned (cross_sell).",
    "upsell",
    "cross_sell",
    "none",
)
OPPORTUNITY_AMOUNT = money(
    "opportunity_amount", "What the opportunity would bring at list price; 0 for none.", " per year", 0
)
PRIMARY_NEED = text(
    "primary_need", "The declared use case or, without one, the one that stands out most in the account's usage."
)
SECONDARY_NEED = text("secondary_need", "The use case that comes second.")

OWNER_MODEL = text("owner_model", "The kind of owner that the account has.", "dedicated", "pooled", "digital")
PREVIOUS_OWNER = text(
    "previous_owner", "The owner before: the CRM's where the CRM named another one, otherwise the plan's."
)
IS_HANDED_OVER = flag("is_handed_over", "True where the account had an owner and now has another one or none.")
TECHNICAL_OWNER = text("technical_owner", "The technical account manager; null where the account gets none.")
ENTITLEMENTS = text("entitlements", "Codes of what the tier includes, separated by commas.")
CADENCE_DAYS = count("cadence_days", "Days between contacts.", "days")
HOURS_PER_MONTH = number("hours_per_month", "Hours of the owner that the plan requires.", "hours per month", 0)
TECHNICAL_HOURS_PER_MONTH = number(
    "technical_hours_per_month", "Hours of the technical account manager; 0 where there is none.", "hours per month", 0
)
ACTION = text(
    "action",
    "The action to take.",
    "business_review",
    "health_check",
    "renewal_call",
    "chronic_risk",
    "usage_call",
    "adoption_help",
    "risk_call",
    "expansion_talk",
    "cost_review",
    "override_ending",
)
ACTION_HOURS = number(
    "hours",
    "Hours that the action takes this month beside those of the plan; 0 where those serve.",
    "hours per month",
    0,
).but(came_with=3)
ACTION_OWNER = text(
    "owner",
    "Who acts: the account's owner or, for a call beside the plan, the CRM's owner or one of the pool with room.",
).but(came_with=3)
DUE_DATE = date("due_date", "The day by which the action is due.")
ACTION_REASON = text(
    "reason",
    "Why the action is due: with this month's figures where it answers a risk, else with those of the month in which "
    "it was opened.",
).but(is_prose=True)
ACTION_STATUS = text(
    "status", "Status of the action; done and dropped appear in one month only.", "open", "done", "dropped"
)
OPENED_MONTH = month("opened_month", "The month in which the action was opened.")
DONE_DATE = date("done_date", "The day of the contact that completed the action.")
AVAILABLE_HOURS = number("available_hours", "Hours that the owner has; 0 while away.", "hours per month", 0)
REQUIRED_HOURS = number("required_hours", "Hours that the owner's accounts require.", "hours per month", 0)
HIGH_TOUCH_ACCOUNTS = count("high_touch_accounts", "Accounts in high touch.", "accounts")
MID_TOUCH_ACCOUNTS = count("mid_touch_accounts", "Accounts in mid touch.", "accounts")
LOW_TOUCH_ACCOUNTS = count("low_touch_accounts", "Accounts in low touch.", "accounts")
HANDED_OVER_ACCOUNTS = count("handed_over_accounts", "Accounts handed over to the owner in the month.", "accounts")
