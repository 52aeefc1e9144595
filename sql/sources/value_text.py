"""Writes values of any dtype as text for people, whatever a file contains.

Polars itself fails for some values: it panics when it writes days of the year 262144, and refuses bytes that are not
text.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from sql.sources.casts import whole

_EPOCH = date(1970, 1, 1)
_DAYS = ((date.min - _EPOCH).days, (date.max - _EPOCH).days)
_UNITS_PER_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def is_outside(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Return whether a date or time is outside the years 1 to 9999; false for nulls and for all other dtypes."""
    if dtype == pl.Date:
        low, high = _DAYS
    elif isinstance(dtype, pl.Datetime):
        unit = _UNITS_PER_DAY[dtype.time_unit]
        low, high = max(_DAYS[0] * unit, _SMALLEST), min((_DAYS[1] + 1) * unit - 1, _LARGEST)
    else:
        return pl.lit(value=False)
    return (~value.to_physical().is_between(low, high)).fill_null(value=False)


def inside(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Replace dates and times outside the years 1 to 9999 by null."""
    if not isinstance(dtype, pl.Date | pl.Datetime):
        return value
    return pl.when(~is_outside(value, dtype)).then(value)


def plain_text(value: pl.Expr, dtype: pl.DataType, *, is_id: bool = False) -> pl.Expr:
    """Write values as the texts from which columns are converted; integral floats without .0, see `series_text`.

    Args:
        value: The values.
        dtype: Their dtype.
        is_id: Whether they are ids, of which decimals lose a fraction of nothing but zeros, too.
    """
    if dtype == pl.String:
        return value
    if isinstance(dtype, pl.Date | pl.Datetime) or dtype.is_nested() or dtype == pl.Object:
        return value_text(value, dtype)
    text = value.map_batches(series_text, return_dtype=pl.String(), is_elementwise=True)
    # Databases that know no integers, or of another size, keep ids as decimals.
    return text.str.replace(r"\.0+$", "") if is_id and dtype.is_decimal() else text


def series_text(values: pl.Series) -> pl.Series:
    """Write values as text; integral floats without .0, since they are mostly ids in a column that has nulls."""
    if values.dtype.is_float():
        numbers = whole(values)
        return numbers.cast(pl.String).fill_null(values.cast(pl.String))
    return values.cast(pl.String, strict=False)


def value_text(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Write values as text; a null stays null.

    A date or time outside the calendar is written as the number in the file, in words that cannot be read as a value.
    For lists and the like, which cannot be converted to any column, only the dtype is written.
    """
    if dtype.is_nested() or dtype == pl.Object:
        return pl.when(value.is_not_null()).then(pl.lit(f"({dtype})"))
    if dtype == pl.Binary:
        return value.map_batches(_decoded, return_dtype=pl.String(), is_elementwise=True)
    if dtype == pl.Duration:
        return value.to_physical().cast(pl.String)
    if isinstance(dtype, pl.Date | pl.Datetime):
        unit = "days" if isinstance(dtype, pl.Date) else dtype.time_unit
        number = pl.when(is_outside(value, dtype)).then(pl.format(f"{{}} {unit} since 1970", value.to_physical()))
        return pl.coalesce(inside(value, dtype).cast(pl.String), number)
    return value.cast(pl.String, strict=False)


def _decoded(values: pl.Series) -> pl.Series:
    texts: list[Any] = [None if one is None else bytes(one).decode("utf-8", "replace") for one in values]
    return pl.Series(values.name, texts, dtype=pl.String)
