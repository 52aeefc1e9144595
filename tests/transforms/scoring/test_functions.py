"""The scoring functions: hand-checked points, and the laws that every metric may rely on."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from transforms.policy.scoring import ScoringFunction
from transforms.scoring.functions import points

_READ = TypeAdapter(ScoringFunction).validate_python

_RISING = {
    "kind": "bands_at_least",
    "bands": [{"limit": 0.10, "points": 100}, {"limit": -0.10, "points": 75}, {"limit": -0.50, "points": 25}],
    "otherwise": 0,
}
_FRICTION = {
    "kind": "bands_at_most",
    "bands": [{"limit": 0, "points": 60}, {"limit": 2, "points": 100}, {"limit": 6, "points": 75}],
    "otherwise": 20,
}


def _scored(function, *metrics):
    frame = pl.DataFrame({"metric": pl.Series(metrics, dtype=pl.Float64)})
    return frame.select(points(_READ(function), pl.col("metric"))).to_series().to_list()


@pytest.mark.parametrize(
    ("function", "metric", "expected"),
    [
        pytest.param({"kind": "linear", "lo": 0.1, "hi": 0.8}, 0.8, 100, id="linear-at-its-upper-end"),
        pytest.param({"kind": "linear", "lo": 0.1, "hi": 0.8}, 0.1, 0, id="linear-at-its-lower-end"),
        pytest.param({"kind": "linear", "lo": 0.1, "hi": 0.8}, 9, 100, id="linear-clipped-above"),
        pytest.param({"kind": "linear", "lo": 0.1, "hi": 0.8}, -9, 0, id="linear-clipped-below"),
        pytest.param({"kind": "linear", "lo": 2.5, "hi": 4.5}, 4, 75, id="linear-between"),
        pytest.param({"kind": "linear", "lo": 30, "hi": 0}, 3, 90, id="linear-inverted"),
        pytest.param({"kind": "linear", "lo": 5, "hi": 1}, 1, 100, id="linear-inverted-at-its-best"),
        pytest.param(_RISING, 0.10, 100, id="rising-band-reached"),
        pytest.param(_RISING, 0.0999, 75, id="rising-band-missed"),
        pytest.param(_RISING, -0.5, 25, id="lowest-rising-band-reached"),
        pytest.param(_RISING, -0.51, 0, id="below-all-rising-bands"),
        pytest.param(_FRICTION, 0, 60, id="falling-band-of-nothing"),
        pytest.param(_FRICTION, 0.01, 100, id="just-more-than-nothing"),
        pytest.param(_FRICTION, 2, 100, id="falling-band-met"),
        pytest.param(_FRICTION, 2.01, 75, id="falling-band-exceeded"),
        pytest.param(_FRICTION, 6.01, 20, id="above-all-falling-bands"),
        pytest.param({"kind": "half_life", "days": 14}, 0, 100, id="half-life-at-once"),
        pytest.param({"kind": "half_life", "days": 14}, 14, 50, id="half-life-once"),
        pytest.param({"kind": "half_life", "days": 14}, 28, 25, id="half-life-twice"),
        pytest.param({"kind": "half_life", "days": 14}, -3, 100, id="half-life-of-a-negative-number"),
        pytest.param({"kind": "flag", "points": 80}, 1, 80, id="flag-true"),
        pytest.param({"kind": "flag", "points": 80}, 0, 0, id="flag-false"),
        pytest.param({"kind": "percentile"}, 7, 50, id="percentile-of-one"),
    ],
)
def test_points(function, metric, expected):
    assert _scored(function, metric) == [expected]


def test_percentile_shares_average_ranks_and_passes_over_the_unknown():
    # Ranks 1, 2.5, 2.5, 4 of 4 that are known.
    assert _scored({"kind": "percentile"}, 10, 20, 20, None, 30) == [12.5, 50, 50, None, 87.5]


_LIMITS = st.floats(-100, 100, allow_subnormal=False)
_POINTS = st.floats(0, 100)


@st.composite
def _bands(draw, kind):
    limits = sorted(draw(st.lists(_LIMITS, min_size=1, max_size=5, unique=True)), reverse=kind == "bands_at_least")
    bands = [{"limit": limit, "points": draw(_POINTS)} for limit in limits]
    return {"kind": kind, "bands": bands, "otherwise": draw(_POINTS)}


_LINEAR = st.builds(
    lambda lo, hi: {"kind": "linear", "lo": lo, "hi": hi}, _LIMITS, _LIMITS
).filter(lambda function: function["lo"] != function["hi"])  # fmt: skip
_HALF_LIFE = st.builds(lambda days: {"kind": "half_life", "days": days}, st.floats(0.5, 400))
_FLAG = st.builds(lambda given: {"kind": "flag", "points": given}, _POINTS)
_PERCENTILE = st.just({"kind": "percentile"})
_ANY = _LINEAR | _HALF_LIFE | _FLAG | _PERCENTILE | _bands("bands_at_least") | _bands("bands_at_most")
_METRICS = st.lists(st.none() | st.floats(-1e6, 1e6), max_size=12)


@given(_ANY, _METRICS)
def test_points_lie_between_0_and_100_and_only_the_unknown_has_none(function, metrics):
    scored = _scored(function, *metrics)
    assert [one is None for one in scored] == [metric is None for metric in metrics]
    assert all(0 <= one <= 100 for one in scored if one is not None)


@given(_LINEAR | _HALF_LIFE | _PERCENTILE, st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12))
def test_points_never_turn_back(function, metrics):
    scored = _scored(function, *sorted(metrics))
    falls = function["kind"] == "half_life" or function.get("lo", 0) > function.get("hi", 1)
    assert scored == sorted(scored, reverse=falls)


@given(_bands("bands_at_least"), st.floats(-200, 200))
def test_the_highest_band_that_is_reached_sets_the_points(function, metric):
    reached = [band["points"] for band in function["bands"] if metric >= band["limit"]]
    assert _scored(function, metric) == [(reached or [function["otherwise"]])[0]]


@given(_bands("bands_at_most"), st.floats(-200, 200))
def test_the_lowest_band_that_is_not_exceeded_sets_the_points(function, metric):
    met = [band["points"] for band in function["bands"] if metric <= band["limit"]]
    assert _scored(function, metric) == [(met or [function["otherwise"]])[0]]
