"""Columns of the sources: what companies map their own data onto."""

from __future__ import annotations

from transforms.contracts.columns.kinds import (
    count,
    date,
    e_mail,
    flag,
    identifier,
    month,
    number,
    text,
    tier,
    timestamp,
)

LARGEST = 1e12
"""What an amount, a time or a count may come to, so that sums fit: they are made exactly, in 64-bit integers."""

ACCOUNT_ID = identifier("account_id", "The customer account, as the company's own systems name it.")
KNOWN_AT = timestamp("known_at", "When the row became known; of rows with an equal key the latest one counts.")
IS_DELETED = flag("is_deleted", "True where the row says that its key no longer exists (a tombstone).")
VALID_FROM = date("valid_from", "First day on which the row is valid.")
VALID_TO = date("valid_to", "Last day on which the row is valid, inclusive; null while it still is.")
START_DATE = date("start_date", "First day, inclusive.")
END_DATE = date("end_date", "Last day, inclusive; contractual, so it may lie in the future.")
CURRENCY = text("currency", "ISO 4217 code of the amount's currency; null means the run's currency.").but(
    pattern=r"^[A-Z]{3}$"
)
REGIONS_LIST = text("regions", "Regions, separated by | or ;.")
INDUSTRY = text("industry", "The account's industry.")
OWNER = text("owner", "Who is responsible, as a name or e-mail address.")
REASON = text("reason", "Why, in words of the person who decided it.")
PRODUCT = text("product", "The product's name.")

NAME = text("name", "The account's name, as people write it; it may hold any character.")
CREATED_DATE = date("created_date", "The day on which the account was created.")
PARENT_ACCOUNT_ID = identifier("parent_account_id", "The account that owns this one, if any.")
EMPLOYEES = count("employees", "How many people the account employs.", "people", LARGEST)
ADDRESSABLE_SEATS = count(
    "addressable_seats", "How many of its people could use the product at most.", "seats", LARGEST
)
REGION = text("region", "The sales or service region of the account.")
COUNTRY = text("country", "The country of the account.")
PLAN = text("plan", "The subscription plan or edition.")
IS_INTERNAL = flag("is_internal", "True for test, demo and own accounts, which are never in scope.")
INTEGRATIONS = count("integrations", "How many integrations with other systems are in use.", "integrations", LARGEST)
REGIONS = count("regions", "How many regions the account operates in.", "regions", LARGEST)
DECLARED_OBJECTIVE = text("declared_objective", "What the account says it wants to achieve.")
NPS = number("nps", "Net promoter score.", "points", -100, 100, nulled_by="nps_date")
NPS_DATE = date("nps_date", "The day on which the net promoter score was given.", nulled_by="nps_date")
BRAND_RANK = number("brand_rank", "How much the account's name helps as a reference: 1 most, 5 least.", "rank", 1, 5)
CSM_EMAIL = e_mail("csm_email", "E-mail address of the customer-success manager in the CRM.")

DATE = date("date", "The day on which it happened.")
FEATURE = text("feature", "The product feature that was used.")
EVENTS = count("events", "How often it was used on that day.", "events", LARGEST)
USER_ID = identifier("user_id", "Who used it.")
ACTIVE_USERS = count("active_users", "How many different people used it on that day.", "people", LARGEST)

SUBSCRIPTION_ID = identifier("subscription_id", "The subscription; a renewal may keep it with a later start.")
MRR = number(
    "mrr", "Monthly recurring revenue of the subscription, in its own currency.", "currency per month", 0, LARGEST
)
SEATS = count("seats", "How many seats are paid for.", "seats", LARGEST)
RENEWAL_DATE = date("renewal_date", "The day on which the contract is due to be renewed.")
IS_TRIAL = flag("is_trial", "True for a trial, which brings no revenue and puts no account in scope.")

INVOICE_ID = identifier("invoice_id", "The invoice.")
ISSUED_DATE = date("issued_date", "The day on which the invoice was issued.")
DUE_DATE = date("due_date", "The day by which it must be paid; null means the day of issue.")
PAID_DATE = date("paid_date", "The day on which it was paid; null while it is not.", nulled_by="paid_date")
AMOUNT = number("amount", "The invoiced amount, in its own currency.", "currency", -LARGEST, LARGEST)
INVOICE_STATUS = text("status", "State of the invoice.", "paid", "open", "failed", "void", nulled_by="paid_date")

TICKET_ID = identifier("ticket_id", "The support ticket.")
OPENED_AT = timestamp("opened_at", "When the ticket was opened.")
CLOSED_AT = timestamp("closed_at", "When it was closed; null while it is open.", nulled_by="closed_at")
PRIORITY_OF_TICKET = text("priority", "How urgent the ticket is.", "urgent", "high", "normal", "low")
CSAT = number("csat", "The customer's satisfaction rating of the ticket, 1 to 5.", "points", 1, 5, "closed_at")
IS_ESCALATED = flag("is_escalated", "True where the ticket was escalated.")
HANDLE_MINUTES = number("handle_minutes", "Time spent on the ticket.", "minutes", 0, LARGEST, nulled_by="closed_at")
IS_REOPENED = flag("is_reopened", "True where the ticket was reopened; accepted, but no metric uses it.")

TOUCHPOINT_ID = identifier("touchpoint_id", "The contact with the customer.")
TOUCHPOINT_KIND = text("kind", "What kind of contact it was (call, business_review, training ...).")
MINUTES = number("minutes", "How long it took.", "minutes", 0, LARGEST)
IS_CUSTOMER_INITIATED = flag("is_customer_initiated", "True where the customer asked for it.")

LIST_PRICE = number("list_price", "List price, in the run's currency.", "currency per month", 0, LARGEST)
IS_PER_SEAT = flag("is_per_seat", "True where the list price is for one seat.")
ELIGIBLE_PLANS = text("eligible_plans", "Plans that may buy it, separated by | or ;; null means all.")

GRANT_KIND = text(
    "kind",
    "What the account does for us, or that it is granted a floor.",
    "reference",
    "co_development",
    "floor",
)
BENEFIT = text("benefit", "What we get for it.")
FLOOR_TIER = tier("floor_tier", "The tier below which the account does not fall while the grant runs.")
OVERRIDE_TIER = tier("tier", "The tier that a person set.")
AUTHOR = text("author", "Who decided it.")

FROM_ACCOUNT_ID = identifier("from_account_id", "The account that was merged into another one.")
INTO_ACCOUNT_ID = identifier("into_account_id", "The account that it was merged into.")
RATE_MONTH = month("month", "The month for which the rate holds.")
RATE = number("rate", "The value of one unit of the currency in the run's currency.", "ratio", 1e-9, LARGEST)

EMAIL = e_mail("email", "E-mail address.")
POOL = text("pool", "The kind of team.", "dedicated", "pooled", "tam", "digital")
HOURS_PER_MONTH = number("hours_per_month", "Working hours available for customers.", "hours per month", 0)
INDUSTRIES_LIST = text("industries", "Industries, separated by | or ;.")
ABSENT_FROM = date("absent_from", "First day of an absence.")
ABSENT_TO = date("absent_to", "Last day of an absence, inclusive.")
