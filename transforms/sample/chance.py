"""Randomness without state: every draw is a pure function of the seed and of keys such as account and month.

Polars' own hash may change from version to version, and a stateful generator would make a month depend on the
months that were generated before it. So keys are mixed by SplitMix64, in integers, as Polars expressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import sqrt
from zlib import crc32

import polars as pl

SEED = 2610
"""The seed of the demo: another one makes another, equally believable company."""

_ALL_BITS = 2**64 - 1
_QUARTER = 2**16


def bits(label: str, *keys: pl.Expr | int) -> pl.Expr:
    """Draw 64 bits that depend only on the seed, a label and keys.

    Args:
        label: The name of the draw, so that two draws for the same keys differ.
        keys: Non-negative integers; at least one of them is an expression.

    Returns:
        A UInt64 expression, null where a key is null.
    """
    fixed = _mixed(_mixed(SEED) ^ crc32(label.encode()))
    for key in keys:
        fixed = fixed if isinstance(key, pl.Expr) else _mixed(fixed ^ key)
    drawn = [key.cast(pl.UInt64) for key in keys if isinstance(key, pl.Expr)]
    mixed = _mix(drawn[0] + _whole(fixed))
    for key in drawn[1:]:
        mixed = _mix(mixed ^ key)
    return mixed


def uniform(label: str, *keys: pl.Expr | int) -> pl.Expr:
    """Draw a Float64 from 0 (inclusive) to 1 (exclusive)."""
    return (bits(label, *keys) // _whole(2**11)).cast(pl.Float64) / 2**53


def normal(label: str, *keys: pl.Expr | int) -> pl.Expr:
    """Draw a Float64 of mean 0 and variance 1, approximately normal and never beyond ±4.9.

    The eight quarters of two draws are added: whole numbers and one division, so the same on any machine.
    """
    quarters = [
        bits(f"{label} {half}", *keys).map_batches(_sum_of_quarters, return_dtype=pl.UInt64(), is_elementwise=True)
        for half in (0, 1)
    ]
    return ((quarters[0] + quarters[1]).cast(pl.Float64) / _QUARTER - 4) / sqrt(8 / 12)


def whole(mean: pl.Expr, label: str, *keys: pl.Expr | int) -> pl.Expr:
    """Draw an Int64 count with the given mean: an integer is returned as it is, a fraction is rounded at random."""
    return (mean + uniform(label, *keys)).floor().cast(pl.Int64)


def pick(values: Sequence[str | None], weights: Sequence[float], label: str, *keys: pl.Expr | int) -> pl.Expr:
    """Draw one of several values, each with a probability proportional to its weight."""
    total = sum(weights)
    draw = uniform(label, *keys)
    position = pl.sum_horizontal(draw >= limit / total for limit in list(accumulate(weights))[:-1])
    return position.replace_strict(list(range(len(values))), values, return_dtype=pl.String)


def _mix(number: pl.Expr) -> pl.Expr:
    """Apply SplitMix64's finaliser in one step over a column; as an expression it would contain itself eight times."""
    return number.map_batches(_mix_column, return_dtype=pl.UInt64(), is_elementwise=True)


def _mix_column(numbers: pl.Series) -> pl.Series:
    """Mix each number; Polars' integers wrap around, as SplitMix64 expects."""
    for divisor, factor in ((2**30, 0xBF58476D1CE4E5B9), (2**27, 0x94D049BB133111EB)):
        numbers = (numbers ^ (numbers // divisor)) * pl.Series([factor], dtype=pl.UInt64)
    return numbers ^ (numbers // 2**31)


def _sum_of_quarters(numbers: pl.Series) -> pl.Series:
    total = numbers % _QUARTER
    for place in range(1, 4):
        total = total + numbers // _QUARTER**place % _QUARTER
    return total


def _mixed(number: int) -> int:
    """Mix a Python integer in the same way."""
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _ALL_BITS
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _ALL_BITS
    return (number ^ (number >> 31)) + 1 & _ALL_BITS


def _whole(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)
