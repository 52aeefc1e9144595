"""Duplicates are found exactly, however rows are split into passes and however badly the hashes collide."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.polars_engine import duplicates
from expectations.polars_engine.duplicates import DuplicateCheck
from expectations.polars_engine.rows import Rows

ROWS = st.lists(st.tuples(st.sampled_from([None, "a", "b", "c"]), st.sampled_from([None, 1, 2, 3])), max_size=30)
PASSES = st.sampled_from([1, 2, 7, 1000])


def rows_of(frame: pl.DataFrame) -> Rows:
    return Rows(frame.lazy(), frame.schema)


def data(keys) -> pl.DataFrame:
    frame = pl.DataFrame(keys, schema={"a": pl.String, "b": pl.Int64}, orient="row")
    return frame.with_row_index("row")


def check(rows_per_pass: int) -> DuplicateCheck:
    return DuplicateCheck([pl.col("a"), pl.col("b")], rows_per_pass=rows_per_pass)


@given(ROWS, PASSES, st.integers(1, 5))
def test_counts_and_samples_are_those_of_grouping(keys, rows_per_pass, limit):
    frame = data(keys)
    expected = frame.filter(pl.struct("a", "b").is_duplicated())
    asked = check(rows_per_pass)
    assert asked.count(rows_of(frame), frame.height) == expected.height
    assert asked.sample(rows_of(frame), ["row", "a"], limit).equals(expected.select("row", "a").head(limit))


@settings(max_examples=30)
@given(ROWS, PASSES, st.sampled_from([1, 2]))
def test_colliding_hashes_are_told_apart(keys, rows_per_pass, hashes):
    with pytest.MonkeyPatch.context() as patch:
        # As if the hash had hardly any values: nearly every row is suspected.
        patch.setattr(duplicates, "hash_of", lambda keys: keys[0].hash() % hashes)
        patch.setattr(duplicates, "HASHES_PER_GROUPING", 1)
        test_counts_and_samples_are_those_of_grouping.hypothesis.inner_test(keys, rows_per_pass, 2)


def test_only_considered_rows_take_part():
    frame = data([("a", 1), ("a", None), ("a", None)])
    asked = DuplicateCheck([pl.col("a"), pl.col("b")], is_considered=pl.col("b").is_not_null())
    assert asked.count(rows_of(frame), frame.height) == 0


def test_swapped_values_of_two_columns_are_not_equal():
    frame = pl.DataFrame({"a": ["x", "y"], "b": ["y", "x"]})
    assert check(1000).count(rows_of(frame), 2) == 0
    assert frame.select(duplicates.hash_of([pl.col("a"), pl.col("b")])).to_series().n_unique() == 2


@pytest.mark.torture
def test_ten_million_rows_of_which_half_are_duplicates():
    frame = pl.select(a=pl.int_range(10_000_000) // 2 % 3_750_000, b=pl.lit(1)).lazy()
    asked = check(3_000_000)
    assert asked.count(Rows(frame, frame.collect_schema()), 10_000_000) == 10_000_000
    assert asked.sample(Rows(frame, frame.collect_schema()), ["a"], 3)["a"].to_list() == [0, 0, 1]
