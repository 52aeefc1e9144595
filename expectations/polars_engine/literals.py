"""Converts values of a suite to Polars literals that can be compared with a column.

Suites are stored as JSON, so a date is read back as text, and Great Expectations turns integer bounds into floats.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import polars as pl

Scalar = str | int | float | bool | date | datetime | Decimal | None


def literal(value: Scalar, dtype: pl.DataType) -> pl.Expr:
    """Return a value as a literal to compare with a column of the given dtype.

    Text is read as a date or time if the column is one. A time without a zone is in the column's zone.
    """
    if dtype.is_temporal():
        return pl.lit(_temporal(value, dtype))
    # Integer bounds are compared as integers: a float would lose the last digits of large ones.
    if dtype.is_integer() and isinstance(value, float) and value.is_integer():
        return pl.lit(int(value))
    if dtype.is_decimal() and isinstance(value, float):
        return pl.lit(Decimal(str(value)))
    return pl.lit(value)


def members(values: Iterable[Scalar], dtype: pl.DataType) -> pl.Series:
    """Return the values that a column of the given dtype can hold; no other value can match."""
    held = (_member(value, dtype) for value in values)
    return pl.Series("members", [value for value in held if value is not None], dtype=_member_dtype(dtype))


def as_one(values: pl.Series) -> pl.Series:
    """Return values as the one list that a column's values may be in; ``Series.implode`` is a query for it."""
    return pl.Series(values.name, [values])


def _member_dtype(dtype: pl.DataType) -> pl.DataType:
    return pl.String() if dtype in (pl.Categorical, pl.Enum) else dtype


def _member(value: Scalar, dtype: pl.DataType) -> Scalar:
    if value is None:
        return None
    if isinstance(dtype, pl.Date | pl.Datetime):
        return _temporal_member(value, dtype)
    if dtype.is_numeric():
        return _number(value, dtype)
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return value if isinstance(value, str) else None
    if dtype == pl.Boolean:
        return bool(value) if value in (0, 1) else None
    return value


def _number(value: Scalar, dtype: pl.DataType) -> Scalar:
    if not isinstance(value, int | float | Decimal) or value != value:
        return None
    if dtype.is_float():
        return float(value)
    if dtype.is_decimal():
        return Decimal(str(value))
    if value in (float("inf"), float("-inf")) or value != int(value):
        return None
    whole = int(value)
    return whole if _is_in_range(whole, dtype) else None


def _is_in_range(whole: int, dtype: pl.DataType) -> bool:
    least, most = _range(dtype)
    return least <= whole <= most


@cache
def _range(dtype: pl.DataType) -> tuple[int, int]:
    least, most = pl.select(dtype.min().alias("least"), dtype.max().alias("most")).row(0)  # type: ignore[attr-defined]
    return least, most


def _temporal_member(value: Scalar, dtype: pl.Date | pl.Datetime) -> date | None:
    try:
        read = _temporal(value, dtype)
    except (ValueError, OverflowError):
        return None
    if isinstance(dtype, pl.Datetime):
        return datetime.combine(read, time(), _zone(dtype)) if type(read) is date else _as_date(read)
    return read if type(read) is date else None


def _as_date(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _temporal(value: Scalar, dtype: pl.DataType) -> Scalar:
    """Read text as a date or time, and put a time into the column's zone."""
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(read, datetime):
        return read
    if isinstance(dtype, pl.Datetime):
        return _in_zone(read, dtype)
    if isinstance(dtype, pl.Date):
        read = read.replace(tzinfo=None)
        return read.date() if read.time() == time() else read
    return read


def _in_zone(moment: datetime, dtype: pl.Datetime) -> datetime:
    zone = _zone(dtype)
    if zone is None:
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _zone(dtype: pl.Datetime) -> ZoneInfo | None:
    return ZoneInfo(dtype.time_zone) if dtype.time_zone else None
