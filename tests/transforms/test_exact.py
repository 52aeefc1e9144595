"""Exact sums and quotients: the same bytes in any order and any frame, and nothing lost that is recorded."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.exact import SCALE, divided, exact_sum

AMOUNTS = st.lists(st.integers(-(10**9), 10**9).map(lambda units: units / SCALE), max_size=40)


def total(values: list[float | None]) -> float:
    return pl.DataFrame({"value": values}, schema={"value": pl.Float64}).select(exact_sum(pl.col("value"))).item()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], 0.0),
        ([None, None], 0.0),
        ([1.5, None, 2.25], 3.75),
        ([0.1, 0.2], 0.3),
        ([1e11, 0.01, -1e11], 0.01),
        ([0.1] * 10, 1.0),
        ([0.00004], 0.0),
    ],
    ids=["nothing", "only_nulls", "null_is_zero", "tenths", "small_beside_large", "ten_tenths", "below_the_scale"],
)
def test_sum(values: list[float | None], expected: float) -> None:
    assert total(values) == expected


@settings(max_examples=40)
@given(st.integers(-(10**12), 10**12))
def test_one_group_or_many_give_the_same_bytes(units: int) -> None:
    def sums(groups: int) -> set[str]:
        frame = pl.DataFrame({"key": range(groups), "value": [units / SCALE] * groups})
        return {value.hex() for value in frame.group_by("key").agg(exact_sum(pl.col("value")))["value"]}

    assert sums(1) == sums(2) == {(units / SCALE).hex()}


def test_whole_numbers_come_out_as_fractions() -> None:
    summed = pl.DataFrame({"value": [1, 2]}).select(exact_sum(pl.col("value")))
    assert summed.dtypes == [pl.Float64]
    assert summed.item() == 3.0


@settings(max_examples=40)
@given(AMOUNTS)
def test_sum_is_that_of_decimals(values: list[float]) -> None:
    units = sum(int((Decimal(repr(value)) * SCALE).to_integral_value()) for value in values)
    assert total(values) == units / SCALE


@settings(max_examples=40)
@given(AMOUNTS, st.randoms(use_true_random=False))
def test_order_never_changes_a_byte(values: list[float], chance: object) -> None:
    shuffled = values.copy()
    chance.shuffle(shuffled)
    assert total(shuffled).hex() == total(values).hex()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 10**7).map(lambda cents: cents / 100)), min_size=1))
def test_groups_sum_as_their_rows_do(rows: list[tuple[str, float]]) -> None:
    frame = pl.DataFrame(rows, schema={"key": pl.String, "value": pl.Float64}, orient="row")
    grouped = frame.group_by("key").agg(exact_sum(pl.col("value")))
    assert dict(grouped.iter_rows()) == {
        key: total([value for other, value in rows if other == key]) for key in grouped["key"]
    }


@settings(max_examples=40)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.floats(0.1, 1e3))
def test_a_quotient_is_the_nearest_number_in_short_frames_and_long_ones(values: list[float], by: float) -> None:
    expected = [value / by for value in values]
    always = pl.when(pl.col("value").is_not_null()).then(by)
    for divisor in (by, pl.lit(by), always):
        for repeats in (1, 40):
            frame = pl.DataFrame({"value": values * repeats}, schema={"value": pl.Float64})
            assert frame.select(divided(pl.col("value"), divisor)).to_series().to_list() == expected * repeats


def test_a_quotient_of_null_is_null() -> None:
    frame = pl.DataFrame({"value": [None, 1.0]})
    assert frame.select(divided(pl.col("value"), 4)).to_series().to_list() == [None, 0.25]
