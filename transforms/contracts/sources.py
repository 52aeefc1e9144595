"""The sources: canonical tables that a company maps its own data onto.

Every source may carry ``known_at`` and ``is_deleted``; they are added here once for all.
"""

from __future__ import annotations

from dataclasses import replace

from transforms.contracts.columns import inputs as c
from transforms.contracts.model import Column, Field, Order, Table, fields

_VERSIONING = fields([], [c.KNOWN_AT, c.IS_DELETED])
_OF_ACCOUNTS = ("account_id", "accounts.account_id")
# A version that another one replaces on its first day ends before it begins, and is never the one that holds.
_VALIDITY = Order("valid_from", "valid_to")
_ABSENCE = Order("absent_from", "absent_to")
# A term that ends before it begins is a typing error, and without it revenue, a promise or a decision would vanish.
_TERM = Order("start_date", "end_date", "fail")


def _source(
    name: str,
    grain: str,
    key: tuple[str, ...],
    required: list[Column],
    optional: list[Column],
    *,
    absentable: tuple[Column, ...] = (),
    is_required: bool = False,
    event_time: str | None = None,
    caveats: str = "",
    references: tuple[tuple[str, str], ...] = (),
    orders: tuple[Order, ...] = (),
) -> Table:
    columns: tuple[Field, ...] = fields(required, optional) + _VERSIONING
    columns = tuple(replace(field, may_be_absent=field.column in absentable) for field in columns)
    if name != "accounts" and c.ACCOUNT_ID in required:
        references = (_OF_ACCOUNTS, *references)
    return Table(name, grain, key, columns, caveats, is_required, event_time, references, orders)


_ALL = (
    _source(
        "accounts",
        "One row per account (and first day of validity)",
        ("account_id", "valid_from"),
        [c.ACCOUNT_ID, c.NAME, c.CREATED_DATE],
        [
            c.PARENT_ACCOUNT_ID,
            c.INDUSTRY,
            c.EMPLOYEES,
            c.ADDRESSABLE_SEATS,
            c.REGION,
            c.COUNTRY,
            c.PLAN,
            c.IS_INTERNAL,
            c.INTEGRATIONS,
            c.REGIONS,
            c.DECLARED_OBJECTIVE,
            c.NPS,
            c.NPS_DATE,
            c.BRAND_RANK,
            c.CSM_EMAIL,
            c.VALID_FROM,
            c.VALID_TO,
        ],
        is_required=True,
        caveats="Without valid_from or known_at the columns are as of today, in every month.",
        references=(("parent_account_id", "accounts.account_id"),),
        orders=(_VALIDITY,),
    ),
    _source(
        "usage",
        "One row per account, day and feature (and user)",
        ("account_id", "date", "feature", "user_id"),
        [c.ACCOUNT_ID, c.DATE, c.FEATURE, c.EVENTS],
        [c.USER_ID, c.ACTIVE_USERS],
        absentable=(c.FEATURE,),
        is_required=True,
        event_time="date",
        caveats="Without feature, neither breadth and adoption of features nor needs are configured.",
    ),
    _source(
        "subscriptions",
        "One row per subscription and start of a term",
        ("subscription_id", "start_date"),
        [c.ACCOUNT_ID, c.SUBSCRIPTION_ID, c.PRODUCT, c.MRR, c.START_DATE],
        [c.CURRENCY, c.SEATS, c.END_DATE, c.RENEWAL_DATE, c.IS_TRIAL],
        is_required=True,
        caveats="Of overlapping rows of one subscription the latest start counts; end_date is never a renewal date.",
        references=(("product", "products.product"),),
        orders=(_TERM,),
    ),
    _source(
        "invoices",
        "One row per invoice",
        ("invoice_id",),
        [c.ACCOUNT_ID, c.INVOICE_ID, c.ISSUED_DATE, c.AMOUNT, c.INVOICE_STATUS],
        [c.DUE_DATE, c.PAID_DATE, c.CURRENCY],
        event_time="issued_date",
    ),
    _source(
        "tickets",
        "One row per support ticket",
        ("ticket_id",),
        [c.ACCOUNT_ID, c.TICKET_ID, c.OPENED_AT, c.PRIORITY_OF_TICKET],
        [c.CLOSED_AT, c.CSAT, c.IS_ESCALATED, c.HANDLE_MINUTES, c.IS_REOPENED],
        event_time="opened_at",
    ),
    _source(
        "touchpoints",
        "One row per contact with a customer",
        ("touchpoint_id",),
        [c.ACCOUNT_ID, c.TOUCHPOINT_ID, c.DATE, c.TOUCHPOINT_KIND],
        [c.MINUTES, c.IS_CUSTOMER_INITIATED],
        event_time="date",
    ),
    _source(
        "products",
        "One row per product",
        ("product",),
        [c.PRODUCT, c.LIST_PRICE],
        [c.IS_PER_SEAT, c.ELIGIBLE_PLANS],
    ),
    _source(
        "strategic_grants",
        "One row per account, kind of grant and start",
        ("account_id", "kind", "start_date"),
        [c.ACCOUNT_ID, c.GRANT_KIND, c.OWNER, c.BENEFIT, c.START_DATE, c.END_DATE],
        [c.FLOOR_TIER],
        orders=(_TERM,),
    ),
    _source(
        "overrides",
        "One row per account and start",
        ("account_id", "start_date"),
        [c.ACCOUNT_ID, c.OVERRIDE_TIER, c.AUTHOR, c.REASON, c.START_DATE, c.END_DATE],
        [],
        orders=(_TERM,),
    ),
    _source(
        "account_merges",
        "One row per account that was merged into another",
        ("from_account_id",),
        [c.FROM_ACCOUNT_ID, c.INTO_ACCOUNT_ID, c.DATE],
        [],
        references=(("into_account_id", "accounts.account_id"),),
    ),
    _source(
        "rates",
        "One row per currency and month",
        ("currency", "month"),
        [c.CURRENCY, c.RATE_MONTH, c.RATE],
        [],
    ),
    _source(
        "team",
        "One row per owner (and first day of validity)",
        ("owner", "valid_from"),
        [c.OWNER, c.EMAIL, c.POOL, c.HOURS_PER_MONTH],
        [c.REGIONS_LIST, c.INDUSTRIES_LIST, c.ABSENT_FROM, c.ABSENT_TO, c.VALID_FROM, c.VALID_TO],
        orders=(_VALIDITY, _ABSENCE),
    ),
)

SOURCES: dict[str, Table] = {table.name: table for table in _ALL}
"""Every source by name, in the order of the product page."""
