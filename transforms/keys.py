"""Keys: no key may occur twice, unless ``known_at`` says that the later row replaces the former."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from transforms.contracts import Table
from transforms.errors import first_few
from transforms.plurals import pluralize

BUCKET_ROWS = 10_000_000
"""The most rows with repeated keys that are compared at a time, so that memory is bounded."""

_SHOWN = 3
_LONGEST_VALUE = 60
_PLACE = ("origin", "position")


def key_columns(table: Table, configured: Collection[str]) -> list[str]:
    """List the columns that identify a row of a source, among those that are mapped.

    A key column that is not mapped is null everywhere and identifies nothing; ``known_at`` belongs to the key
    if it is mapped, because a later row with the same key is a correction.
    """
    names = [name for name in table.key if f"{table.name}.{name}" in configured]
    return [*names, "known_at"] if f"{table.name}.known_at" in configured else names


def has_repeats(rows: pl.LazyFrame, keys: list[str]) -> bool:
    """Return whether any key may occur more than once.

    Hashes are compared, because sorting them takes a fraction of the time of grouping by the keys. Different keys with
    equal hashes only cause :func:`repeated_rows` to compare the keys themselves.
    """
    hashes = rows.select(pl.struct(keys).hash().alias("hash")).sort("hash")
    repeats = hashes.select((pl.col("hash") == pl.col("hash").shift()).sum())
    return bool(repeats.collect(engine="streaming").item())


def repeated_rows(located: pl.LazyFrame, table: Table, configured: Collection[str]) -> pl.DataFrame:
    """Find the rows to quarantine because their key occurs more than once.

    Of rows that are equal in all columns, all but the first, by origin and position, are quarantined. If rows with the
    same key differ, it is unknown which one is right, so all of them are quarantined. Either way the result does not
    depend on the order of rows and files.

    Args:
        located: Rows with all columns of the contract, ``origin`` and ``position``; if they were cells, ``cell``.
        table: The source's contract.
        configured: The mapped columns, as ``source.column``.

    Returns:
        The rows to quarantine, by origin and position, with all their columns.
    """
    keys = key_columns(table, configured)
    rows = int(located.select(pl.len()).collect(engine="streaming").item())
    buckets = 1 + rows // BUCKET_ROWS
    bucket = pl.struct(keys).hash(seed=1) % buckets
    # Rows that were cells of one original row have the same position.
    place = [*_PLACE, *(name for name in ["cell"] if name in located.collect_schema())]
    found = [_held(located.filter(bucket == number), keys, table, place) for number in range(buckets)]
    return pl.concat(found).sort(place)


def repeats_sentence(held: pl.DataFrame, table: Table, configured: Collection[str]) -> str:
    """Describe which keys occur more than once.

    Args:
        held: Rows of :func:`repeated_rows`, at least one.
        table: The source's contract.
        configured: The mapped columns, as ``source.column``.
    """
    keys = key_columns(table, configured)
    repeated = held.unique(keys).sort(keys)
    first = repeated.select(keys).head(_SHOWN).iter_rows()
    examples = first_few((tuple(str(value)[:_LONGEST_VALUE] for value in key) for key in first), _SHOWN)
    rows = pluralize(held.height, "row is", "rows are")
    many = pluralize(repeated.height, "key occurs", "keys occur")
    return (
        f"{rows} too many: {many} more than once ({', '.join(keys)}), first {examples}; expected each key once: remove "
        "the copies, or map known_at so that the latest row counts"
    )


def _held(located: pl.LazyFrame, keys: list[str], table: Table, place: list[str]) -> pl.DataFrame:
    repeated = located.group_by(keys).len().filter(pl.col("len") > 1).drop("len")
    rows = located.join(repeated, on=keys, how="semi", nulls_equal=True).collect(engine="streaming").sort(place)
    are_equal = pl.struct(table.columns).n_unique().over(keys) == 1
    is_first = pl.int_range(pl.len()).over(keys) == 0
    return rows.filter(~(are_equal & is_first))
