"""A month that is incomplete: usage ends long before the month does."""

from __future__ import annotations

from datetime import date

from expectations.business.measure import Measure, does_not_apply
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality

SHORTEST_GAP_DAYS = 1
"""No source has a shorter usual gap: its active days are a day apart."""

_NAME = "month_incomplete"


def month_incomplete(
    newest: date | None, usual_gap_days: float | None, quality: Quality, month: Month
) -> list[Measure]:
    """Measure how many days lie between the last day with usage and the month's end.

    Args:
        newest: The day of the newest row of usage up to month end; None without any row.
        usual_gap_days: The usual number of days from one active day of an account to its next;
            None where no account has a second one yet.
        quality: The days to spare.
        month: The month.

    Returns:
        ``month_incomplete``, in days. It does not apply where usage has not begun, or its gap is not known.
    """
    check = quality.month_incomplete
    if newest is None:
        return [does_not_apply(_NAME, check.severity, f"usage has no row up to the end of {month}")]
    if usual_gap_days is None:
        why = f"no account has a second active day up to the end of {month}, so nothing shows how often usage comes"
        return [does_not_apply(_NAME, check.severity, why)]
    observed, limit = (month.last_day - newest).days, usual_gap_days + check.spare_days
    message = f"the last row of usage is of {newest}, {pluralize(observed, 'day')} before the end of {month}"
    if not is_complete(newest, usual_gap_days, quality, month):
        message += (
            f", expected at most {limit:zg} (a usual gap of {usual_gap_days:zg} and {check.spare_days} to spare): "
            "accounts would look silent on the days that are missing, so load them and run the month again"
        )
    return [Measure(_NAME, check.severity, observed, None, limit, message)]


def is_complete(newest: date, usual_gap_days: float, quality: Quality, month: Month) -> bool:
    """Return whether a last day with usage lies close enough to the month's end; see :func:`month_incomplete`."""
    return (month.last_day - newest).days <= usual_gap_days + quality.month_incomplete.spare_days
