"""Staging a file of usage, CSV or Parquet: as it is, and with rows digested by Polars' own hash, as 0.1.0 did."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl

from sql import first_recipe
from sql.sources import staging
from sql.sources.origins import Place, load_files
from sql.sources.spec import SourceSpec
from transforms.contracts import SOURCES

_DAYS = 90


def candidates(folder: Path, kind: str, rows: int = 1_000_000) -> dict[str, Callable[[], object]]:
    """Write the file; return what is to be measured, by name.

    Args:
        folder: Where it is written.
        kind: ``csv`` or ``parquet``; its days are mixed, so that Parquet, too, cannot be read in place.
        rows: How many rows it has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = pl.int_range(rows, dtype=pl.Int64)
    usage = pl.select(
        account_id=pl.format("account-{}", number * 7919 % 50_000),
        date=pl.date(2026, 1, 1) + pl.duration(days=number % _DAYS),
        feature=pl.format("feature {}", number % 40),
        events=number % 97 + 1,
        user_id=pl.format("user-{}", number * 104_729 % 900_000),
    )
    path = folder / f"usage.{kind}"
    (usage.write_csv if kind == "csv" else usage.write_parquet)(path)
    place = Place(folder, folder / "staged")

    def stage() -> None:
        shutil.rmtree(place.staging, ignore_errors=True)
        [unit] = load_files(SOURCES["usage"], SourceSpec(path=path.name), place)
        assert unit.location is None, "the file is read in place"

    def stage_as_before() -> None:
        today, staging.file_digest = staging.file_digest, first_recipe.file_digest
        try:
            stage()
        finally:
            staging.file_digest = today

    return {"staging": stage, "staging in 0.1.0": stage_as_before}
