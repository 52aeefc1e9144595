"""Parquet in all the dtypes and layouts that writers choose."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

import polars as pl

Change = Callable[[pl.Series], pl.Series]

_TIMES = (
    pl.Datetime("us", "Europe/Berlin"), pl.Datetime("ns"), pl.Datetime("ms", "America/New_York"), pl.Datetime("us"),
    pl.Date(), pl.Time(), pl.Datetime("ms", "UTC"),
)  # fmt: skip
_DTYPES = (
    pl.Categorical(), pl.Int8(), pl.Int16(), pl.UInt64(), pl.Int128(), pl.Float32(), pl.Float64(), pl.Boolean(),
    pl.Decimal(38, 10), pl.Decimal(12, 2), pl.Decimal(38, 0), pl.Binary(), pl.String(), pl.Null(), pl.Duration("us"),
    pl.Int64(),
)  # fmt: skip
_LARGE = {pl.UInt64(): 2**64 - 1, pl.Int128(): 2**100, pl.Int64(): -(2**63), pl.Float32(): float("inf")}


def as_time(series: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Read what can be read as a time; what cannot is null."""
    texts = series.cast(pl.String, strict=False).str.slice(0, 19)
    times = texts.str.slice(0, 10).str.to_datetime("%Y-%m-%d", strict=False, time_unit="us")
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        return times.dt.replace_time_zone("UTC").dt.convert_time_zone(dtype.time_zone).cast(dtype, strict=False)
    return times.cast(dtype, strict=False)


def as_dtype(series: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Read what can be read as a dtype; what cannot is null."""
    if dtype == pl.Null():
        return pl.Series(series.name, [None] * len(series))
    if dtype == pl.Binary():
        return series.cast(pl.String, strict=False).cast(pl.Binary)
    if dtype == pl.Duration("us"):
        return pl.Series(series.name, range(len(series)), dtype=pl.Int64).cast(dtype)
    if dtype in {pl.Boolean(), pl.Categorical(), pl.String()} or dtype.is_decimal():
        texts = series.cast(pl.String, strict=False)
        return texts == texts[0] if dtype == pl.Boolean() else texts.cast(dtype, strict=False)
    return series.cast(pl.Float64, strict=False).fill_nan(None).cast(dtype, strict=False)


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Give days, values and truth values their dtypes where all values have them: such files are read in place."""
    made = []
    for series in frame:
        if series.name.endswith("_at") and series.dtype == pl.String:
            values = series.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us").dt.replace_time_zone(
                "UTC"
            )
        elif series.name.endswith(("date", "_from", "_to")) and series.dtype == pl.String:
            values = series.str.to_date("%Y-%m-%d", strict=False)
        elif series.name.startswith("is_") and series.dtype == pl.String:
            values = series.replace_strict(["true", "false"], [True, False], default=None, return_dtype=pl.Boolean)
        else:
            continue
        if values.null_count() == series.null_count():
            made.append(values)
    return frame.with_columns(made)


def nested(series: pl.Series, way: str) -> pl.Series:
    """Put every value into a list, a struct or the like."""
    if way == "list":
        return series.to_frame().select(pl.concat_list(series.name)).to_series()
    if way == "array":
        return series.to_frame().select(pl.concat_list(series.name).list.to_array(1)).to_series()
    if way == "empty struct in a list":
        return pl.Series(series.name, [[] for _ in series], dtype=pl.List(pl.Struct({"a": pl.Int8})))
    return series.to_frame().select(pl.struct(series.name).alias(series.name)).to_series()


def with_extreme(random: Random, frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Put a day or time into one cell that no calendar holds."""
    times = [name for name in frame.columns if name.endswith(("date", "_at"))]
    if not times or not frame.height:
        return frame, "nothing to make extreme"
    name, dtype = random.choice(times), random.choice([one for one in _TIMES if one != pl.Time()])
    bits = 31 if dtype == pl.Date() else 63
    number = random.choice([2**bits - 1, -(2**bits), 1 - 2**bits, -719_163, 2_932_897])
    numbers = as_time(frame[name], dtype).to_physical()
    numbers[random.randrange(frame.height)] = number
    zone = getattr(dtype, "time_zone", None)
    naive = pl.Datetime(dtype.time_unit) if isinstance(dtype, pl.Datetime) else dtype
    made = numbers.cast(naive).dt.replace_time_zone("UTC").cast(dtype) if zone else numbers.cast(naive)
    return frame.with_columns(made.alias(name)), f"{name} as {dtype} with {number}"


def with_odd_column(random: Random, frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Add a column that no source uses, of a dtype that cannot be written as text."""
    value = random.choice([b"\xff", [1], {"a": b"\xff"}, timedelta(1), time(1, 2), 2**100, date.max, Decimal("1.50")])
    return frame.with_columns(pl.lit(value, allow_object=False).alias("odd")), f"column odd of {value!r}"


def retyped(random: Random, frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Return the same frame with one column of another dtype."""
    if not frame.width or not frame.height:
        return frame, "nothing to retype"
    name = random.choice(frame.columns)
    series = frame[name]
    chance = random.random()
    if chance < 0.12:
        way = random.choice(["list", "array", "struct", "empty struct in a list"])
        return frame.with_columns(nested(series, way).alias(name)), f"{name} as {way}"
    if chance < 0.45:
        times = [one for one in frame.columns if one.endswith(("date", "_at"))]
        name = random.choice(times or [name])
        dtype: pl.DataType = random.choice(_TIMES)
        return frame.with_columns(as_time(frame[name], dtype).alias(name)), f"{name} as {dtype}"
    dtype = random.choice(_DTYPES)
    changed = as_dtype(series, dtype)
    if dtype in _LARGE and random.random() < 0.5:
        changed[random.randrange(len(changed))] = _LARGE[dtype]
    return frame.with_columns(changed.alias(name)), f"{name} as {dtype}"


def as_parquet(random: Random, frame: pl.DataFrame) -> tuple[bytes, str]:
    """Write a frame, laid out by chance."""
    frame = typed(frame) if random.random() < 0.5 else frame
    rows = random.choice([None, 1, 7, 100])
    has_statistics = random.random() < 0.7
    compression = random.choice(["zstd", "snappy", "uncompressed", "gzip", "lz4"])
    written = io.BytesIO()
    frame.write_parquet(written, compression=compression, statistics=has_statistics, row_group_size=rows)
    return written.getvalue(), f"Parquet {compression}, groups of {rows}, statistics {has_statistics}"
