"""The rhythm of a source of usage: how often it has rows, which days of it were lost, and what a month can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Literal

import polars as pl

from transforms.facts.feature_sets import UsageFacts
from transforms.month import Month
from transforms.policy.sections import Rhythm

Kind = Literal["daily", "weekly", "monthly"]

USUAL_GAPS: Mapping[Kind, float] = {"daily": 1, "weekly": 7, "monthly": 30}
"""The usual gap of a source whose rhythm is set, or that has too few rows to show one, in days."""

_WEEK_DAYS = 7
_MONTHLY_GAPS = range(28, 32)
_LONGEST_MONTH_DAYS = 31


@dataclass(frozen=True, slots=True)
class SourceRhythm:
    """How often a source of usage has rows.

    Attributes:
        kind: Whether its rows come daily, weekly or monthly.
        usual_gap_days: The median gap between the active days of an account.
        last_date: The last day on which it has rows, up to month end; None without rows.
        is_shown: Whether the project sets it or gaps show it; without either it is taken to be daily.
        lost_days: The days on which far fewer accounts are active than usually on such a weekday.
    """

    kind: Kind
    usual_gap_days: float
    last_date: date | None
    is_shown: bool = True
    lost_days: frozenset[date] = field(default_factory=frozenset)

    def slots(self, month: Month, service_days: pl.Expr, weekday: pl.Expr) -> pl.Expr:
        """Return the reporting slots of a month in service.

        Args:
            month: The month.
            service_days: The days of the month in service, as bits: bit 0 is the 1st.
            weekday: The account's weekday from 1, Monday, on: a weekly source reports on it.

        Returns:
            A whole number. A source without weekly rows has the same slots for every weekday; a month's one report
            stands for whatever part of it the account was in service.
        """
        if self.kind == "monthly":
            return (service_days > 0).cast(pl.Int64)
        slot_days = pl.Series([self._slot_days(month, place) for place in range(1, _WEEK_DAYS + 1)], dtype=pl.UInt32)
        return (service_days & pl.lit(slot_days).gather(weekday - 1)).bitwise_count_ones().cast(pl.Int64)

    def _slot_days(self, month: Month, weekday: int) -> int:
        is_weekly = self.kind == "weekly"
        return sum(
            1 << place
            for place, day in enumerate(_days_of(month))
            if (day.isoweekday() == weekday if is_weekly else day not in self.lost_days)
        )


def source_rhythm(
    usage: Mapping[Month, UsageFacts], month: Month, rules: Rhythm, fixed: Kind | None = None
) -> SourceRhythm:
    """Find the rhythm of a source from its own rows, whatever their order.

    It is weekly where the policy's share of all gaps between the active days of an account are multiples of 7 days,
    monthly where as many are 28 to 31 days, else daily.

    Args:
        usage: Usage facts by month, up to the month, with account_id and active_day_bits.
        month: The month M.
        rules: How many months show the rhythm, and from which share of gaps on it is regular.
        fixed: The rhythm that the project sets; None to find it.
    """
    frames = {one: facts.frame.select("account_id", "active_day_bits") for one, facts in usage.items() if one <= month}
    recent = {one: frame for one, frame in frames.items() if one > month - rules.months}
    spans = pl.concat([_spans(frame, one) for one, frame in recent.items()]) if recent else None
    collected = pl.collect_all([*([] if spans is None else [spans]), *map(_active_accounts, frames.values())])
    active = dict(zip(frames, collected[len(collected) - len(frames) :], strict=True))
    gaps = {} if spans is None else _gaps(collected[0])
    kind = fixed or _kind(gaps, rules)
    usual = USUAL_GAPS[kind] if fixed or not gaps else _median(gaps)
    lost = _lost_days(active, rules) if kind == "daily" else frozenset[date]()
    return SourceRhythm(kind, usual, _last_date(active), fixed is not None or bool(gaps), lost)


def _spans(frame: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Return the bits of each account's month, and its first and last active day as days since 1970."""
    bits, first_day = pl.col("active_day_bits"), pl.lit(month.first_day).to_physical()
    return frame.filter(bits > 0).select(
        "account_id",
        bits,
        (first_day + bits.bitwise_trailing_zeros().cast(pl.Int32)).alias("first"),
        (first_day + _LONGEST_MONTH_DAYS - bits.bitwise_leading_zeros().cast(pl.Int32)).alias("last"),
    )


def _gaps(spans: pl.DataFrame) -> dict[int, int]:
    """Count the gaps between consecutive active days of each account, by their length in days."""
    within: dict[int, int] = {}
    shifted, between = spans["active_day_bits"], spans["active_day_bits"] * 0
    for length in range(1, _LONGEST_MONTH_DAYS):
        shifted = shifted // 2
        pairs = spans["active_day_bits"] & shifted
        within[length] = int((pairs ^ (pairs & between)).bitwise_count_ones().sum())
        between = between | shifted
    is_same = pl.col("account_id") == pl.col("account_id").shift(1)
    across = (
        spans.lazy()
        .select("account_id", "first", "last")
        .sort("account_id", "first")
        .select(pl.when(is_same).then(pl.col("first") - pl.col("last").shift(1)).alias("length"))
        .drop_nulls()
        .group_by("length")
        .len("count")
        .collect(engine="in-memory")
    )
    counted = dict(zip(across["length"].to_list(), across["count"].to_list(), strict=True))
    lengths = sorted(within.keys() | counted.keys())
    gaps = {length: within.get(length, 0) + counted.get(length, 0) for length in lengths}
    return {length: count for length, count in gaps.items() if count}


def _kind(gaps: Mapping[int, int], rules: Rhythm) -> Kind:
    total = sum(gaps.values())
    needed = rules.regular_share * total
    if total and sum(count for length, count in gaps.items() if length % _WEEK_DAYS == 0) >= needed:
        return "weekly"
    if total and sum(count for length, count in gaps.items() if length in _MONTHLY_GAPS) >= needed:
        return "monthly"
    return "daily"


def _median(gaps: Mapping[int, int]) -> float:
    total = sum(gaps.values())
    return (_place(gaps, (total - 1) // 2) + _place(gaps, total // 2)) / 2


def _place(gaps: Mapping[int, int], place: int) -> int:
    passed = 0
    for length, count in sorted(gaps.items()):
        passed += count
        if place < passed:
            return length
    raise IndexError(place)


def _active_accounts(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Count the accounts that are active on each day of a month: one row, one column per day."""
    bits = pl.col("active_day_bits")
    return frame.select((bits // 2**day % 2).cast(pl.Int64).sum().alias(str(day)) for day in range(_LONGEST_MONTH_DAYS))


def _days(active: Mapping[Month, pl.DataFrame]) -> Iterator[tuple[Month, date, int]]:
    for month, counts in sorted(active.items()):
        for day, count in zip(_days_of(month), counts.row(0), strict=False):
            yield month, day, count


def _days_of(month: Month) -> list[date]:
    return [month.first_day + timedelta(days=day) for day in range(month.days)]


def _last_date(active: Mapping[Month, pl.DataFrame]) -> date | None:
    return max((day for _, day, count in _days(active) if count), default=None)


def _lost_days(active: Mapping[Month, pl.DataFrame], rules: Rhythm) -> frozenset[date]:
    """Find the days that were lost: compared with the same weekday in the months up to their own."""
    days = list(_days(active))
    lost = set()
    for month in active:
        window = [one for one in days if month - rules.months < one[0] <= month]
        for weekday in range(_WEEK_DAYS):
            usual = median([count for _, day, count in window if day.weekday() == weekday])
            if usual < rules.lost_day_minimum_accounts:
                continue
            lost |= {
                day
                for own, day, count in window
                if own == month and day.weekday() == weekday and count < rules.lost_day_share * usual
            }
    return frozenset(lost)
