"""How often usage has rows, as the sample shows it, and whether the rows of the month reach its end."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from expectations.business.month_incomplete import is_complete
from flows.preflight.report import UsageRhythm
from flows.preflight.sources import Looked, warn
from transforms.facts.feature_sets import UsageFacts
from transforms.facts.rhythm import Kind, source_rhythm
from transforms.facts.usage import usage_facts
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy import Policy


def rhythm_of_usage(usage: Looked, policy: Policy, month: Month, fixed: Kind | None) -> UsageRhythm | None:
    """Find the rhythm of the sampled usage, and warn where the month's rows end long before the month.

    Args:
        usage: What was found of usage; the warning is added to it.
        policy: The policy in force in the month.
        month: The month.
        fixed: The rhythm that the project sets; None to find it.

    Returns:
        The rhythm; None where the sample shows none: it was cut off, or no account has a second active day.
    """
    recent = {one: rows for one, rows in usage.months.items() if one > month - policy.rhythm.months}
    facts = _facts(recent, usage.configured)
    if usage.is_cut_off or not facts:
        return None
    found = source_rhythm(facts, month, policy.rhythm, fixed)
    if not found.is_shown:
        return None
    if found.last_date is not None and not is_complete(found.last_date, found.usual_gap_days, policy.quality, month):
        before = pluralize((month.last_day - found.last_date).days, "day")
        limit = found.usual_gap_days + policy.quality.month_incomplete.spare_days
        warn(
            usage,
            f"usage ends on {found.last_date}, {before} before the end of {month}, expected at most {limit:zg} (a "
            f"usual gap of {found.usual_gap_days:zg} and {policy.quality.month_incomplete.spare_days} to spare): a run "
            "would stop at month_incomplete, so load the days that are missing first",
        )
    return UsageRhythm(found.kind, found.usual_gap_days, is_set=fixed is not None)


def _facts(months: Mapping[Month, pl.LazyFrame], configured: frozenset[str]) -> dict[Month, UsageFacts]:
    """Make usage facts of the months without their features, which say nothing of the rhythm."""
    facts = {}
    for month, rows in months.items():
        of_month = rows.with_columns(pl.lit("any").alias("feature"))
        frame = usage_facts(of_month, month, ["any"], configured).collect(engine="streaming")
        if not frame.is_empty():
            facts[month] = UsageFacts(frame.lazy(), ("any",))
    return facts
