"""What the view tier_outcomes says: who left, shrank or grew 3, 6 and 12 months after a month."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sql.dialects import load, read
from sql.engine import transaction
from tests.factories import rows
from tests.sql.months import JANUARY, exit_of
from transforms.contracts import PUBLISHED
from transforms.contracts.columns.views import CONTRACTED_TO_SHARE, EXPANDED_TO_SHARE, OUTCOME_MONTHS
from transforms.evaluation.frame import History, Limits, outcomes
from transforms.month import Month

NAMES = ("churned", "contracted", "expanded")


def published(lives, exits=(), months=None):
    """Make the tables of some months from January 2025 on.

    Args:
        lives: By account, its ARR in each month: null where it is out of scope, negative where it is in grace.
        exits: Account, month from 0 and reason of exits; others follow from the lives, as churn.
        months: How many months there are; by default as many as the longest life.
    """
    months = months or max(len(life) for life in lives.values())
    named = {(account_id, month): reason for account_id, month, reason in exits}
    tables = {name: [] for name in ("account_tiers", "account_features", "tier_changes", "runs")}
    for account_id, life in lives.items():
        whole = [*life, *life[-1:] * (months - len(life))]
        for number, (arr, before) in enumerate(zip(whole, [None, *whole], strict=False)):
            key = {"month": (JANUARY + number).first_day, "account_id": account_id}
            if arr is not None:
                tables["account_tiers"].append(key | {"arr": float(abs(arr))})
                tables["account_features"].append(key | {"arr": float(abs(arr)), "is_in_grace": arr < 0})
            elif before is not None:
                reason = named.get((account_id, number), "churned")
                tables["tier_changes"].append(exit_of(**key, reason=reason, change_id=f"{account_id}:{number}"))
    tables["runs"] = [
        {"month": (JANUARY + number).first_day, "run_id": str(number), "status": "published"}
        for number in range(months)
    ]
    return {name: rows(PUBLISHED[name], given_rows) for name, given_rows in tables.items()}


def view_of(connection, tables):
    for name, frame in tables.items():
        load(connection, name, frame)
    return read(connection, "select * from tier_outcomes order by month, account_id")


@pytest.fixture
def outcomes_in_january(engine):
    """What each account's row of January says after three months; null where nothing is known."""

    def found(lives, exits=(), months=None, horizon=3):
        with transaction(engine) as connection:
            view = view_of(connection, published(lives, exits, months))
        january = view.filter(month=JANUARY.first_day)
        return {row["account_id"]: outcome_of(row, horizon) for row in january.to_dicts()}

    return found


def outcome_of(row, months):
    """Name what is true of an account; None if nothing is known."""
    flags = [row[f"is_{name}_after_{months}_months"] for name in NAMES]
    if flags == [None, None, None]:
        return None
    if flags == [False, None, None]:
        return "left otherwise"
    return " ".join(name for name, flag in zip(NAMES, flags, strict=True) if flag) or "stayed"


GONE, GRACE = None, -100


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        pytest.param([100, 1, 500, 95], "contracted", id="contracted-to-95-percent"),
        pytest.param([100, 100, 100, 95.01], "stayed", id="a-little-less"),
        pytest.param([100, 100, 100, 104.99], "stayed", id="a-little-more"),
        pytest.param([100, 100, 100, 105], "expanded", id="expanded-to-105-percent"),
        pytest.param([2941.18, 0, 0, 3088.239], "expanded", id="equal-on-paper"),
        pytest.param([100, GONE], "churned", id="left-at-once"),
        pytest.param([100, 100, 100, GONE], "churned", id="left-in-the-third-month"),
        pytest.param([100, 100, 100, GRACE, GONE], "churned", id="service-ended-in-the-third-month"),
        pytest.param([100, 100, 100, 100, GONE], "stayed", id="left-in-the-fourth-month"),
        pytest.param([100, 100, 100, GRACE, 120], "stayed", id="in-grace-and-renewed-later"),
        pytest.param([100, GRACE, GRACE, 120], "expanded", id="renewed-late"),
        pytest.param([100, GONE, GONE, GONE, 120], "stayed", id="back-after-three-months"),
        pytest.param([100, GONE, 90], "contracted", id="back-after-one-month"),
        pytest.param([100, GONE, GONE, GONE, GONE, 120], "churned", id="back-after-four-months"),
        pytest.param([100, GRACE, GRACE, GRACE, GRACE, GRACE, GRACE], None, id="still-in-grace"),
        pytest.param([GRACE, GONE], None, id="in-grace-already"),
    ],
)
def test_outcomes_after_three_months(outcomes_in_january, life, expected):
    assert outcomes_in_january({"a": life}, months=7) == {"a": expected}


@pytest.mark.parametrize(
    ("life", "exits", "expected"),
    [
        pytest.param([100, GONE], [(1, "merged")], "left otherwise", id="merged"),
        pytest.param([100, 100, GONE], [(2, "internal")], "left otherwise", id="internal"),
        pytest.param([100, GRACE, GONE], [(2, "removed")], "left otherwise", id="removed"),
        pytest.param([100, GONE, 100, GONE], [(3, "merged")], "left otherwise", id="came-back-and-was-merged"),
        pytest.param([100, GONE, 100, GONE], [(1, "merged")], "churned", id="was-merged-came-back-and-churned"),
    ],
)
def test_outcomes_tell_churn_from_other_ways_out(outcomes_in_january, life, exits, expected):
    assert outcomes_in_january({"a": life}, [("a", *one) for one in exits], months=7) == {"a": expected}


def test_outcomes_wait_three_months_longer_than_their_horizon(outcomes_in_january):
    assert outcomes_in_january({"a": [100, GONE], "b": [100]}, months=6) == {"a": None, "b": None}


def test_outcomes_are_there_when_the_three_months_are_over(outcomes_in_january):
    assert outcomes_in_january({"a": [100, GONE], "b": [100]}, months=7) == {"a": "churned", "b": "stayed"}


OUTCOMES = {
    # ARR by month from January 2025 on, then what is true after 3, 6 and 12 months.
    "grows late": ([100, 100, 100, 100, 100, 100, 120], ["stayed", "expanded", "expanded"]),
    "dips": ([100, 100, 100, 90, 90, 90, 100], ["contracted", "stayed", "stayed"]),
    "leaves in May": ([100, 100, 100, 100, GONE], ["stayed", "churned", "churned"]),
    "returns smaller": ([100, GONE, GONE, GONE, 80], ["stayed", "contracted", "contracted"]),
}


@pytest.mark.parametrize(("place", "horizon"), list(enumerate(OUTCOME_MONTHS)), ids=["after-3", "after-6", "after-12"])
def test_outcomes_look_three_six_and_twelve_months_ahead(outcomes_in_january, place, horizon):
    lives = {account_id: life for account_id, (life, _) in OUTCOMES.items()}
    expected = {account_id: told[place] for account_id, (_, told) in OUTCOMES.items()}
    assert outcomes_in_january(lives, months=16, horizon=horizon) == expected


def test_a_row_says_whether_a_lift_made_its_tier(publish_month, query):
    publish_month(
        JANUARY,
        {
            "lifted": {"tier": "mid_touch", "base_tier": "low_touch", "health": 40.0, "arr": 7.0},
            "lapsed": {"tier": "mid_touch", "base_tier": "mid_touch", "is_in_grace": True},
        },
    )
    found = query(
        "select account_id, tier, base_tier, is_lifted, is_in_grace, health, arr from tier_outcomes order by account_id"
    )
    assert found.rows() == [
        ("lapsed", "mid_touch", "mid_touch", False, True, None, 1.0),
        ("lifted", "mid_touch", "low_touch", True, False, 40.0, 7.0),
    ]


MONTHS = 12
LIVES = st.lists(
    st.lists(st.sampled_from([GONE, -100, -50, 50, 95, 100, 105]), min_size=MONTHS, max_size=MONTHS),
    min_size=1,
    max_size=6,
).filter(lambda lives: any(arr is not None for life in lives for arr in life))


@given(LIVES, st.lists(st.sampled_from(["churned", "merged", "internal"]), min_size=MONTHS, max_size=MONTHS))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_view_agrees_with_the_frame_of_evaluation(engine, lives, reasons):
    named = {str(number): life for number, life in enumerate(lives)}
    exits = [(account_id, month, reason) for account_id in named for month, reason in enumerate(reasons)]
    tables = published(named, exits)
    with engine.connect() as connection:
        view = view_of(connection, tables)
        connection.rollback()
    history = History(
        tiers=tables["account_tiers"].lazy(),
        features=tables["account_features"].lazy(),
        changes=tables["tier_changes"].lazy(),
        newest=Month.parse("2025-12"),
    )
    for horizon in (3, 6):
        columns = [f"is_{name}_after_{horizon}_months" for name in NAMES]
        frame = outcomes(history, horizon, Limits(CONTRACTED_TO_SHARE, EXPANDED_TO_SHARE)).sort("month", "account_id")
        expected = frame.select("month", "account_id", *(f"is_{name}" for name in NAMES)).collect()
        found = view.filter(pl.col(columns[0]).is_not_null()).select("month", "account_id", *columns)
        assert found.rows() == expected.rows()
