"""The fact store and its staged rows: what names an account is removed, and made again when it is needed."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import polars as pl

from sql.atomic import translate_write_errors
from sql.sources.units import RECORD
from transforms.contracts import SOURCES
from transforms.erasure import Erasure

_PARQUET = ".parquet"
_ID = "account_id"
_OTHER_IDS = frozenset(name for contract in SOURCES.values() for name in contract.other_ids)


def caches_to_erase(folder: Path, erasure: Erasure) -> list[Path]:
    """List the files and folders of the fact store that name an account.

    Args:
        folder: The fact store.
        erasure: The account.

    Returns:
        Facts with their records, and staged files or queries as whole folders, in order.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    named = {path for path in files if _has_traces(path, erasure)}
    return sorted({owner for path in named for owner in _owners(path)})


def has_facts(folder: Path, account_id: str) -> bool:
    """Return whether any row of the fact store names an account, also as a parent or a merged account."""
    for path in sorted(folder.rglob(f"*{_PARQUET}")):
        with suppress(pl.exceptions.PolarsError, OSError):
            rows = pl.scan_parquet(path, glob=False, hive_partitioning=False)
            ids = [pl.col(name) == account_id for name in rows.collect_schema() if name.endswith(_ID)]
            if ids and not rows.filter(pl.any_horizontal(ids)).head(1).collect(engine="streaming").is_empty():
                return True
    return False


def ids_holding(folder: Path, account_id: str) -> tuple[set[str], set[str]]:
    """Return the ids in the fact store that hold an account's: first those of accounts, then those of other things."""
    accounts: set[str] = set()
    others: set[str] = set()
    for path in sorted(folder.rglob(f"*{_PARQUET}")):
        with suppress(pl.exceptions.PolarsError, OSError):
            rows = pl.scan_parquet(path, glob=False, hive_partitioning=False)
            texts = [name for name, dtype in rows.collect_schema().items() if dtype == pl.String]
            for name in texts:
                if name.endswith(_ID):
                    accounts |= _holding(rows, name, account_id)
                elif name in _OTHER_IDS:
                    others |= _holding(rows, name, account_id)
    return accounts, others


def _holding(rows: pl.LazyFrame, name: str, account_id: str) -> set[str]:
    found = rows.select(name).filter(pl.col(name).str.contains(account_id, literal=True)).unique()
    return set(found.collect(engine="streaming")[name])


def remove_caches(paths: list[Path]) -> None:
    """Remove files and folders; those that are gone already are no error.

    Raises:
        RetierError: If one cannot be removed.
    """
    for path in paths:
        with translate_write_errors(path):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _owners(path: Path) -> list[Path]:
    """Return what a file is part of: the folder of a staged unit, else facts and their record."""
    if (path.parent / RECORD).exists():
        return [path.parent]
    return [other for suffix in (_PARQUET, ".json") if (other := path.with_suffix(suffix)).exists()] or [path]


def _has_traces(path: Path, erasure: Erasure) -> bool:
    if path.suffix != _PARQUET:
        text = path.read_text(encoding="utf-8", errors="replace")
        return erasure.in_text(text) != text
    try:
        rows = pl.scan_parquet(path, glob=False, hive_partitioning=False)
        names = [_column_names(name, dtype, erasure) for name, dtype in rows.collect_schema().items()]
        found = rows.filter(pl.any_horizontal(names)).head(1).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError):
        # A file that a crash left half written names nobody can say whom, and is of no use.
        return True
    return not found.is_empty()


def _column_names(name: str, dtype: pl.DataType, erasure: Erasure) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.String:
        is_id = (column == erasure.account_id) & name.endswith(_ID)
        return is_id | column.str.contains(erasure.candidates)
    if dtype.is_nested():
        return pl.struct(column).struct.json_encode().str.contains(erasure.candidates)
    return pl.lit(value=False)
