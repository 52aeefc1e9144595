"""Freshness: the newest day of each source, by which one that fell silent is told from customers who did."""

from __future__ import annotations

from datetime import date

import polars as pl

from flows.inputs.opened import Opened
from transforms.contracts import SOURCES
from transforms.month import Month


def newest_days(opened: Opened, month: Month) -> dict[str, date | None]:
    """Return the day of the newest row up to month end, by source of events; None without any."""
    return {source: _newest_day(opened, source, month) for source in sorted(opened.events)}


def _newest_day(opened: Opened, source: str, month: Month) -> date | None:
    months = [one for one in opened.months[source] if one <= month]
    if not months:
        return None
    event_time = SOURCES[source].event_time
    assert event_time is not None
    rows = opened.events[source].usable(max(months))
    newest: date | None = rows.select(pl.col(event_time).cast(pl.Date).max()).collect(engine="streaming").item()
    return newest
