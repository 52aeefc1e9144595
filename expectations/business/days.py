"""Silent days: days without usage although their weekday usually has some."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from statistics import median

from expectations.business.measure import Measure, does_not_apply
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality

_NAME = "days.usage"
_SHOWN = 5
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def silent_days(used: Mapping[date, int], quality: Quality, month: Month) -> list[Measure]:
    """Count the days of a month without usage whose weekday usually has some.

    A day without rows counts like a day whose rows all have 0 or null events. A weekday that is usually quiet, such as
    Sunday, never counts: the median of the other same weekdays must reach the minimum of the policy.

    Args:
        used: The rows of usage with events, by day; a day without any may be left out.
        quality: The limits.
        month: The month.

    Returns:
        ``days.usage``, in days. It does not apply where no weekday usually has enough rows.
    """
    check = quality.days
    usual = {day: _usual_rows(day, used, month) for day in _days(month)}
    judged = [day for day in usual if usual[day] >= check.minimum_usual_rows]
    if not judged:
        why = (
            f"no weekday of {month} usually has {check.minimum_usual_rows} rows of usage, so an empty day may be chance"
        )
        return [does_not_apply(_NAME, check.severity, why)]
    silent = [day for day in judged if not used.get(day, 0)]
    message = f"{pluralize(len(judged), 'day')} of {month} should have usage and {len(judged) - len(silent)} have some"
    if len(silent) > check.maximum_days:
        message = (
            f"usage has no events on {pluralize(len(silent), 'day')} of {month} whose weekday usually has some, first "
            f"{_named(silent, usual)}; expected at most {check.maximum_days}: look whether the files of these days "
            "arrived, and run the month again"
        )
    return [Measure(_NAME, check.severity, len(silent), None, check.maximum_days, message)]


def _days(month: Month) -> list[date]:
    return [month.first_day + timedelta(days=number) for number in range(month.days)]


def _usual_rows(day: date, used: Mapping[date, int], month: Month) -> float:
    others = [one for one in _days(month) if one.weekday() == day.weekday() and one != day]
    return median(used.get(one, 0) for one in others)


def _named(silent: list[date], usual: Mapping[date, float]) -> str:
    named = ", ".join(f"{_WEEKDAYS[day.weekday()]} {day} (usually {usual[day]:z,.0f} rows)" for day in silent[:_SHOWN])
    more = len(silent) - _SHOWN
    return f"{named} and {more} more" if more > 0 else named
