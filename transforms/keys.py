"""Keys: a row may not stand twice, unless a later one says that it replaces the former."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from transforms.contracts import Table
from transforms.errors import first_few

BUCKET_ROWS = 10_000_000
"""So many rows at most are compared at a time where keys repeat, so that memory is bounded."""

_SHOWN = 3
_LONGEST_VALUE = 60
_PLACE = ("origin", "position")


def key_columns(table: Table, configured: Collection[str]) -> list[str]:
    """List the columns that identify a row of a source as it is mapped.

    A key column that the company has not mapped is null everywhere and tells nothing apart; ``known_at``
    belongs to the key where it is mapped, because a later row with the same key is a correction.
    """
    names = [name for name in table.key if f"{table.name}.{name}" in configured]
    return [*names, "known_at"] if f"{table.name}.known_at" in configured else names


def has_repeats(rows: pl.LazyFrame, keys: list[str]) -> bool:
    """Return whether any key may stand more than once.

    Equal hashes are looked for: sorting them costs a fraction of grouping by the keys. Different keys with equal
    hashes merely make :func:`repeated_rows` look.
    """
    hashes = rows.select(pl.struct(keys).hash().alias("hash")).sort("hash")
    repeats = hashes.select((pl.col("hash") == pl.col("hash").shift()).sum())
    return bool(repeats.collect(engine="streaming").item())


def repeated_rows(located: pl.LazyFrame, table: Table, configured: Collection[str]) -> pl.DataFrame:
    """Find the rows that are held back because their key stands more than once.

    Of rows that are equal in all columns the first one, by origin and position, stays: they say the same. Where rows
    with one key differ nobody can tell which is right, so all of them are held back. Either way the order of rows
    and files decides nothing.

    Args:
        located: Rows with all columns of the contract, ``origin`` and ``position``.
        table: The source's contract.
        configured: The mapped columns, as ``source.column``.

    Returns:
        The rows to hold back, by origin and position; all columns are kept.
    """
    keys = key_columns(table, configured)
    rows = int(located.select(pl.len()).collect(engine="streaming").item())
    buckets = 1 + rows // BUCKET_ROWS
    bucket = pl.struct(keys).hash(seed=1) % buckets
    found = [_held(located.filter(bucket == number), keys, table) for number in range(buckets)]
    return pl.concat(found).sort(_PLACE)


def repeats_sentence(held: pl.DataFrame, table: Table, configured: Collection[str]) -> str:
    """Return which keys stand more than once.

    Args:
        held: Rows of :func:`repeated_rows`, at least one.
        table: The source's contract.
        configured: The mapped columns, as ``source.column``.
    """
    keys = key_columns(table, configured)
    repeated = held.unique(keys).sort(keys)
    first = repeated.select(keys).head(_SHOWN).iter_rows()
    examples = first_few((tuple(str(value)[:_LONGEST_VALUE] for value in key) for key in first), _SHOWN)
    rows = "1 row is" if held.height == 1 else f"{held.height:,} rows are"
    many = "1 key stands" if repeated.height == 1 else f"{repeated.height:,} keys stand"
    return (
        f"{rows} too many: {many} more than once ({', '.join(keys)}), first {examples}; expected each key once: remove "
        "the copies, or map known_at so that the latest row counts"
    )


def _held(located: pl.LazyFrame, keys: list[str], table: Table) -> pl.DataFrame:
    repeated = located.group_by(keys).len().filter(pl.col("len") > 1).drop("len")
    rows = located.join(repeated, on=keys, how="semi", nulls_equal=True).collect(engine="streaming").sort(_PLACE)
    are_equal = pl.struct(table.columns).n_unique().over(keys) == 1
    is_first = pl.int_range(pl.len()).over(keys) == 0
    return rows.filter(~(are_equal & is_first))
