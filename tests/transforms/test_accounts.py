from __future__ import annotations

from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.laws import assert_order_does_not_matter, days, lists_of
from transforms.accounts import account_map, mapped
from transforms.contracts import SOURCES
from transforms.errors import DataQualityError
from transforms.month import Month

JUNE = Month.parse("2025-06")
LAST_DAY = date(2025, 6, 30)


def accounts(parents: dict[str, str | None]) -> pl.LazyFrame:
    given_rows = [{"account_id": name, "parent_account_id": parent} for name, parent in parents.items()]
    return rows(SOURCES["accounts"], given_rows).lazy()


def merges(pairs: dict[str, str], day: date = LAST_DAY) -> pl.LazyFrame:
    given_rows = [{"from_account_id": a, "into_account_id": b, "date": day} for a, b in pairs.items()]
    return rows(SOURCES["account_merges"], given_rows).lazy()


def into(mapping: pl.DataFrame) -> dict[str, str]:
    return dict(mapping.rows())


@pytest.mark.parametrize(
    ("known", "pairs", "expected"),
    [
        pytest.param("ab", {}, {}, id="none"),
        pytest.param("ab", {"a": "b"}, {"a": "b"}, id="one"),
        pytest.param("b", {"a": "b"}, {"a": "b"}, id="merged_account_is_gone_from_accounts"),
        pytest.param("abcde", {"a": "b", "b": "c", "d": "c"}, {"a": "c", "b": "c", "d": "c"}, id="chain"),
        pytest.param("ac", {"a": "b", "b": "c"}, {"a": "c", "b": "c"}, id="chain_through_a_missing_account"),
        pytest.param("ab", {"a": "b", "b": "gone"}, {"a": "b"}, id="ends_with_the_last_that_exists"),
        pytest.param("a", {"a": "gone"}, {}, id="never_into_nothing"),
        pytest.param("z", {"a": "gone"}, {"a": "gone"}, id="neither_exists"),
    ],
)
def test_merges(known, pairs, expected):
    mapping = account_map(accounts(dict.fromkeys(known)), merges(pairs), JUNE, "account")
    assert into(mapping) == expected
    assert mapping.columns == ["account_id", "into_account_id"]


def test_a_long_chain_is_followed_to_its_end():
    names = [f"{number:04}" for number in range(1000)]
    mapping = account_map(accounts(dict.fromkeys(names)), merges(dict(pairwise(names))), JUNE, "account")
    assert into(mapping) == dict.fromkeys(names[:-1], names[-1])


@pytest.mark.parametrize(
    ("day", "expected"),
    [pytest.param(LAST_DAY, {"a": "b"}, id="last_day"), pytest.param(date(2025, 7, 1), {}, id="later")],
)
def test_merges_up_to_the_month_end_count(day, expected):
    assert into(account_map(accounts(dict.fromkeys("ab")), merges({"a": "b"}, day), JUNE, "account")) == expected


FAMILY = {"top": None, "mid": "top", "low": "mid", "alone": None, "own": "own"}


@pytest.mark.parametrize(
    ("tier_at", "expected"),
    [
        pytest.param("account", {}, id="account"),
        pytest.param("ultimate_parent", {"mid": "top", "low": "top"}, id="ultimate_parent"),
    ],
)
def test_families(tier_at, expected):
    assert into(account_map(accounts(FAMILY), None, JUNE, tier_at)) == expected


def test_a_parent_that_is_no_account_takes_nobody():
    mapping = account_map(accounts({"a": "gone", "b": "a"}), None, JUNE, "ultimate_parent")
    assert into(mapping) == {"b": "a"}


def test_a_merged_account_belongs_to_the_family_that_it_went_into():
    parents = {"a": "old_top", "b": "mid", "mid": "new_top", "old_top": None, "new_top": None}
    mapping = account_map(accounts(parents), merges({"a": "b"}), JUNE, "ultimate_parent")
    assert into(mapping) == {"a": "new_top", "b": "new_top", "mid": "new_top"}


@pytest.mark.parametrize(
    ("pairs", "parents", "named"),
    [
        pytest.param({"a": "b", "b": "a"}, {}, "2 accounts in a circle.*'a', 'b'", id="merges"),
        pytest.param({"a": "a"}, {}, "1 account in a circle.*'a'", id="merged_into_itself"),
        pytest.param({}, {"a": "b", "b": "c", "c": "a"}, "3 accounts in a circle.*'a', 'b', 'c'", id="parents"),
        pytest.param({"a": "b"}, {"b": "a"}, "2 accounts in a circle", id="merge_into_its_own_child"),
    ],
)
def test_a_circle_is_an_error(pairs, parents, named):
    known = dict.fromkeys("abc") | parents
    with pytest.raises(DataQualityError, match=named):
        account_map(accounts(known), merges(pairs), JUNE, "ultimate_parent")


def test_rows_of_merged_accounts_count_for_the_one_that_remains():
    usage = rows(SOURCES["usage"], [{"account_id": "a", "events": 1}, {"account_id": "b", "events": 2}])
    mapping = account_map(accounts(dict.fromkeys("ab")), merges({"a": "b"}), JUNE, "account")
    result = mapped(usage.lazy(), mapping).collect()
    assert result.schema == usage.schema
    assert sorted(result.select("account_id", "events").rows()) == [("b", 1), ("b", 2)]


def test_without_merges_rows_stay_as_they_are():
    usage = rows(SOURCES["usage"], [{"account_id": "a"}]).lazy()
    assert mapped(usage, account_map(accounts({"a": None}), None, JUNE, "account")) is usage


LINKS = lists_of(
    {
        "from_account_id": st.sampled_from("abcd"),
        "into_account_id": st.sampled_from("efgh"),
        "date": days(date(2025, 6, 28), date(2025, 7, 2)),
    }
)


@given(LINKS, st.integers(0, 99))
def test_order_does_not_matter(links, seed):
    family = accounts({"e": "f", "f": "g", "a": "g", "g": None, "h": None})
    assert_order_does_not_matter(
        lambda frame: account_map(family, frame, JUNE, "ultimate_parent").lazy(),
        rows(SOURCES["account_merges"], links),
        seed,
    )


@given(LINKS)
def test_an_account_that_stands_for_others_stands_for_itself(links):
    family = accounts({"e": "f", "f": "g", "a": "g", "g": None, "h": None})
    found = into(account_map(family, rows(SOURCES["account_merges"], links).lazy(), JUNE, "ultimate_parent"))
    assert not set(found) & set(found.values())
