"""What several tests of frames need: strategies for rows, and ways to compare frames without their order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from transforms.contracts import Table

ACCOUNTS = st.sampled_from(["a", "b", "c"])


def days(first: date, last: date) -> st.SearchStrategy[date]:
    """Any day from first to last, both included."""
    return st.integers(0, (last - first).days).map(lambda number: first + timedelta(days=number))


def lists_of(columns: dict[str, st.SearchStrategy[Any]], most: int = 12) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lists of rows, each column drawn from its own strategy."""
    return st.lists(st.fixed_dictionaries(columns), max_size=most)


def everything(table: Table) -> frozenset[str]:
    """The names that say that a source is mapped with all its columns."""
    return frozenset({table.name, *(f"{table.name}.{column}" for column in table.columns)})


def assert_same(got: pl.LazyFrame, expected: pl.LazyFrame) -> None:
    """Two frames hold the same rows to the last bit, in any order."""
    assert_frame_equal(got.collect(), expected.collect(), check_row_order=False, check_exact=True)


def assert_order_does_not_matter(
    compute: Callable[[pl.LazyFrame], pl.LazyFrame], rows: pl.DataFrame, seed: int
) -> None:
    """Shuffled rows make the same result."""
    shuffled = rows.sample(fraction=1.0, shuffle=True, seed=seed)
    assert_same(compute(shuffled.lazy()), compute(rows.lazy()))


def by_account(frame: pl.LazyFrame) -> dict[str, dict[str, Any]]:
    """The rows of a frame with one row per account, by account."""
    listed = frame.collect().to_dicts()
    found = {row.pop("account_id"): row for row in listed}
    assert len(found) == len(listed), "an account has several rows"
    return found
