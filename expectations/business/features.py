"""Silent features: features in regular use that nobody used in the month."""

from __future__ import annotations

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from transforms.errors import first_few
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality

_NAME = "features.usage"


def silent_features(features: pl.DataFrame, quality: Quality, month: Month) -> list[Measure]:
    """Count the features that were used in each of the months before and not in this one.

    Args:
        features: Events per month and feature, of this month and the former ones: month, feature, events. Several
            rows of one month and feature add up; other months are left out.
        quality: The limits.
        month: The month.

    Returns:
        ``features.usage``, in features. It does not apply unless some feature was in regular use.
    """
    check = quality.features
    before = [(month - number).first_day for number in range(1, check.former_months + 1)]
    is_enough = pl.col("month").is_in(before) & (pl.col("events") >= check.minimum_monthly_events)
    is_used_now = (pl.col("month") == month.first_day) & (pl.col("events") > 0)
    regular = (
        features.lazy()
        # Without one, features are not recorded.
        .filter(pl.col("feature").is_not_null())
        .group_by("month", "feature")
        .agg(pl.col("events").sum())
        .group_by("feature")
        .agg(months=is_enough.sum(), is_used=is_used_now.any())
        .filter(pl.col("months") == len(before))
        .collect()
    )
    if regular.is_empty():
        why = (
            f"no feature has {check.minimum_monthly_events} events in each of the {check.former_months} months before "
            f"{month}, so none is in regular use"
        )
        return [does_not_apply(_NAME, check.severity, why)]
    silent = sorted(feature for feature, _, is_used in regular.iter_rows() if not is_used)
    message = (
        f"{pluralize(len(regular), 'feature')} in regular use, {len(regular) - len(silent)} of them used in {month}"
    )
    if len(silent) > check.maximum_features:
        message = (
            f"{len(silent)} of {pluralize(len(regular), 'feature')} in regular use have no events in {month}, "
            f"first {first_few(silent)}; expected at most {check.maximum_features}: look whether they are still "
            "recorded, and under the same names"
        )
    return [Measure(_NAME, check.severity, len(silent), None, check.maximum_features, message)]
