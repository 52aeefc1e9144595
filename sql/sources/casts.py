"""Converts values as a source writes them to the contract's dtypes; a value that cannot be converted becomes null.

Each function takes a series and returns one of equal length; `conform` counts values that became null as errors.
Fallbacks are tried only on the remaining values, so that columns in the usual format are not slowed down.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import polars as pl

from sql.sources.spec import Cast, Numbers
from transforms.contracts import Column
from transforms.contracts.model import TIMESTAMP

Caster = Callable[[pl.Series], pl.Series]

EXACT_FLOAT = 2**53
"""From here on, floating-point numbers no longer hold every integer."""

_TRUE = ("true", "t", "yes", "y", "1")
_FALSE = ("false", "f", "no", "n", "0")
_TIME_DIRECTIVES = ("%H", "%I", "%k", "%l", "%T", "%R", "%r", "%X", "%s", "%c", "%+")
_OFFSET_DIRECTIVES = ("%z", "%:z", "%#z", "%+", "%s")
# What is written as a blank is often one that does not break the line, or a narrow one.
_GROUPS = {" ": "[ \u00a0\u2009\u202f]", "'": "['\u2019]"}
_PLAIN_TIMES = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_OFFSET_TIMES = ("%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M%#z")


def text_caster(column: Column, cast: Cast | None, numbers: Numbers, timezone: str) -> Caster:
    """Return the function that converts text to a column's values.

    Args:
        column: The column of the contract.
        cast: How the source writes it, if not in the usual format.
        numbers: How numbers are written.
        timezone: The time zone of naive timestamps.
    """
    dtype = column.dtype
    written = cast.format if cast else None
    factor = cast.multiply if cast and cast.multiply is not None else 1.0
    if dtype == pl.Int64:
        return partial(_integers, written=numbers, factor=factor)
    if dtype == pl.Float64:
        return lambda text: scaled(_floats(text, numbers), factor)
    if dtype == pl.Boolean:
        return _booleans
    if dtype == pl.Date:
        is_month = column.unit is not None and column.unit.startswith("first day of the month")
        return partial(_dates, written=written, timezone=timezone, is_month=is_month)
    if dtype == TIMESTAMP:
        return partial(_instants, written=written, timezone=timezone)
    return lambda text: text


def scaled(numbers: pl.Series, factor: float) -> pl.Series:
    """Multiply, but divide if the factor is one n-th: 1999 cents are 19.99, not 19.990000000000002."""
    if factor == 1:
        return numbers
    inverse = round(1 / factor)
    if inverse and abs(inverse * factor - 1) < 1e-12:
        # To divide by a single number, Polars multiplies with its inverse, which must not happen here.
        return numbers / pl.repeat(inverse, len(numbers), dtype=pl.Float64, eager=True)
    return numbers * factor


def whole(numbers: pl.Series) -> pl.Series:
    """Convert floating-point numbers to integers; those with a fraction, or that are not exact, become null."""
    is_whole = numbers.is_finite() & (numbers.round() == numbers) & (numbers.abs() < EXACT_FLOAT)
    return numbers.set(~is_whole.fill_null(value=False), None).cast(pl.Int64)


def localised(times: pl.Series, timezone: str) -> pl.Series:
    """Read naive times in a zone: an ambiguous time is the earlier one, and a time that does not exist becomes null."""
    if timezone == "UTC":
        return times.dt.replace_time_zone("UTC")
    placed = times.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC")


def _integers(text: pl.Series, written: Numbers, factor: float) -> pl.Series:
    bare = text.str.strip_chars()
    if factor != 1:
        return whole(scaled(_floats(text, written), factor))
    numbers = bare.cast(pl.Int64, strict=False)
    return _filled(numbers, bare, lambda left: whole(_floats(left, written)))


def _floats(text: pl.Series, written: Numbers) -> pl.Series:
    bare = text.str.strip_chars()
    if written.thousands is not None:
        bare = _without_groups(bare, written.thousands, written.decimal)
    if written.decimal == ",":
        # A point is then a typing error, or a separator that nobody has named, and no decimal point.
        bare = bare.set(bare.str.contains(".", literal=True).fill_null(value=False), None)
        bare = bare.str.replace(",", ".", literal=True)
    return bare.cast(pl.Float64, strict=False)


def _without_groups(text: pl.Series, thousands: str, decimal: str) -> pl.Series:
    """Remove thousands separators; a number with groups that are not of three digits becomes null."""
    separators = _GROUPS.get(thousands, re.escape(thousands))
    has_groups = text.str.contains(separators).fill_null(value=False)
    if not has_groups.any():
        return text
    well_formed = rf"^[+-]?\d{{1,3}}(?:{separators}\d{{3}})+(?:{re.escape(decimal)}\d*)?$"
    is_wrong = has_groups & ~text.str.contains(well_formed).fill_null(value=False)
    return text.set(is_wrong, None).str.replace_all(separators, "")


def _booleans(text: pl.Series) -> pl.Series:
    words = text.str.strip_chars().str.to_lowercase()
    return words.replace_strict(
        [*_TRUE, *_FALSE], [True] * len(_TRUE) + [False] * len(_FALSE), default=None, return_dtype=pl.Boolean
    )


def _dates(text: pl.Series, written: str | None, timezone: str, *, is_month: bool) -> pl.Series:
    bare = text.str.strip_chars()
    if written is None:
        days = bare.str.to_date("%Y-%m-%d", strict=False)
        if is_month:
            days = _filled(days, bare, lambda left: left.str.to_date("%Y-%m", strict=False))
        days = _filled(days, bare, lambda left: _instants(left, None, timezone).dt.date())
    elif any(directive in written for directive in _TIME_DIRECTIVES):
        days = _instants(bare, written, timezone).dt.date()
    else:
        days = bare.str.to_date(written, strict=False)
    return days.dt.month_start() if is_month else days


def _instants(text: pl.Series, written: str | None, timezone: str) -> pl.Series:
    bare = text.str.strip_chars()
    if written is not None:
        return _in_format(bare, written, timezone)
    bare = bare.str.replace(r"^(\d+-\d+-\d+)T", "${1} ").str.replace(r" ?UTC$", "Z").str.replace(r" ([+-]\d)", "${1}")
    times = pl.Series(values=[None] * len(bare), dtype=TIMESTAMP)
    for each in (*_PLAIN_TIMES, *_OFFSET_TIMES):
        times = _filled(times, bare, partial(_in_format, written=each, timezone=timezone))
    return times


def _in_format(text: pl.Series, written: str, timezone: str) -> pl.Series:
    if any(directive in written for directive in _OFFSET_DIRECTIVES):
        return text.str.to_datetime(written, time_unit="us", time_zone="UTC", strict=False)
    return localised(text.str.to_datetime(written, time_unit="us", strict=False), timezone)


def _filled(values: pl.Series, text: pl.Series, fallback: Caster) -> pl.Series:
    """Apply the fallback to the values that could not be converted yet."""
    is_left = values.is_null() & text.is_not_null()
    if not is_left.any():
        return values
    return values.scatter(is_left.arg_true(), fallback(text.filter(is_left)))
