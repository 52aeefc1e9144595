from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.laws import by_account
from transforms.facts.feature_sets import (
    UsageFacts,
    feature_count,
    masks,
    new_features,
    remapped,
    united,
    word_columns,
)

MANY = [f"feature_{number:03}" for number in range(200)]
"""More than three words of 64 bits."""


def packed(sets: list[tuple[str, set[str]]], features: list[str], **more: list) -> UsageFacts:
    """A frame with one row per given pair of account and set, in their order."""
    bits = [masks(features, chosen) for _, chosen in sets]
    frame = pl.LazyFrame(
        {
            "account_id": pl.Series([account for account, _ in sets], dtype=pl.String),
            **{name: pl.Series([row[name] for row in bits], dtype=pl.UInt64) for name in word_columns(features)},
            **more,
        }
    )
    return UsageFacts(frame, tuple(features))


def unpacked(facts: UsageFacts) -> dict[str, set[str]]:
    """The sets by account, read bit by bit."""
    return {
        account: {
            feature
            for position, feature in enumerate(facts.features)
            if row[f"feature_words_{position // 64}"] >> (position % 64) & 1
        }
        for account, row in by_account(facts.frame).items()
    }


def counted(facts: UsageFacts, among: list[str] | None = None) -> dict[str, int]:
    frame = facts.frame.select("account_id", count=feature_count(facts.features, among))
    assert frame.collect_schema()["count"] == pl.Int64
    return {account: row["count"] for account, row in by_account(frame).items()}


FEATURE_LISTS = st.sets(st.sampled_from(MANY)).map(sorted)
SETS = st.sets(st.sampled_from(MANY))


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, 1), (1, 1), (64, 1), (65, 2), (128, 2), (129, 3)],
)
def test_a_word_for_each_64_features_and_at_least_one(count, expected):
    assert word_columns(MANY[:count]) == [f"feature_words_{word}" for word in range(expected)]


@pytest.mark.parametrize("position", [0, 1, 63, 64, 127, 128, 199])
def test_each_feature_has_its_bit(position):
    facts = packed([("a", {MANY[position]})], MANY)
    row = by_account(facts.frame)["a"]
    assert row == {
        name: 1 << (position % 64) if word == position // 64 else 0 for word, name in enumerate(word_columns(MANY))
    }
    assert counted(facts) == {"a": 1}


def test_a_missing_word_is_an_empty_one():
    frame = pl.LazyFrame({"account_id": ["a"], "feature_words_0": pl.Series([None], dtype=pl.UInt64)})
    assert counted(UsageFacts(frame, ("x",))) == {"a": 0}


def test_equal_lists_need_no_moving():
    facts = packed([("a", {MANY[3]})], MANY)
    assert remapped(facts.frame, MANY, list(MANY)) is facts.frame


def test_other_columns_stay_when_bits_move():
    facts = packed([("a", {"x"})], ["x"], events=[7])
    moved = remapped(facts.frame, ["x"], ["w", "x"]).collect()
    assert moved.to_dicts() == [{"account_id": "a", "events": 7, "feature_words_0": 2}]


@given(FEATURE_LISTS, FEATURE_LISTS, SETS)
@settings(deadline=None)
def test_moving_keeps_the_features_that_both_lists_have(old, new, chosen):
    facts = packed([("a", chosen)], old)
    moved = UsageFacts(remapped(facts.frame, old, new), tuple(new))
    assert moved.frame.collect_schema().names() == ["account_id", *word_columns(new)]
    assert unpacked(moved) == {"a": chosen & set(old) & set(new)}


@given(FEATURE_LISTS, SETS, SETS)
@settings(deadline=None)
def test_counting_all_and_counting_a_catalogue(features, chosen, catalogue):
    facts = packed([("a", chosen)], features)
    assert counted(facts) == {"a": len(chosen & set(features))}
    assert counted(facts, sorted(catalogue)) == {"a": len(chosen & set(features) & catalogue)}


MONTHS = st.lists(
    st.tuples(FEATURE_LISTS, st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), SETS), max_size=4)),
    min_size=1,
    max_size=3,
)


@given(MONTHS)
@settings(deadline=None)
def test_union_over_frames_and_rows(months):
    result = united([packed(sets, features) for features, sets in months])
    assert result.features == tuple(sorted({feature for features, _ in months for feature in features}))
    expected: dict[str, set[str]] = {}
    for features, sets in months:
        for account, chosen in sets:
            expected.setdefault(account, set()).update(chosen & set(features))
    assert unpacked(result) == expected


def test_union_keeps_the_latest_of_other_columns():
    earlier = packed([("a", {"x"}), ("b", set())], ["x"], last_active=[3, None])
    later = packed([("a", {"y"}), ("c", {"y"})], ["y"], last_active=[2, 5])
    result = by_account(united([earlier, later], latest=["last_active"]).frame)
    assert {account: row["last_active"] for account, row in result.items()} == {"a": 3, "b": None, "c": 5}


@given(FEATURE_LISTS, SETS, FEATURE_LISTS, SETS, st.booleans())
@settings(deadline=None)
def test_what_was_not_there_before_is_new(features, chosen, former_features, former, has_row_before):
    now = packed([("a", chosen)], features)
    before = packed([("a", former)] if has_row_before else [("b", former)], former_features)
    had = former & set(former_features) if has_row_before else set()
    expected = len((chosen & set(features)) - had)
    assert by_account(new_features(now, before)) == {"a": {"new_features": expected}}
