"""A small world for metric tests: source rows in, one row of metrics per account out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from tests.factories import rows
from transforms.contracts import SOURCES
from transforms.facts.feature_sets import UsageFacts
from transforms.facts.invoices import invoice_facts
from transforms.facts.rhythm import Kind
from transforms.facts.tickets import ticket_facts
from transforms.facts.touchpoints import touchpoint_facts
from transforms.facts.usage import features_of, fold_history, usage_facts
from transforms.month import Month
from transforms.pillars import MonthInputs, account_metrics
from transforms.policy import Policy

M = Month.parse("2026-06")
EVERYTHING = frozenset(SOURCES) | {
    f"{table.name}.{field.name}" for table in SOURCES.values() for field in table.fields if not field.is_required
}
FIRST_USAGE = M - 12

Given = Sequence[Mapping[str, Any]]

_BILLING: dict[str, tuple[pl.DataType, Any]] = {
    "account_id": (pl.String(), "a"),
    "arr": (pl.Float64(), 12_000.0),
    "is_in_grace": (pl.Boolean(), False),
    "arr_1_month_ago": (pl.Float64(), 12_000.0),
    "arr_2_months_ago": (pl.Float64(), 12_000.0),
    "arr_reference": (pl.Float64(), 12_000.0),
    "new_product_arr": (pl.Float64(), 0.0),
    "products_owned": (pl.Int64(), 1),
    "products": (pl.List(pl.String()), ["core"]),
    "seats": (pl.Int64(), 10),
    "tenure_start_date": (pl.Date(), date(2024, 1, 1)),
    "tenure_months": (pl.Int64(), 29),
    "renewal_date": (pl.Date(), None),
    "has_renewal_freeze": (pl.Boolean(), False),
}


def day(ago: int, of_month: int = 15) -> date:
    """A day of the month that lies so many months before M."""
    return (M - ago).first_day.replace(day=of_month)


def moment(ago: int, of_month: int = 15) -> datetime:
    """Noon of such a day."""
    return datetime.combine(day(ago, of_month), datetime.min.time(), UTC).replace(hour=12)


def used(events: Mapping[int, int], **more: Any) -> list[dict[str, Any]]:
    """Usage rows: so many events in the months that lie so many months back."""
    return [{"date": day(ago), "events": count, **more} for ago, count in events.items()]


def inputs_of(
    *,
    usage_from: Month = FIRST_USAGE,
    freshness: Mapping[str, bool] | None = None,
    rhythm: Kind | None = "monthly",
    **given: Given,
) -> MonthInputs:
    """Make a month's inputs from source rows and billing rows; the account is 'a' where none is named.

    A billing row may have the spans of its ``service``, ends inclusive; else it is served from the start of tenure on.

    Usage has one slot a month unless another rhythm is named, so that rates are events per month.
    """
    frames = {name: _source(name, given.get(name, ())) for name in SOURCES if name not in {"accounts", "subscriptions"}}
    usage = {month: _usage(frames["usage"], month) for month in usage_from.until(M)}
    return MonthInputs(
        month=M,
        accounts=_source("accounts", given.get("accounts", [{}])),
        billing=_billing(given.get("billing", [{}])),
        usage=usage,
        usage_history=_history(usage, M) or UsageFacts(usage[M].frame, usage[M].features),
        usage_history_before=_history(usage, M - 3),
        tickets=ticket_facts(frames["tickets"], EVERYTHING),
        invoices=invoice_facts(frames["invoices"]),
        touchpoints=touchpoint_facts(frames["touchpoints"]),
        products=frames["products"] if "products" in given else None,
        grants=frames["strategic_grants"],
        overrides=frames["overrides"],
        freshness=freshness or {},
        rhythm=rhythm,
    )


def measured(
    policy: Policy, *, configured: Iterable[str] = EVERYTHING, stale: Iterable[str] = (), **given: Any
) -> dict[str, dict[str, Any]]:
    """Measure a world: the metrics by account."""
    inputs = inputs_of(freshness=dict.fromkeys(stale, True), **given)
    frame = account_metrics(inputs, policy, frozenset(configured)).collect()
    return {row["account_id"]: row for row in frame.iter_rows(named=True)}


def _source(name: str, given: Given) -> pl.LazyFrame:
    defaults = {"account_id": "a"} if "account_id" in SOURCES[name].columns else {}
    return rows(SOURCES[name], given, **defaults).lazy()


def _billing(given: Given) -> pl.LazyFrame:
    dull = {name: value for name, (_, value) in _BILLING.items()}
    schema = {name: dtype for name, (dtype, _) in _BILLING.items()} | {"service_day_bits": pl.List(pl.UInt32())}
    known = [dull | {name: value for name, value in row.items() if name != "service"} for row in given]
    spans = [row.get("service", [(one["tenure_start_date"], None)]) for row, one in zip(given, known, strict=True)]
    return pl.LazyFrame(
        [one | {"service_day_bits": _served(own)} for one, own in zip(known, spans, strict=True)], schema=schema
    )


def _served(spans: Sequence[tuple[date, date | None]]) -> list[int]:
    """The days of the last months within one of the spans, as bits; a span without end goes on."""
    months = [[(M - ago).first_day + timedelta(days=number) for number in range((M - ago).days)] for ago in range(14)]
    return [
        sum(
            1 << place
            for place, one in enumerate(days)
            if any(start <= one <= (end or M.last_day) for start, end in spans)
        )
        for days in months
    ]


def _usage(usage_rows: pl.LazyFrame, month: Month) -> UsageFacts:
    in_month = usage_rows.filter(pl.col("date").dt.month_start() == month.first_day)
    features = tuple(features_of(in_month).collect()["feature"])
    return UsageFacts(usage_facts(in_month, month, features, EVERYTHING), features)


def _history(usage: Mapping[Month, UsageFacts], last: Month) -> UsageFacts | None:
    history = None
    for month, facts in usage.items():
        if month <= last:
            history = fold_history(history, facts)
    return history
