"""The exports of the demo's company: its systems' own column names and values, and amounts in cents.

The settings of the demo project undo exactly this, so the two must be changed together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from transforms.month import Month
from transforms.sample.chance import uniform
from transforms.sample.span import ACCOUNTS, MONTHS
from transforms.sample.stories import ADDED_STORIES
from transforms.sample.world import sample_month

_GERMAN = "%d.%m.%Y"
_LOCAL = "%Y-%m-%dT%H:%M:%S"
_ORDERS = {"usage": ["date", "account_id", "feature", "known_at"], "tickets": ["known_at", "ticket_id"]}
"""The order in which sources with late rows are exported: as the rows arrived."""


@dataclass(frozen=True, slots=True)
class Export:
    """How one system exports a source.

    Attributes:
        columns: Its name of each column that it has, by the canonical name.
        words: Its words for a value, by column and canonical value; one of several is used at random.
        cents: Amounts that it writes in cents.
        dates: The format of dates and timestamps; None leaves them unchanged.
        timezone: The time zone of its timestamps, which it does not write.
    """

    columns: Mapping[str, str]
    words: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    cents: tuple[str, ...] = ()
    dates: str | None = None
    timezone: str | None = None


EXPORTS = {
    "accounts": Export(
        {
            "account_id": "Account ID", "name": "Account name", "created_date": "Created on",
            "parent_account_id": "Parent account", "industry": "Industry", "employees": "Employees",
            "addressable_seats": "Seat potential", "region": "Sales region", "country": "Country", "plan": "Edition",
            "is_internal": "Test account", "integrations": "Integrations", "regions": "Active regions",
            "declared_objective": "Goal", "nps": "NPS", "nps_date": "NPS given on", "brand_rank": "Logo rank",
            "csm_email": "Success manager", "valid_from": "Valid from", "valid_to": "Valid to",
        },
        words={
            "region": {"amer": ["Americas"], "emea": ["EMEA"], "uki": ["UK & Ireland"], "apac": ["APAC"]},
            "plan": {"starter": ["Starter", "starter"], "team": ["Team"], "business": ["Business", "BUSINESS"],
                     "enterprise": ["Enterprise"]},
            "is_internal": {"true": ["yes"], "false": ["no"]},
        },
        dates=_GERMAN,
    ),
    "usage": Export(
        {"account_id": "org_id", "date": "day", "feature": "feature", "events": "event_count",
         "active_users": "users", "known_at": "loaded_at", "is_deleted": "is_retracted"}
    ),
    "subscriptions": Export(
        {"account_id": "customer", "subscription_id": "subscription", "product": "item", "mrr": "mrr_cents",
         "currency": "currency", "seats": "quantity", "start_date": "period_start", "end_date": "period_end",
         "renewal_date": "renews_on", "is_trial": "status"},
        words={
            "currency": {"USD": ["usd"], "EUR": ["eur"]},
            "product": {"Suite": ["suite", "SUITE"], "Insights": ["insights"], "Automate": ["automate"],
                        "Connect": ["connect"]},
            "is_trial": {"true": ["trialing"], "false": ["active"]},
        },
        cents=("mrr",),
    ),
    "invoices": Export(
        {"account_id": "customer", "invoice_id": "number", "issued_date": "created", "due_date": "due",
         "paid_date": "paid_on", "amount": "amount_due_cents", "currency": "currency", "status": "state"},
        words={
            "currency": {"USD": ["usd"], "EUR": ["eur"]},
            "status": {"paid": ["paid"], "open": ["open"], "failed": ["declined"], "void": ["void"]},
        },
        cents=("amount",),
    ),
    "tickets": Export(
        {"account_id": "org_id", "ticket_id": "id", "opened_at": "created_at", "closed_at": "solved_at",
         "priority": "priority", "csat": "satisfaction", "is_escalated": "escalated",
         "handle_minutes": "minutes_spent", "is_reopened": "reopened", "known_at": "exported_at",
         "is_deleted": "deleted"},
        words={
            "priority": {"urgent": ["P1", "Urgent", "urgent"], "high": ["P2", "High"],
                         "normal": ["P3", "Normal", "normal"], "low": ["P4", "low"]},
        },
        dates=_LOCAL,
        timezone="Europe/Berlin",
    ),
    "touchpoints": Export(
        {"account_id": "company", "touchpoint_id": "activity_id", "date": "activity_date", "kind": "type",
         "minutes": "duration_min", "is_customer_initiated": "direction"},
        words={"is_customer_initiated": {"true": ["inbound"], "false": ["outbound"]}},
    ),
    "products": Export(
        {"product": "product", "list_price": "list_price", "is_per_seat": "per_seat", "eligible_plans": "plans"}
    ),
    "strategic_grants": Export(
        {"account_id": "account", "kind": "kind", "benefit": "what_we_get", "start_date": "from", "end_date": "to",
         "floor_tier": "at_least"}
    ),
    "overrides": Export(
        {"account_id": "account", "tier": "tier", "author": "decided_by", "reason": "reason", "start_date": "from",
         "end_date": "to"}
    ),
    "account_merges": Export({"from_account_id": "old_account", "into_account_id": "new_account", "date": "merged_on"}),
    "rates": Export({"currency": "currency", "month": "month", "rate": "usd_per_unit"}, dates="%Y-%m"),
    "team": Export(
        {"owner": "name", "email": "email", "pool": "team", "hours_per_month": "customer_hours", "regions": "regions",
         "industries": "industries", "absent_from": "away_from", "absent_to": "away_to", "valid_from": "from",
         "valid_to": "until"}
    ),
}  # fmt: skip
"""The export of every source, without columns that the company's systems lack: `owner` of grants is constant."""


def exported(source: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Convert a source's rows to the export of the company's own system.

    Args:
        source: The source.
        rows: Rows with the columns of its contract.

    Returns:
        The same rows with the export's column names and values.
    """
    export = EXPORTS[source]
    return rows.select(
        _written(source, name, rows.schema[name]).alias(theirs) for name, theirs in export.columns.items()
    )


def deliveries(accounts: int = ACCOUNTS) -> Iterator[tuple[Month, dict[str, pl.DataFrame]]]:
    """Yield the monthly sources file by file, as they would have been delivered.

    Rows that became known later are in the file of the month in which they became known.

    Args:
        accounts: The number of accounts besides the stories.

    Yields:
        Each month of the demo with the canonical rows of its files: usage by date, tickets as they became known.
    """
    waiting: dict[str, pl.DataFrame] = {}
    for month in MONTHS:
        files = sample_month(month, accounts)
        for source in _ORDERS:
            rows = pl.concat([waiting[source], files[source]]) if source in waiting else files[source]
            is_late = pl.col("known_at") >= month.end_time
            files[source], waiting[source] = rows.filter(~is_late).sort(_ORDERS[source]), rows.filter(is_late)
        yield month, files


def _written(source: str, name: str, dtype: pl.DataType) -> pl.Expr:
    export, value = EXPORTS[source], pl.col(name)
    if name in export.cents:
        return (value * 100).round().cast(pl.Int64)
    if name in export.words:
        return _worded(value.cast(pl.String), export.words[name], f"{source} {name}")
    if isinstance(dtype, pl.Datetime) and export.timezone is not None:
        value = value.dt.convert_time_zone(export.timezone).dt.replace_time_zone(None)
    if dtype.is_temporal() and export.dates is not None:
        return value.dt.strftime(export.dates)
    return value


def _worded(value: pl.Expr, words: Mapping[str, Sequence[str]], label: str) -> pl.Expr:
    """Replace each value by one of the system's words for it; which one depends on the position of the row."""
    added = pl.col("account_id").is_in(sorted(ADDED_STORIES)).cast(pl.Int64)
    draw = uniform(label, (pl.int_range(pl.len()) - added.cum_sum()).clip(lower_bound=0))
    chosen = pl.lit(None, dtype=pl.String)
    for ours, theirs in words.items():
        for place, word in enumerate(theirs):
            fits = (value == ours) & (draw >= place / len(theirs))
            chosen = pl.when(fits).then(pl.lit(word)).otherwise(chosen)
    return chosen
