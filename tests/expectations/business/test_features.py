from __future__ import annotations

import polars as pl
import pytest

from expectations.business.features import silent_features
from expectations.business.measure import Measure
from tests.expectations.business.limits import limited, only
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")
SCHEMA = {"month": pl.Date, "feature": pl.String, "events": pl.Int64}


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(policy.quality, "features", maximum_features=0, former_months=3, minimum_monthly_events=10)


def frame(**events: list[int | None]) -> pl.DataFrame:
    """Events per feature from March to June; fewer numbers than four leave the last months without a row."""
    listed = [
        ((JUNE - 3 + number).first_day, feature, count)
        for feature, counts in events.items()
        for number, count in enumerate(counts)
    ]
    return pl.DataFrame(listed, schema=SCHEMA, orient="row")


def measured(rows: pl.DataFrame, quality: Quality) -> Measure:
    return only(silent_features(rows, quality, JUNE))


@pytest.mark.parametrize(
    ("search", "silent"),
    [
        pytest.param([10, 10, 10, 1], 0, id="still_used"),
        pytest.param([10, 10, 10, 0], 1, id="zero_events"),
        pytest.param([10, 10, 10, None], 1, id="null_events"),
        pytest.param([10, 10, 10], 1, id="absent"),
        pytest.param([9, 10, 10], 0, id="too_few_once"),
        pytest.param([0, 10, 10], 0, id="new"),
        pytest.param([10, 10, 0, 0], 0, id="gone_before"),
    ],
)
def test_a_feature_in_regular_use_may_not_fall_silent(quality: Quality, search: list[int | None], silent: int) -> None:
    measure = measured(frame(search=search, export=[10, 10, 10, 10]), quality)
    assert (measure.name, measure.observed, measure.is_passed) == ("features.usage", silent, not silent)


def test_silent_features_are_named(quality: Quality) -> None:
    rows = frame(**{name: [10, 10, 10] for name in ("d", "c", "b", "a")}, used=[10, 10, 10, 10])
    assert measured(rows, quality).message == (
        "4 of 5 features in regular use have no events in 2025-06, first 'a', 'b', 'c' and 1 more; expected at most 0: "
        "look whether they are still recorded, and under the same names"
    )


def test_as_many_as_the_policy_allows_pass(quality: Quality) -> None:
    rows = frame(a=[10, 10, 10], b=[10, 10, 10])
    assert measured(rows, limited(quality, "features", maximum_features=2)).is_passed
    assert not measured(rows, limited(quality, "features", maximum_features=1)).is_passed


def test_rows_of_one_month_and_feature_add_up(quality: Quality) -> None:
    halves = pl.concat([frame(search=[5, 5, 5]), frame(search=[5, 5, 5])])
    assert measured(halves, quality).observed == 1


@pytest.mark.parametrize("rows", [frame(), frame(search=[10, 10])], ids=["no_rows", "no_history"])
def test_without_regular_use_it_does_not_apply(quality: Quality, rows: pl.DataFrame) -> None:
    measure = measured(rows, quality)
    assert measure.observed is None
    assert measure.message == (
        "no feature has 10 events in each of the 3 months before 2025-06, so none is in regular use"
    )


def test_older_months_are_left_out(quality: Quality) -> None:
    old = pl.DataFrame([((JUNE - 4).first_day, "search", 99)], schema=SCHEMA, orient="row")
    assert measured(pl.concat([old, frame(search=[0, 10, 10])]), quality).observed is None


def test_row_order_does_not_matter(quality: Quality) -> None:
    rows = frame(a=[10, 10, 10], b=[10, 10, 10], c=[10, 10, 10, 1])
    assert measured(rows.reverse(), quality) == measured(rows, quality)
