"""Digests of rows: equal where the rows are, different where they are not, and the same for ever."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sql import row_digest as module
from sql.row_digest import RowDigest, file_digest, row_digest, row_hashes
from tests.sql.written_out import digest_by_hand

FRAME = pl.DataFrame(
    {
        "account_id": ["a1", "b2", None, "ein ü", ""],
        "date": [date(2025, 1, 31), None, date(1969, 12, 31), date(2025, 2, 1), date(2025, 2, 1)],
        "known_at": [datetime(2025, 1, 1, 12, tzinfo=UTC), None, datetime(1960, 1, 1, tzinfo=UTC), None, None],
        "events": [1, -2, None, 2**62, 0],
        "amount": [0.1, -0.0, None, float("nan"), float("inf")],
        "is_deleted": [True, False, None, False, True],
        "note": ["longer than eight bytes, and than sixteen", "exactly8", "123456789", None, "x"],
    },
    schema_overrides={"known_at": pl.Datetime("us", "UTC")},
)
KEPT = "2-6c3f73b032ddffa15356e492a0df9fdc"
"""What digests of this recipe are for ever; a difference would make every project read all its rows again."""


def test_the_digest_of_known_rows_is_what_it_always_was():
    assert row_digest(FRAME) == KEPT


def test_the_digest_is_what_its_recipe_comes_to_by_hand():
    assert row_digest(FRAME) == digest_by_hand(FRAME)


VALUES = {
    pl.String: st.text(st.characters(codec="utf-8"), max_size=40),
    pl.Int64: st.integers(-(2**63), 2**63 - 1),
    pl.Float64: st.floats(),
    pl.Boolean: st.booleans(),
    pl.Date: st.dates(),
}


@st.composite
def frames(draw):
    dtypes = draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=4))
    height = draw(st.integers(0, 6))
    columns = {
        f"column {place}": pl.Series(
            draw(st.lists(st.none() | VALUES[dtype], min_size=height, max_size=height)), dtype=dtype
        )
        for place, dtype in enumerate(dtypes)
    }
    return pl.DataFrame(columns)


@given(frames())
def test_any_rows_are_digested_as_by_hand(frame):
    assert row_digest(frame) == digest_by_hand(frame)


@given(frames(), frames())
def test_different_rows_have_different_digests(one, other):
    assume(digest_by_hand(one) != digest_by_hand(other))
    assert row_digest(one) != row_digest(other)


def test_the_order_of_rows_and_of_columns_does_not_count():
    assert row_digest(FRAME.reverse().select(reversed(FRAME.columns))) == row_digest(FRAME)


def test_a_column_without_values_does_not_count():
    assert row_digest(FRAME.with_columns(pl.lit(None, pl.String).alias("added"))) == row_digest(FRAME)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(pl.col("account_id").shift(1), id="values-in-other-rows"),
        pytest.param(pl.col("events").alias("amount").cast(pl.Float64), id="another-column"),
        pytest.param(pl.col("note").str.to_uppercase(), id="another-text"),
        pytest.param(pl.col("note").fill_null(""), id="empty-is-not-null"),
        pytest.param(pl.col("events").fill_null(0), id="zero-is-not-null"),
        pytest.param(pl.col("is_deleted").fill_null(value=False), id="false-is-not-null"),
        pytest.param(pl.col("amount") * (1 + 2**-52), id="the-last-bit"),
        pytest.param(pl.col("known_at") + pl.duration(microseconds=1), id="a-microsecond"),
    ],
)
def test_a_difference_is_seen(change):
    assert row_digest(FRAME.with_columns(change)) != row_digest(FRAME)


def test_a_row_more_or_twice_is_seen():
    digests = {row_digest(frame) for frame in (FRAME, FRAME.head(4), pl.concat([FRAME, FRAME.head(1)]), FRAME.clear())}
    assert len(digests) == 4


def test_values_swapped_between_columns_of_one_dtype_are_seen():
    one = pl.DataFrame({"a": ["x"], "b": ["y"]})
    assert row_digest(one) != row_digest(one.select(a="b", b="a"))


def test_zero_has_no_sign_and_how_wide_a_number_is_does_not_count():
    assert row_digest(pl.DataFrame({"n": [0.0]})) == row_digest(pl.DataFrame({"n": [-0.0]}))
    narrow = FRAME.with_columns(pl.col("known_at").dt.cast_time_unit("ms"), pl.Series("events", [1, -2, None, 5, 0]))
    wide = narrow.with_columns(pl.col("known_at").dt.cast_time_unit("us"))
    assert row_digest(narrow.with_columns(pl.col("events").cast(pl.Int8))) == row_digest(wide)


def test_how_rows_lie_in_files_and_slices_does_not_count(tmp_path, monkeypatch):
    many = pl.concat([FRAME.with_columns(pl.col("events") % 1000 + number) for number in range(50)])
    many.write_parquet(tmp_path / "rows.parquet", row_group_size=17)
    at_once = row_digest(many)
    monkeypatch.setattr(module, "_SLICE_ROWS", 7)
    by_frame = RowDigest()
    for frame in many.iter_slices(11):
        by_frame.add(frame)

    assert file_digest(tmp_path / "rows.parquet", many.columns) == row_digest(many) == by_frame.text == at_once


def test_the_hash_of_a_row_depends_on_that_row_alone():
    assert row_hashes(FRAME).reverse().equals(row_hashes(FRAME.reverse()))
    assert row_hashes(FRAME).n_unique() == FRAME.height
    assert row_hashes(FRAME.clear()).len() == 0


def test_what_cannot_be_digested_is_refused():
    with pytest.raises(ValueError, match="'parts', which is List"):
        row_digest(pl.DataFrame({"parts": [[1]]}))


def test_a_float_is_taken_by_its_bits():
    frame = pl.DataFrame({"n": [1.5]})
    as_integer = pl.DataFrame({"n": [struct.unpack("<q", struct.pack("<d", 1.5))[0]]})
    assert row_digest(frame) == row_digest(as_integer)
