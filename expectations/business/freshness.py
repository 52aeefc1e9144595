"""Freshness: how many days lie between a source's newest row and the month's end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from expectations.business.measure import Measure
from transforms.contracts import Severity
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy import Policy


def freshness(newest_days: Mapping[str, date | None], policy: Policy, month: Month) -> list[Measure]:
    """Measure each source of events in days.

    Args:
        newest_days: Per mapped source of events the day of its newest row up to month end; None without any row.
        policy: The policy; its section ``freshness`` says after how many days a source is stale.
        month: The month.

    Returns:
        ``freshness.<source>`` per source, by name. A source without any row counts as one day older than allowed.
    """
    limits: dict[str, int] = policy.freshness.model_dump()
    severity = policy.quality.freshness.severity
    return [
        _measure(source, newest_days[source], limits[f"{source}_days"], severity, month)
        for source in sorted(newest_days)
    ]


def _measure(source: str, newest: date | None, limit: int, severity: Severity, month: Month) -> Measure:
    age = limit + 1 if newest is None else (month.last_day - newest).days
    if age <= limit:
        message = f"{source} is fresh in {month}: the newest row is of {newest}, {_before(age)}"
    else:
        found = "no row at all" if newest is None else f"no row after {newest}, {_before(age)}"
        message = (
            f"{source} is stale in {month}: {found}, expected one within {limit} days; everything made from it "
            "counts as missing for all accounts, so look whether the feed still arrives"
        )
    return Measure(f"freshness.{source}", severity, age, None, limit, message)


def _before(age: int) -> str:
    return f"{pluralize(age, 'day')} before the month's end"
