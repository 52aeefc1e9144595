"""How rows become fingerprints: the present recipe, and that of 0.1.0, with which its records are compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from sql.first_recipe import HALF
from sql.row_digest import RECIPE, lazy_digest, row_hashes
from sql.sources.contracts import columns_of_0_1_0
from transforms.contracts import Table


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe.

    Attributes:
        prefix: What its fingerprints begin with.
        of_rows: What goes into the fingerprint of all rows of a source, in any order.
        hashed: Returns some columns of rows, and ``hash``: 64 bits of each whole row.
    """

    prefix: str
    of_rows: Callable[[pl.LazyFrame], object]
    hashed: Callable[[pl.LazyFrame, Sequence[str]], pl.LazyFrame]


def _hashed(rows: pl.LazyFrame, kept: Sequence[str]) -> pl.LazyFrame:
    frame = rows.collect(engine="streaming")
    return frame.select(kept).with_columns(row_hashes(frame)).lazy()


def _sums(rows: pl.LazyFrame) -> list[int]:
    seeds = (1, 2)
    hashes = [pl.struct(pl.all()).hash(seed).alias(str(seed)) for seed in seeds]
    halves = [half.sum() for seed in seeds for half in (pl.col(str(seed)) // HALF, pl.col(str(seed)) % HALF)]
    numbered = [half.alias(str(place)) for place, half in enumerate(halves)]
    return list(rows.select(hashes).select(pl.len().alias("rows"), *numbered).collect().row(0))


def _hashed_by_polars(rows: pl.LazyFrame, kept: Sequence[str]) -> pl.LazyFrame:
    return rows.select(*kept, pl.struct(pl.all()).hash(3).alias("hash"))


TODAY = Recipe(f"{RECIPE}-", lazy_digest, _hashed)
FIRST = Recipe("", _sums, _hashed_by_polars)


def columns_of(table: Table, recipe: Recipe) -> list[str]:
    """List the columns that count: all of them today, and those that there were by the first recipe."""
    return columns_of_0_1_0(table) if recipe is FIRST else list(table.columns)
