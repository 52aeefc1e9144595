"""Keys: a row may not stand twice, unless a later one says that it replaces the former."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from transforms.contracts import Table
from transforms.errors import DataQualityError, first_few

_SHOWN = 3


def key_columns(table: Table, configured: Collection[str]) -> list[str]:
    """List the columns that identify a row of a source as it is mapped.

    A key column that the company has not mapped is null everywhere and tells nothing apart; ``known_at``
    belongs to the key where it is mapped, because a later row with the same key is a correction.
    """
    names = [name for name in table.key if f"{table.name}.{name}" in configured]
    return [*names, "known_at"] if f"{table.name}.known_at" in configured else names


def refuse_duplicates(rows: pl.LazyFrame, table: Table, configured: Collection[str], where: str = "") -> None:
    """Refuse rows of a source that share their key.

    Args:
        rows: Rows of the source.
        table: The source's contract.
        configured: The mapped columns, as ``source.column``.
        where: What part of the source this is, for the message (" in 2026-10").

    Raises:
        DataQualityError: If any key stands more than once.
    """
    keys = key_columns(table, configured)
    if not _may_repeat(rows, keys):
        return
    repeated = _repeated(rows, keys)
    if repeated.is_empty():
        return
    surplus = int(repeated["len"].sum()) - repeated.height
    examples = first_few((tuple(map(str, row[:-1])) for row in repeated.sort(keys).head(_SHOWN).iter_rows()), _SHOWN)
    raise DataQualityError(
        f"{surplus} row{'s' * (surplus != 1)} too many in {table.name}{where}: {repeated.height} "
        f"key{'s' * (repeated.height != 1)} ({', '.join(keys)}) stand more than once, first {examples}; expected each "
        "key once: remove the copies, or map known_at so that the latest row counts"
    )


def _may_repeat(rows: pl.LazyFrame, keys: list[str]) -> bool:
    """Look for equal hashes of the key; sorting hashes costs a fraction of grouping by the key itself."""
    hashes = rows.select(pl.struct(keys).hash().alias("hash")).sort("hash")
    repeats = hashes.select((pl.col("hash") == pl.col("hash").shift()).sum())
    return bool(repeats.collect(engine="streaming").item())


def _repeated(rows: pl.LazyFrame, keys: list[str]) -> pl.DataFrame:
    return rows.group_by(keys).len().filter(pl.col("len") > 1).collect(engine="streaming")
