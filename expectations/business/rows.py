"""Row counts: how many rows a source has, compared with former months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import dropwhile
from statistics import median

from expectations.business.measure import Measure, does_not_apply, number_text
from transforms.contracts import Severity
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality, RowsCheck

Counts = tuple[int, Sequence[int]]
"""The rows of a month, and those of the months before it, oldest first."""


def rows(counts: Mapping[str, Counts], quality: Quality, month: Month) -> list[Measure]:
    """Measure the rows of each source as a ratio to the median of the months before.

    Args:
        counts: Per source its rows, of the month for sources of events and of the whole table for others, and the
            same of former months, oldest first. Zeros before the first month with rows are left out: the source had
            not begun.
        quality: The limits.
        month: The month.

    Returns:
        ``rows.<source>`` per source, by name. It does not apply with too few months or rows before. That of usage has
        another severity below its own ratio.
    """
    return [_measure(source, *counts[source], quality.rows, month) for source in sorted(counts)]


def _measure(source: str, count: int, former: Sequence[int], check: RowsCheck, month: Month) -> Measure:
    name = f"rows.{source}"
    begun = list(dropwhile(lambda rows_of_month: rows_of_month == 0, former[-check.former_months :]))
    if len(begun) < check.minimum_former_months:
        needed = check.minimum_former_months
        why = f"{source} has {pluralize(len(begun), 'month')} to compare {month} with, {needed} are needed"
        return does_not_apply(name, check.severity, why)
    usual = median(begun)
    if usual < check.minimum_median_rows:
        why = (
            f"{source} usually counts {number_text(usual)}; under {check.minimum_median_rows} rows any change is chance"
        )
        return does_not_apply(name, check.severity, why)
    found = f"{source} has {pluralize(count, 'row')} in {month} and usually {number_text(usual)}"
    severity, minimum = _lower_limit(source, count / usual, check)
    measure = Measure(name, severity, count / usual, minimum, check.maximum_ratio, found)
    if measure.is_passed:
        return measure
    what = "lost rows or came late" if count < usual else "was delivered twice"
    message = (
        f"{found} (median of {pluralize(len(begun), 'month')}), {measure.observed_text} times as many, expected "
        f"{measure.expected_text} times: look whether its export {what}, and run the month again"
    )
    return replace(measure, message=message)


def _lower_limit(source: str, ratio: float, check: RowsCheck) -> tuple[Severity, float]:
    """Return the limit that a ratio is held to, and what a failure does: usage has one of its own."""
    if source != "usage":
        return check.severity, check.minimum_ratio
    severity = check.usage_severity if ratio < check.usage_minimum_ratio else check.severity
    return severity, max(check.usage_minimum_ratio, check.minimum_ratio)
