from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.facts.test_feature_sets import unpacked
from tests.transforms.laws import (
    ACCOUNTS,
    assert_order_does_not_matter,
    assert_same,
    by_account,
    days,
    everything,
    lists_of,
)
from transforms.contracts import SOURCES
from transforms.facts.feature_sets import UsageFacts
from transforms.facts.usage import features_of, fold_history, of_merged_accounts, usage_facts, use_case_columns
from transforms.month import Month

USAGE = SOURCES["usage"]
MAY, JUNE = Month.parse("2025-05"), Month.parse("2025-06")
WITH_USERS = everything(USAGE)
WITHOUT_USERS = WITH_USERS - {"usage.user_id"}
JUNE_DAYS = {JUNE.first_day + timedelta(days=number) for number in range(JUNE.days)}


def facts_of(frame: pl.LazyFrame, month: Month = JUNE, configured: frozenset[str] = WITH_USERS) -> UsageFacts:
    in_month = frame.filter(pl.col("date").is_between(month.first_day, month.last_day))
    features = tuple(features_of(in_month).collect()["feature"])
    return UsageFacts(usage_facts(frame, month, features, configured), features)


def counted(given_rows: list[dict[str, Any]], configured: frozenset[str] = WITH_USERS) -> dict[str, dict[str, Any]]:
    frame = rows(USAGE, given_rows, account_id="a", date=JUNE.first_day).lazy()
    return by_account(facts_of(frame, configured=configured).frame)


def test_one_row_per_account():
    result = counted(
        [
            {"date": date(2025, 6, 1), "feature": "chat", "events": 2, "user_id": "u"},
            {"date": date(2025, 6, 30), "feature": "api", "events": 3, "user_id": "v"},
            {"date": date(2025, 6, 30), "feature": "chat", "events": 1, "user_id": "u"},
            {"account_id": "b", "feature": "chat", "events": 5},
        ]
    )
    assert result["a"] == {
        "events": 6,
        "monthly_active_users": 2,
        "active_day_bits": 1 | 1 << 29,
        "last_active_date": date(2025, 6, 30),
        "feature_words_0": 0b11,
    }
    assert result["b"]["feature_words_0"] == 0b10


def test_columns_have_the_stored_types():
    schema = facts_of(rows(USAGE, []).lazy()).frame.collect_schema()
    assert dict(schema) == {
        "account_id": pl.String,
        "events": pl.Int64,
        "monthly_active_users": pl.Int64,
        "active_day_bits": pl.UInt32,
        "last_active_date": pl.Date,
        "feature_words_0": pl.UInt64,
    }


@pytest.mark.parametrize(
    "ignored",
    [
        pytest.param({"events": 0}, id="no_events"),
        pytest.param({"date": date(2025, 5, 31)}, id="the_day_before"),
        pytest.param({"date": date(2025, 7, 1)}, id="the_day_after"),
    ],
)
def test_what_counts_for_nothing(ignored):
    row = {"feature": "chat", "events": 1, "user_id": "u", "active_users": 1}
    more = row | {"date": date(2025, 6, 20), "user_id": "v", "active_users": 9, "feature": "api"} | ignored
    assert counted([row, more]) == counted([row])
    assert counted([more]) == {}


@pytest.mark.parametrize(
    ("given_rows", "configured", "expected"),
    [
        pytest.param([{"user_id": "u"}, {"user_id": "u"}, {"user_id": "v"}], WITH_USERS, 2, id="distinct_users"),
        pytest.param([{"user_id": "u"}, {}], WITH_USERS, 1, id="nobody_is_no_user"),
        pytest.param([{"user_id": "u", "active_users": 9}], WITH_USERS, 1, id="users_before_counts"),
        pytest.param([{"active_users": 4}, {"active_users": 9}], WITH_USERS, 9, id="counts_where_no_user_is_named"),
        pytest.param([{"active_users": 4}, {"active_users": 9}], WITHOUT_USERS, 9, id="highest_daily_count"),
        pytest.param([{}], WITH_USERS, None, id="nobody_counted"),
        pytest.param([{}], WITHOUT_USERS, None, id="nobody_counted_without_users"),
    ],
)
def test_monthly_active_users(given_rows, configured, expected):
    assert counted(given_rows, configured)["a"]["monthly_active_users"] == expected


def test_features_without_events_are_not_features():
    frame = rows(USAGE, [{"feature": "b"}, {"feature": "a"}, {"feature": "a"}, {"feature": "c", "events": 0}])
    assert features_of(frame.lazy()).collect()["feature"].to_list() == ["a", "b"]


def test_more_features_than_two_words_hold():
    names = [f"feature_{number:03}" for number in range(150)]
    frame = rows(USAGE, [{"account_id": name[-1], "feature": name, "date": JUNE.first_day} for name in names])
    expected: dict[str, set[str]] = {}
    for name in names:
        expected.setdefault(name[-1], set()).add(name)
    assert unpacked(facts_of(frame.lazy())) == expected


def test_a_feature_that_is_not_listed_is_not_lost_silently():
    frame = rows(USAGE, [{"feature": "new", "date": JUNE.first_day}]).lazy()
    with pytest.raises(pl.exceptions.InvalidOperationError, match="new"):
        usage_facts(frame, JUNE, ["old"], WITH_USERS).collect()


USAGE_ROWS = lists_of(
    {
        "account_id": ACCOUNTS,
        "date": days(MAY.first_day, JUNE.last_day + timedelta(days=3)),
        "feature": st.sampled_from(["api", "chat", "reports"]),
        "events": st.integers(0, 3),
        "user_id": st.sampled_from([None, "u", "v", "w"]),
        "active_users": st.none() | st.integers(0, 5),
    }
)


@given(USAGE_ROWS, st.integers(0, 99))
@settings(deadline=None)
def test_order_does_not_matter(given_rows, seed):
    assert_order_does_not_matter(lambda frame: facts_of(frame).frame, rows(USAGE, given_rows), seed)


@given(USAGE_ROWS)
@settings(deadline=None)
def test_the_same_as_counting_by_hand(given_rows):
    expected: dict[str, dict[str, Any]] = {}
    for row in given_rows:
        if row["events"] and row["date"].month == JUNE.first_day.month:
            one = expected.setdefault(
                row["account_id"], {"events": 0, "days": set(), "users": set(), "features": set()}
            )
            one["events"] += row["events"]
            one["days"].add(row["date"].day)
            one["users"] |= {row["user_id"]} - {None}
            one["features"].add(row["feature"])
    facts = facts_of(rows(USAGE, given_rows).lazy())
    features = unpacked(facts)
    for account, row in by_account(facts.frame).items():
        hand = expected.pop(account)
        assert row["events"] == hand["events"]
        assert {day for day in range(1, 32) if row["active_day_bits"] >> (day - 1) & 1} == hand["days"]
        assert row["last_active_date"] == date(2025, 6, max(hand["days"]))
        assert features[account] == hand["features"]
        if hand["users"]:
            assert row["monthly_active_users"] == len(hand["users"])
    assert expected == {}


@given(USAGE_ROWS)
@settings(deadline=None)
def test_batches_add_up(given_rows):
    frame = rows(USAGE, given_rows).with_columns(user_id=pl.lit(None, pl.String), active_users=pl.lit(None, pl.Int64))
    features = tuple(sorted({row["feature"] for row in given_rows}))
    batches = [usage_facts(part.lazy(), JUNE, features, WITH_USERS) for part in (frame[::2], frame[1::2])]
    whole = usage_facts(frame.lazy(), JUNE, features, WITH_USERS)
    assert_same(of_merged_accounts(UsageFacts(pl.concat(batches), features)).frame, whole)


def test_merged_accounts_bring_their_users_along():
    result = facts_of(
        rows(
            USAGE,
            [{"account_id": "a", "active_users": 3}, {"account_id": "b", "active_users": 4}, {"account_id": "c"}],
            date=JUNE.first_day,
        ).lazy()
    )
    all_one = UsageFacts(result.frame.with_columns(account_id=pl.lit("z")), result.features)
    merged = by_account(of_merged_accounts(all_one).frame)
    assert merged["z"]["monthly_active_users"] == 7
    nobody = UsageFacts(all_one.frame.filter(pl.col("monthly_active_users").is_null()), result.features)
    assert by_account(of_merged_accounts(nobody).frame)["z"]["monthly_active_users"] is None


@given(USAGE_ROWS)
@settings(deadline=None)
def test_folding_months_is_uniting_them(given_rows):
    frame = rows(USAGE, given_rows).lazy()
    history = fold_history(fold_history(None, facts_of(frame, MAY)), facts_of(frame, JUNE))
    used = [row for row in given_rows if row["events"] and row["date"] <= JUNE.last_day]
    assert history.features == tuple(sorted({row["feature"] for row in used}))
    assert unpacked(UsageFacts(history.frame.drop("last_active_date"), history.features)) == {
        account: {row["feature"] for row in used if row["account_id"] == account}
        for account in {row["account_id"] for row in used}
    }
    assert {account: row["last_active_date"] for account, row in by_account(history.frame).items()} == {
        account: max(row["date"] for row in used if row["account_id"] == account)
        for account in {row["account_id"] for row in used}
    }


USE_CASES = [frozenset({"chat", "api"}), frozenset({"reports", "api"}), frozenset({"never used"})]


def test_events_of_use_cases_are_summed_beside_the_others():
    frame = rows(
        USAGE,
        [
            {"feature": "chat", "events": 2},
            {"feature": "api", "events": 3},
            {"feature": "reports", "events": 4, "account_id": "b"},
            {"feature": "reports", "events": 9, "date": MAY.first_day},
        ],
        account_id="a",
        date=JUNE.first_day,
    ).lazy()
    features = ["api", "chat", "reports"]
    result = by_account(usage_facts(frame, JUNE, features, WITH_USERS, USE_CASES))
    assert [result["a"][name] for name in use_case_columns(3)] == [5, 3, 0]
    assert [result["b"][name] for name in use_case_columns(3)] == [0, 4, 0]


@given(USAGE_ROWS)
@settings(deadline=None)
def test_use_cases_change_no_other_column(given_rows):
    frame = rows(USAGE, given_rows).lazy()
    features = features_of(frame).collect()["feature"].to_list()
    with_cases = usage_facts(frame, JUNE, features, WITH_USERS, USE_CASES)
    assert_same(with_cases.drop(use_case_columns(3)), usage_facts(frame, JUNE, features, WITH_USERS))
    for row in with_cases.collect().iter_rows(named=True):
        of_account = [one for one in given_rows if one["account_id"] == row["account_id"]]
        for name, case in zip(use_case_columns(3), USE_CASES, strict=True):
            counted = [one for one in of_account if one["feature"] in case and one["date"] in JUNE_DAYS]
            assert row[name] == sum(one["events"] for one in counted)
