"""Golden examples for grants, overrides and what is known of an account's name and opinion."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from tests.transforms.pillars.world import EVERYTHING, M, measured
from transforms.pillars.strategic import with_grants

_LAST = M.last_day
_DAY = timedelta(days=1)
_LONG_AGO, _FAR = date(2020, 1, 1), date(2030, 1, 1)


def _grant(kind="reference", start=_LONG_AGO, end=_FAR, floor=None):
    return {"kind": kind, "start_date": start, "end_date": end, "floor_tier": floor}


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        pytest.param([_grant()], (True, False, True, None), id="reference"),
        pytest.param([_grant("co_development")], (False, True, True, None), id="co-development"),
        pytest.param([_grant("floor", floor="mid_touch")], (False, False, True, "mid_touch"), id="floor-only"),
        pytest.param([_grant(end=_LAST)], (True, False, True, None), id="ends-on-the-last-day"),
        pytest.param([_grant(end=_LAST - _DAY)], (False, False, False, None), id="ended-the-day-before"),
        pytest.param([_grant(start=_LAST)], (True, False, True, None), id="starts-on-the-last-day"),
        pytest.param([_grant(start=_LAST + _DAY)], (False, False, False, None), id="starts-next-month"),
        pytest.param(
            [_grant(floor="mid_touch"), _grant("floor", floor="high_touch"), _grant("floor", floor="low_touch")],
            (True, False, True, "high_touch"),
            id="the-highest-floor",
        ),
        pytest.param(
            [_grant("floor", floor="high_touch", end=_LAST - _DAY), _grant(floor="low_touch")],
            (True, False, True, "low_touch"),
            id="a-floor-that-ended-is-none",
        ),
        pytest.param([], (False, False, False, None), id="none"),
    ],
)
def test_grants(policy, grants, expected):
    row = measured(policy, strategic_grants=grants)["a"]
    names = ("has_reference_grant", "has_co_development_grant", "has_grant", "grant_floor_tier")
    assert tuple(row[name] for name in names) == expected


def test_without_the_source_no_account_has_a_grant():
    accounts = with_grants(pl.LazyFrame({"account_id": ["a"]}), None, M)
    assert accounts.collect().to_dicts() == [
        {
            "account_id": "a",
            "has_reference_grant": False,
            "has_co_development_grant": False,
            "has_grant": False,
            "grant_floor_tier": None,
        }
    ]


def _override(tier, start, end=_FAR):
    return {"tier": tier, "start_date": start, "end_date": end}


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        pytest.param([_override("high_touch", _LAST)], "high_touch", id="from-the-last-day"),
        pytest.param([_override("high_touch", _LONG_AGO, _LAST)], "high_touch", id="up-to-the-last-day"),
        pytest.param([_override("high_touch", _LAST + _DAY)], None, id="from-next-month"),
        pytest.param([_override("high_touch", _LONG_AGO, _LAST - _DAY)], None, id="ended"),
        pytest.param(
            [_override("low_touch", _LAST - _DAY), _override("high_touch", _LONG_AGO)],
            "low_touch",
            id="latest-start-wins",
        ),
        pytest.param(
            [_override("mid_touch", _LAST, _LAST), _override("low_touch", _LAST)], "low_touch", id="then-the-latest-end"
        ),
    ],
)
def test_override(policy, overrides, expected):
    row = measured(policy, overrides=overrides)["a"]
    assert row["override_tier"] == expected
    assert (row["override_start_date"] is None) == (expected is None)


@pytest.mark.parametrize(
    ("nps_date", "expected"),
    [
        pytest.param(_LAST - 180 * _DAY, 40.0, id="exactly-180-days-old"),
        pytest.param(_LAST - 181 * _DAY, None, id="expired"),
        pytest.param(None, 40.0, id="undated-never-expires"),
    ],
)
def test_nps(policy, nps_date, expected):
    assert measured(policy, accounts=[{"nps": 40.0, "nps_date": nps_date}])["a"]["nps"] == expected


def test_grants_that_are_not_mapped_are_unknown_to_the_score_and_none_to_the_tier(policy):
    row = measured(policy, configured=EVERYTHING - {"strategic_grants"})["a"]
    assert row["has_reference_grant"] is None
    assert row["has_grant"] is False
