"""How a metric is written for people."""

from __future__ import annotations

import pytest

from flows.explain.read import measured
from transforms.contracts.columns import metrics


@pytest.mark.parametrize(
    ("value", "metric", "words"),
    [
        (1.0, metrics.USAGE_RECENCY_DAYS, "1 day"),
        (0.0, metrics.USAGE_RECENCY_DAYS, "0 days"),
        (0.5, metrics.DAYS_LATE_MEAN, "0.5 days"),
        (-0.0001, metrics.USAGE_TREND_RATIO, "0.0%"),
        (1.0, metrics.HAS_REFERENCE_GRANT, "yes"),
        (None, metrics.NPS, None),
    ],
    ids=["one day", "no days", "half a day", "no share without a sign", "a flag", "unknown"],
)
def test_metrics_are_written_for_people(value, metric, words):
    assert measured(value, metric) == words
