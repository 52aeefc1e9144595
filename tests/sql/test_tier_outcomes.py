"""What the view tier_outcomes says: who left, shrank or grew 3, 6 and 12 months after a month."""

import polars as pl
import pytest

from sql.dialects import load, read
from sql.engine import transaction
from tests.factories import rows
from tests.sql.months import FEBRUARY, JANUARY, MARCH, exit_of
from transforms.contracts import PUBLISHED

LOW, MID, HIGH = ({"tier": f"{name}_touch"} for name in ("low", "mid", "high"))
APRIL = JANUARY + 3


def outcomes_after_3(query, account_id="a"):
    return query(
        "select is_churned_after_3_months, is_contracted_after_3_months, is_expanded_after_3_months "
        "from tier_outcomes where month = :month and account_id = :account_id",
        month=JANUARY.first_day,
        account_id=account_id,
    ).row(0)


@pytest.mark.parametrize(
    ("arr_later", "expected"),
    [
        pytest.param(90.0, (False, True, False), id="contracted"),
        pytest.param(100.0, (False, False, False), id="stayed"),
        pytest.param(110.0, (False, False, True), id="expanded"),
    ],
)
def test_outcomes_compare_the_arr_three_months_later(publish_month, query, arr_later, expected):
    for month, arr in [(JANUARY, 100.0), (FEBRUARY, 1.0), (MARCH, 500.0), (APRIL, arr_later)]:
        publish_month(month, {"a": {"arr": arr}})
    assert outcomes_after_3(query) == expected


@pytest.mark.parametrize(
    ("exits", "expected"),
    [
        pytest.param([(FEBRUARY, "churned")], (True, False, False), id="churned"),
        pytest.param([(APRIL, "churned")], (True, False, False), id="churned-at-last"),
        pytest.param([(FEBRUARY, "merged")], (False, None, None), id="merged"),
        pytest.param([(MARCH, "internal")], (False, None, None), id="internal"),
        pytest.param([(FEBRUARY, "churned"), (APRIL, "merged")], (False, None, None), id="came-back-and-was-merged"),
        pytest.param([(FEBRUARY, "merged"), (APRIL, "churned")], (True, False, False), id="came-back-and-churned"),
    ],
)
def test_outcomes_tell_churn_from_other_ways_out(publish_month, query, exits, expected):
    publish_month(JANUARY, {"a": LOW})
    for month in (FEBRUARY, MARCH, APRIL):
        changes = [exit_of("a", reason) for of_month, reason in exits if of_month == month]
        publish_month(month, {"b": LOW}, changes=changes)
    assert outcomes_after_3(query) == expected


def test_outcomes_of_who_left_and_came_back_are_those_of_who_is_there(publish_month, query):
    publish_month(JANUARY, {"a": {"arr": 1.0}})
    publish_month(FEBRUARY, {}, changes=[exit_of("a")])
    publish_month(MARCH, {})
    publish_month(APRIL, {"a": {"arr": 2.0}})
    assert outcomes_after_3(query) == (False, False, True)


def test_outcomes_wait_until_the_later_month_is_published(publish_month, query):
    for month in (JANUARY, FEBRUARY, MARCH):
        publish_month(month, {"a": {"arr": 1.0}})
    assert outcomes_after_3(query) == (None, None, None)
    publish_month(APRIL, {}, changes=[exit_of("a")])
    assert outcomes_after_3(query) == (True, False, False)
    later = query("select * from tier_outcomes where month = '2025-01-01'")
    assert later.select(pl.col("^is_.*_(6|12)_months$").null_count()).row(0) == (1,) * 6
    assert later.select("tier", "arr", "health").rows() == [("low_touch", 1.0, None)]


OUTCOMES = {
    # ARR by month from January 2025 on, then what is true after 3, 6 and 12 months: churned, contracted, expanded.
    "grows late": ([100, 100, 100, 100, 100, 100, 120], ["stayed", "expanded", "expanded"]),
    "dips": ([100, 100, 100, 90, 90, 90, 100], ["contracted", "stayed", "stayed"]),
    "leaves in May": ([100, 100, 100, 100, None], ["stayed", "churned", "churned"]),
    "returns smaller": ([100, None, None, None, None, None, 80], ["churned", "contracted", "contracted"]),
}


def test_outcomes_look_three_six_and_twelve_months_ahead(engine):
    months = [JANUARY + number for number in range(13)]
    tiers, exits = [], []
    for account_id, (given_arr, _) in OUTCOMES.items():
        arr_by_month = given_arr + given_arr[-1:] * (len(months) - len(given_arr))
        for month, arr, before in zip(months, arr_by_month, [None, *arr_by_month], strict=False):
            key = {"month": month.first_day, "account_id": account_id}
            if arr is not None:
                tiers.append(key | {"arr": float(arr)})
            elif before is not None:
                exits.append(exit_of(**key, change_id=account_id))
    runs = [{"month": month.first_day, "run_id": str(month), "status": "published"} for month in months]
    with transaction(engine) as connection:
        for table, given_rows in [("account_tiers", tiers), ("tier_changes", exits), ("runs", runs)]:
            load(connection, table, rows(PUBLISHED[table], given_rows))
        found = read(connection, "select * from tier_outcomes where month = '2025-01-01'")
    assert {row["account_id"]: outcomes_of(row) for row in found.to_dicts()} == {
        account_id: expected for account_id, (_, expected) in OUTCOMES.items()
    }


def outcomes_of(row):
    """Name the one thing that is true of an account after 3, 6 and 12 months."""
    names = ("churned", "contracted", "expanded")
    return [
        " ".join(name for name in names if row[f"is_{name}_after_{months}_months"]) or "stayed" for months in (3, 6, 12)
    ]
