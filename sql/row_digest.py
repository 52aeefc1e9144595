"""Persistent digests of rows: equal for equal rows in any order, on every machine and in every version.

Nothing here depends on a library's own hash. A value becomes 64 bits as written below, the name of its column chooses
how they are mixed, and a null adds nothing: so neither the order of columns matters, nor a column without values.
The recipe has a number, with which every digest begins; whoever changes the recipe must raise the number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

RECIPE = "2"
"""The first recipe, that of 0.1.0, was the hash of Polars."""

_Words = np.ndarray[Any, np.dtype[np.uint64]]

_SLICE_ROWS = 32_768
# Odd constants without a pattern: those of splitmix64, and the fraction of the golden ratio.
_FIRST, _SECOND, _GOLDEN = (np.uint64(one) for one in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15))
_BYTES_LEFT = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)


@dataclass
class RowDigest:
    """The digest of rows that are added frame by frame.

    Attributes:
        rows: How many rows were added.
    """

    rows: int = 0
    _low: int = 0
    _high: int = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Add rows; all frames have the same columns, in any order."""
        for rows in frame.iter_slices(_SLICE_ROWS):
            low, high = _hashes(rows)
            self.rows += rows.height
            # Integer sums without carry, so that the order of rows does not matter.
            self._low = (self._low + int(low.sum(dtype=np.uint64))) % 2**64
            self._high = (self._high + int(high.sum(dtype=np.uint64))) % 2**64

    @property
    def text(self) -> str:
        """The digest: the recipe and 32 hexadecimal digits."""
        content = f"{self.rows}:{self._low}:{self._high}"
        return f"{RECIPE}-{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def row_digest(frame: pl.DataFrame) -> str:
    """Digest the rows of a frame.

    Args:
        frame: The rows, with columns of numbers, booleans, dates, times or texts; the size of integers and the time
            unit make no difference.

    Returns:
        The recipe and 32 hexadecimal digits.
    """
    digest = RowDigest()
    digest.add(frame)
    return digest.text


def lazy_digest(rows: pl.LazyFrame) -> str:
    """Digest rows that are not yet read, batch by batch, as :func:`row_digest` does."""
    digest = RowDigest()
    for batch in rows.collect_batches(chunk_size=_SLICE_ROWS, maintain_order=False):
        digest.add(batch)
    return digest.text


def file_digest(path: Path, columns: Sequence[str]) -> str:
    """Digest the rows of a Parquet file, as :func:`row_digest` does."""
    return lazy_digest(pl.scan_parquet(path, glob=False, hive_partitioning=False).select(columns))


def row_hashes(frame: pl.DataFrame) -> pl.Series:
    """Hash each row of a frame to 64 bits, as :func:`row_digest` does."""
    found = [_hashes(rows)[0] for rows in frame.iter_slices(_SLICE_ROWS)]
    return pl.Series("hash", np.concatenate(found) if found else np.empty(0, np.uint64), dtype=pl.UInt64)


def _hashes(rows: pl.DataFrame) -> tuple[_Words, _Words]:
    """Return two hashes of each row."""
    low, high = np.zeros(rows.height, np.uint64), np.zeros(rows.height, np.uint64)
    # Most optional columns have no value at all, and a null adds nothing.
    rows = rows.select(column.name for column in rows.iter_columns() if column.null_count() < rows.height)
    parts = _parts(rows)
    for name, dtype in rows.schema.items():
        seed, factor = _seeds(name)
        mixed = _mixed(_words(parts, name, dtype) ^ seed)
        if f"nulls:{name}" in parts:
            mixed[parts[f"nulls:{name}"].to_numpy()] = 0
        low += mixed
        mixed *= factor
        high += mixed
    return _mixed(low), _mixed(high ^ _GOLDEN)


def _parts(rows: pl.DataFrame) -> dict[str, Any]:
    """Return the values of each column as numbers, where it is null, and its texts one after another.

    All of it by one query, since a query costs more than a column of few rows.
    """
    parts = [_values(name, dtype).implode().alias(f"values:{name}") for name, dtype in rows.schema.items()]
    for column in rows.iter_columns():
        if column.null_count():
            parts.append(pl.col(column.name).is_null().implode().alias(f"nulls:{column.name}"))
        if column.dtype == pl.String:
            parts.append(pl.col(column.name).str.join("").cast(pl.Binary).alias(f"texts:{column.name}"))
    return {part.name: part[0] for part in rows.select(parts).iter_columns()}


def _values(name: str, dtype: pl.DataType) -> pl.Expr:
    """Return values as numbers, for texts their lengths; the number for a null does not matter."""
    column = pl.col(name)
    if dtype == pl.String:
        return column.str.len_bytes().fill_null(0).cast(pl.Int64)
    if dtype.is_float():
        return column.cast(pl.Float64).fill_null(0.0)
    if isinstance(dtype, pl.Datetime):
        column = column.dt.cast_time_unit("us").to_physical()
    elif dtype == pl.Date:
        column = column.to_physical()
    elif dtype != pl.Boolean and not dtype.is_integer():
        raise ValueError(f"rows cannot be digested by {name!r}, which is {dtype}")
    return column.fill_null(0) if dtype == pl.UInt64 else column.cast(pl.Int64).fill_null(0)


@cache
def _seeds(name: str) -> tuple[np.uint64, np.uint64]:
    digest = hashlib.sha256(name.encode()).digest()
    seed, factor = (int.from_bytes(digest[start : start + 8], "little") for start in (0, 8))
    return np.uint64(seed), np.uint64(factor | 1)


def _mixed(words: _Words) -> _Words:
    """Spread each bit over the whole word by the finaliser of splitmix64, which is invertible."""
    mixed = words >> np.uint64(30)
    mixed ^= words
    mixed *= _FIRST
    shifted = mixed >> np.uint64(27)
    mixed ^= shifted
    mixed *= _SECOND
    mixed ^= np.right_shift(mixed, np.uint64(31), out=shifted)
    return mixed


def _words(parts: Mapping[str, Any], name: str, dtype: pl.DataType) -> _Words:
    """Turn the values of a column into 64 bits each.

    Whole numbers, days and microseconds as a signed number, truths as 0 or 1, other numbers as IEEE 754 has them (zero
    without a sign, one "not a number"), texts by a hash of their UTF-8 bytes.
    """
    values = parts[f"values:{name}"].to_numpy()
    if dtype == pl.String:
        return _text_words(values, parts[f"texts:{name}"])
    if dtype.is_float():
        values = values + 0.0
        values[np.isnan(values)] = np.nan
    return np.asarray(values).view(np.uint64)


def _text_words(lengths: np.ndarray[Any, np.dtype[np.int64]], texts: bytes) -> _Words:
    """Hash texts: their lengths, then eight bytes at a time of all texts that are long enough."""
    together = np.frombuffer(texts + bytes(8), np.uint8)
    # Any eight bytes as one word, at any offset.
    words = np.lib.stride_tricks.as_strided(together[:8].view("<u8"), (len(together) - 7,), (1,))
    starts = np.cumsum(lengths) - lengths
    found = _mixed(lengths.view(np.uint64) ^ _GOLDEN)
    shortest, longest = int(lengths.min()) if len(lengths) else 0, int(lengths.max(initial=0))
    for place in range(0, longest, 8):
        # Most texts of a column are about equally long, so that mostly all of them have these bytes.
        long = slice(None) if place < shortest else np.flatnonzero(lengths > place)
        taken = words[starts[long] + place]
        if place + 8 > shortest:
            taken &= _BYTES_LEFT[np.minimum(lengths[long] - place, 8)]
        found[long] = _mixed(found[long] * _FIRST + taken)
    return found
