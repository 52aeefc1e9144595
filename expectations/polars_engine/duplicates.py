"""Duplicate keys in large data: exact, with bounded memory, and cheap as long as there are few.

Only hashes of the keys are held and sorted. If two are equal, the rows of those hashes are grouped by the keys
themselves, so that a hash collision is never taken for a duplicate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

import polars as pl

from expectations.polars_engine.bundle import collect
from expectations.polars_engine.rows import Rows

ROWS_PER_PASS = 64_000_000
"""The number of hashes held at once: half a gigabyte, and as much again to sort them."""

HASHES_PER_GROUPING = 2_000_000
"""The number of repeated hashes whose rows are grouped at once."""

_HASH, _ROWS = "_key_hash", "_key_rows"


def hash_of(keys: Sequence[pl.Expr]) -> pl.Expr:
    """Hash several columns; combining a hash of each is cheaper than hashing their struct."""
    return reduce(pl.Expr.xor, (key.hash(seed) for seed, key in enumerate(keys)))


@dataclass(slots=True)
class DuplicateCheck:
    """A check that finds rows whose key occurs more than once; null equals null.

    Attributes:
        keys: The columns of the key.
        is_considered: Which rows take part; None for all.
        rows_per_pass: How many hashes are held at once.
    """

    keys: Sequence[pl.Expr]
    is_considered: pl.Expr | None = None
    rows_per_pass: int = ROWS_PER_PASS
    _repeated: pl.Series = field(default_factory=lambda: pl.Series(_HASH, [], dtype=pl.UInt64))

    def query(self, rows: Rows, height: int) -> pl.LazyFrame | None:
        """Return the query of repeated hashes; None if there are too many rows for a single pass."""
        return _repeated_in(self._hashed(rows)) if height <= self.rows_per_pass else None

    def count(self, rows: Rows, height: int, found: pl.DataFrame | None = None) -> int:
        """Count the rows whose key occurs more than once, the first of each included.

        Args:
            rows: The rows.
            height: Their number.
            found: The result of the query, if it was collected.
        """
        self._repeated = (self._find_repeated(rows, height) if found is None else found).to_series()
        if self._repeated.is_empty():
            return 0
        frame = self._considered(rows)
        return sum(
            int(self._duplicated_keys(frame, hashes)[_ROWS].sum())
            for hashes in self._repeated.to_frame().iter_slices(HASHES_PER_GROUPING)
        )

    def sample(self, rows: Rows, columns: Sequence[str], limit: int) -> pl.DataFrame:
        """Return the first rows whose key occurs more than once, in the order of the data."""
        frame = self._considered(rows)
        suspects = self._of_hashes(frame, self._repeated)
        asked = limit
        while True:
            first = collect(suspects.select(*self._named_keys(), *(pl.col(name) for name in columns)).head(asked))
            hashes = first.select(hash_of([pl.col(name) for name in self._key_names()]).alias(_HASH)).unique()
            duplicated = self._duplicated_keys(frame, hashes)
            found = first.join(
                duplicated, on=self._key_names(), how="semi", nulls_equal=True, maintain_order="left"
            ).select(columns)
            # Only hash collisions make it necessary to look further than the first candidates.
            if found.height >= limit or first.height < asked:
                return found.head(limit)
            asked *= 8

    def _considered(self, rows: Rows) -> pl.LazyFrame:
        return rows.frame if self.is_considered is None else rows.frame.filter(self.is_considered)

    def _hashed(self, rows: Rows) -> pl.LazyFrame:
        return self._considered(rows).select(hash_of(self.keys).alias(_HASH))

    def _find_repeated(self, rows: Rows, height: int) -> pl.DataFrame:
        """Find the hashes that occur more than once, in several passes by hash if there are many rows."""
        passes = max(1, -(-height // self.rows_per_pass))
        return pl.concat([collect(_repeated_in(part)) for part in _parts(self._hashed(rows), passes)])

    def _duplicated_keys(self, frame: pl.LazyFrame, hashes: pl.DataFrame) -> pl.DataFrame:
        rows = self._of_hashes(frame, hashes.to_series()).select(self._named_keys())
        return collect(rows.group_by(self._key_names()).agg(pl.len().alias(_ROWS)).filter(pl.col(_ROWS) > 1))

    def _of_hashes(self, frame: pl.LazyFrame, hashes: pl.Series) -> pl.LazyFrame:
        return frame.filter(hash_of(self.keys).is_in(hashes.implode()))

    def _key_names(self) -> list[str]:
        # Keys have names of their own, since a sample may select the same columns unchanged.
        return [f"_key_{number}" for number in range(len(self.keys))]

    def _named_keys(self) -> list[pl.Expr]:
        return [key.alias(name) for key, name in zip(self.keys, self._key_names(), strict=True)]


def _parts(hashed: pl.LazyFrame, passes: int) -> Iterator[pl.LazyFrame]:
    if passes <= 1:
        yield hashed
        return
    for number in range(passes):
        yield hashed.filter(pl.col(_HASH) % passes == number)


def _repeated_in(hashes: pl.LazyFrame) -> pl.LazyFrame:
    ordered = hashes.sort(_HASH)
    return ordered.filter(pl.col(_HASH) == pl.col(_HASH).shift()).unique(maintain_order=True)
