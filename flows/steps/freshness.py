"""Freshness: a source without any row for too long is stale, so that silence is not taken for a fact."""

from __future__ import annotations

from datetime import date

import polars as pl

from flows.steps.extract import Extract
from transforms.contracts import SOURCES
from transforms.month import Month
from transforms.policy import Policy


def freshness_of(extract: Extract, policy: Policy, month: Month) -> tuple[dict[str, bool], list[str]]:
    """Tell which sources of events are stale as of a month.

    Args:
        extract: The sources.
        policy: The policy; it says after how many days a source is stale.
        month: The month.

    Returns:
        Whether each mapped source of events is stale, and a sentence for each that is.
    """
    limits = policy.freshness.model_dump()
    stale: dict[str, bool] = {}
    warnings: list[str] = []
    for source in sorted(extract.events):
        newest = newest_day(extract, source, month)
        limit = limits[f"{source}_days"]
        age = None if newest is None else (month.last_day - newest).days
        stale[source] = age is None or age > limit
        if stale[source]:
            found = "no row at all" if newest is None else f"no row after {newest}, {age} days before the month's end"
            warnings.append(
                f"{source} is stale in {month}: {found}, expected one within {limit} days; everything made from it "
                "counts as missing for all accounts, so look whether the feed still arrives"
            )
    return stale, warnings


def newest_day(extract: Extract, source: str, month: Month) -> date | None:
    """Give the date of a source's newest row up to month end; None without any."""
    months = [one for one in extract.months[source] if one <= month]
    if not months:
        return None
    event_time = SOURCES[source].event_time
    assert event_time is not None
    rows = extract.events[source].rows(max(months))
    newest: date | None = rows.select(pl.col(event_time).cast(pl.Date).max()).collect(engine="streaming").item()
    return newest
