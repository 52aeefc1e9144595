"""Figures in sentences: thousands, signs and plurals."""

import polars as pl
import pytest

from transforms.engagement.sentences import counted, per_cent, whole


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(0.0, "0", id="zero"),
        pytest.param(-0.4, "0", id="rounded-to-zero-from-below"),
        pytest.param(999.4, "999", id="three-digits"),
        pytest.param(12_400.0, "12,400", id="thousands"),
        pytest.param(1_234_567.0, "1,234,567", id="millions"),
        pytest.param(-123_456.0, "-123,456", id="negative-with-six-digits"),
        pytest.param(-1_234.0, "-1,234", id="negative-thousands"),
        pytest.param(-3.2, "-3", id="negative"),
        pytest.param(None, None, id="null"),
    ],
)
def test_whole_numbers(number, expected):
    assert pl.select(whole(pl.lit(number, pl.Float64))).item() == expected


@pytest.mark.parametrize(("share", "expected"), [(0.125, "12"), (-0.004, "0"), (-0.25, "-25"), (12.5, "1,250")])
def test_per_cent(share, expected):
    assert pl.select(per_cent(pl.lit(share))).item() == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "1 day"), (1.2, "1 day"), (0, "0 days"), (14, "14 days"), (1_000, "1,000 days"), (-1, "-1 days")],
)
def test_number_and_noun_agree(number, expected):
    assert pl.select(counted(pl.lit(number), "day")).item() == expected


def test_an_unknown_number_is_not_counted():
    assert pl.select(counted(pl.lit(None, pl.Int64), "day")).item() is None
