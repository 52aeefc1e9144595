"""What may not be published."""

import math
from datetime import date

import polars as pl
import pytest

from sql.frame_validation import UnfitFrameError, validate_frame, validate_frames
from tests.factories import rows
from tests.sql.months import FEBRUARY, JANUARY
from transforms.contracts import PUBLISHED

SCORES = PUBLISHED["account_scores"]
TIERS = PUBLISHED["account_tiers"]
WIDE = PUBLISHED["score_contributions_wide"]
LISTS = {"metric_values": [], "component_scores": [], "contributions": [], "missing_reasons": []}


def scores(*given):
    return rows(SCORES, given)


def test_a_fit_frame_comes_back_sorted_in_the_contracts_order():
    given = scores({"account_id": "b", "health": 1.0}, {"account_id": "a"})
    ready = validate_frame(given.select(reversed(given.columns)), SCORES, JANUARY)
    assert ready.columns == list(SCORES.columns)
    assert ready["account_id"].to_list() == ["a", "b"]


@pytest.mark.parametrize("table", PUBLISHED.values(), ids=PUBLISHED.keys())
def test_an_empty_frame_is_fit(table):
    assert validate_frame(table.empty(), table, JANUARY if "month" in table.columns else None).is_empty()


@pytest.mark.parametrize(
    ("frame", "table", "fault"),
    [
        pytest.param(scores({}).drop("health"), SCORES, "columns are missing ('health')", id="column-missing"),
        pytest.param(
            scores({}).with_columns(mood=pl.lit(1)), SCORES, "not in its contract ('mood')", id="column-unknown"
        ),
        pytest.param(
            scores({}).with_columns(pl.col("health").cast(pl.Float32)),
            SCORES,
            "column health is Float32, expected Float64",
            id="other-dtype",
        ),
        pytest.param(
            rows(TIERS, [{"account_id": "a", "tier": None}, {"account_id": "b"}]),
            TIERS,
            "1 of 2 rows have no tier ('2025-01-01, a')",
            id="required-null",
        ),
        pytest.param(
            scores({"account_id": "a"}, {"account_id": "b"}, {"account_id": "a"}),
            SCORES,
            "1 row repeats the key month, account_id of another ('2025-01-01, a')",
            id="key-twice",
        ),
        pytest.param(
            scores({"month": date(2025, 2, 1)}), SCORES, "1 of 1 rows are of '2025-02', expected 2025-01", id="month"
        ),
        pytest.param(scores({"health": math.nan}), SCORES, "column health holds numbers that are not", id="nan"),
        pytest.param(scores({"health": -math.inf}), SCORES, "column health holds numbers that are not", id="infinite"),
        pytest.param(
            rows(WIDE, [LISTS | {"contributions": [1.0, math.nan]}]),
            WIDE,
            "column contributions holds numbers that are not",
            id="nan-in-a-list",
        ),
    ],
)
def test_an_unfit_frame_is_refused_in_a_sentence(frame, table, fault):
    with pytest.raises(UnfitFrameError) as caught:
        validate_frame(frame, table, JANUARY)
    assert f"{table.name} cannot be published: " in str(caught.value)
    assert fault in str(caught.value)


def test_the_month_matters_only_where_it_is_asked_for():
    assert validate_frame(scores({}), SCORES).height == 1
    with pytest.raises(UnfitFrameError):
        validate_frame(scores({}), SCORES, FEBRUARY)


def test_of_several_frames_the_unfit_one_is_named():
    fit, unfit = scores({}), rows(WIDE, [LISTS | {"contributions": [1.0, math.nan]}])
    assert validate_frames({SCORES.name: fit}, JANUARY)[SCORES.name].equals(validate_frame(fit, SCORES, JANUARY))
    with pytest.raises(UnfitFrameError, match=f"^{WIDE.name} cannot be published: column contributions"):
        validate_frames({SCORES.name: fit, WIDE.name: unfit}, JANUARY)
    with pytest.raises(UnfitFrameError, match=f"^{SCORES.name} cannot be published: 1 of 1 rows are of"):
        validate_frames({SCORES.name: fit}, FEBRUARY)
