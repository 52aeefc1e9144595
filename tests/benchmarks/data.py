"""The data of the benchmarks: a month of usage of a large company, made once and kept in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from transforms.month import Month

MONTH = Month.parse("2026-10")
FEATURES = 40
_ROW_GROUP = 262_144


@dataclass(frozen=True, slots=True)
class Size:
    """How much data: usage rows of the month, accounts and subscriptions."""

    usage_rows: int = 6_000_000
    accounts: int = 100_000


def chance(seed: int, modulus: int) -> pl.Expr:
    """Draw whole numbers below a modulus, the same ones in every run."""
    return pl.int_range(pl.len(), dtype=pl.UInt64).hash(seed) % modulus


def account_ids(numbers: pl.Expr) -> pl.Expr:
    """Write account numbers as ids of even length."""
    return pl.format("A-{}", numbers.cast(pl.String).str.zfill(7))


def make_project(folder: Path, size: Size) -> None:
    """Write accounts, subscriptions and a month of usage as Parquet, and the project's two files."""
    data = folder / "data"
    if (data / "usage.parquet").exists():
        return
    data.mkdir(parents=True, exist_ok=True)
    _usage(size).sink_parquet(data / "usage.parquet.part", compression="zstd", row_group_size=_ROW_GROUP)
    _accounts(size).write_parquet(data / "accounts.parquet")
    _subscriptions(size).write_parquet(data / "subscriptions.parquet")
    (folder / "retier.yaml").write_text(_SETTINGS, encoding="utf-8")
    policy = Path(__file__).parents[2] / "transforms" / "policy" / "default.yaml"
    (folder / "policy.yaml").write_text(policy.read_text(encoding="utf-8"), encoding="utf-8")
    (data / "usage.parquet.part").rename(data / "usage.parquet")


def _usage(size: Size) -> pl.LazyFrame:
    """Return distinct keys in random order: account, day and feature are digits of one number."""
    keys = size.accounts * MONTH.days * FEATURES
    rows = pl.DataFrame({"row": pl.int_range(size.usage_rows, dtype=pl.UInt64, eager=True)}).lazy()
    stride = keys // size.usage_rows
    number = pl.col("row") * stride + pl.col("row").hash(3) % stride
    return rows.sort(pl.col("row").hash(0)).select(
        account_ids(number % size.accounts).alias("account_id"),
        (pl.lit(MONTH.first_day) + pl.duration(days=number // size.accounts % MONTH.days)).cast(pl.Date).alias("date"),
        pl.format("feature_{}", number // (size.accounts * MONTH.days) + 10).alias("feature"),
        (pl.col("row").hash(1) % 20).cast(pl.Int64).alias("events"),
        (pl.col("row").hash(2) % 30 + 1).cast(pl.Int64).alias("active_users"),
    )


def _accounts(size: Size) -> pl.DataFrame:
    return pl.DataFrame({"number": pl.int_range(size.accounts, eager=True)}).select(
        account_ids(pl.col("number")).alias("account_id"),
        pl.format("Company {}", "number").alias("name"),
        (pl.lit(date(2020, 1, 1)) + pl.duration(days=chance(3, 1500))).cast(pl.Date).alias("created_date"),
        pl.format("industry {}", chance(4, 12)).alias("industry"),
        (chance(5, 8)).cast(pl.Int64).alias("integrations"),
        (chance(6, 5) + 1).cast(pl.Int64).alias("regions"),
        (chance(7, 201).cast(pl.Float64) - 100).alias("nps"),
        (chance(8, 5) + 1).cast(pl.Float64).alias("brand_rank"),
        (chance(9, 4000) + 50).cast(pl.Int64).alias("addressable_seats"),
    )


def _subscriptions(size: Size) -> pl.DataFrame:
    started = pl.lit(MONTH.first_day - timedelta(days=1200)) + pl.duration(days=chance(10, 1100))
    return pl.DataFrame({"number": pl.int_range(size.accounts, eager=True)}).select(
        account_ids(pl.col("number")).alias("account_id"),
        pl.format("S-{}", "number").alias("subscription_id"),
        pl.format("product {}", chance(11, 4)).alias("product"),
        (chance(12, 20_000).cast(pl.Float64) + 100).alias("mrr"),
        (chance(13, 300) + 5).cast(pl.Int64).alias("seats"),
        started.cast(pl.Date).alias("start_date"),
        (pl.lit(MONTH.last_day) + pl.duration(days=chance(14, 365) + 1)).cast(pl.Date).alias("renewal_date"),
    )


_SETTINGS = """\
warehouse: duckdb:///retier.duckdb
sources:
  accounts: {path: data/accounts.parquet}
  usage: {path: data/usage.parquet}
  subscriptions: {path: data/subscriptions.parquet}
"""
