"""Quarantined rows: the quarantined share of each source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from expectations.business.measure import Measure, does_not_apply
from expectations.business.words import percent
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality


@dataclass(frozen=True, slots=True)
class QuarantineCounts:
    """How many rows of a source were read and quarantined.

    Attributes:
        rows_read: All rows, the quarantined ones included.
        rows_quarantined: Quarantined rows; a row that broke several rules counts once.
        why: What is wrong with them, with the first examples; empty if there are none.
    """

    rows_read: int
    rows_quarantined: int
    why: str = ""


def quarantined(sources: Mapping[str, QuarantineCounts], quality: Quality, month: Month) -> list[Measure]:
    """Measure the quarantined share of each source.

    Args:
        sources: The counts of each source.
        quality: The limits.
        month: The month.

    Returns:
        ``quarantined.<source>`` per source, by name, always of severity fail. It does not apply without rows.
    """
    return [_measure(source, sources[source], quality.maximum_quarantined_share, month) for source in sorted(sources)]


def _measure(source: str, held: QuarantineCounts, maximum: float, month: Month) -> Measure:
    name = f"quarantined.{source}"
    if not held.rows_read:
        return does_not_apply(name, "fail", f"{source} has no rows in {month}, so none can be quarantined")
    observed = held.rows_quarantined / held.rows_read
    message = f"{held.rows_quarantined:,} of {pluralize(held.rows_read, 'row')} of {source} quarantined in {month}"
    if observed > maximum:
        message += (
            f" ({percent(observed)}), expected at most {percent(maximum)}: {held.why}: see them with retier quarantine "
            f"--month {month} --source {source}, fix the source and run the month again"
        )
    return Measure(name, "fail", observed, None, maximum, message)
