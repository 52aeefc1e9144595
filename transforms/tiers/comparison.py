"""Two results of the same month side by side: which accounts moved between tiers, and which ones changed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.contracts.model import TIERS
from transforms.exact import exact_sum

_COMPARED = ("tier", "base_tier", "decided_by", "reasons")
_CHANGED = ("account_id", *(f"{side}_{name}" for name in _COMPARED for side in ("former", "present")), "arr")
_TIERS = pl.Enum(TIERS)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the accounts of a month differ between two results of it.

    Attributes:
        matrix: One row per pair of tiers that occurs: former_tier and present_tier (null: not in scope), accounts,
            former_arr and present_arr (currency per year, 0 where not in scope). Sorted by the rank of the tiers,
            null last.
        changed: One row per account of which tier or base tier differ, or that only one of the results has:
            account_id; tier, base_tier, decided_by and reasons, each as former_ and present_ (null: not in scope);
            and arr, the present one, else the former. Sorted by arr, largest first, then by account_id.
    """

    matrix: pl.DataFrame
    changed: pl.DataFrame


def compare(former: pl.DataFrame, present: pl.DataFrame) -> Comparison:
    """Compare two results of a month.

    Args:
        former: account_tiers of the one: one row per account, with at least account_id, tier, base_tier, decided_by,
            reasons and arr.
        present: The same of the other.
    """
    both = _named(former, "former").join(_named(present, "present"), on="account_id", how="full", coalesce=True)
    return Comparison(_matrix(both), _changed(both))


def _named(tiers: pl.DataFrame, side: str) -> pl.DataFrame:
    return tiers.select("account_id", pl.col(*_COMPARED, "arr").name.prefix(f"{side}_"))


def _matrix(both: pl.DataFrame) -> pl.DataFrame:
    tiers = ("former_tier", "present_tier")
    cells = both.group_by(tiers).agg(
        pl.len().cast(pl.Int64).alias("accounts"),
        exact_sum(pl.col("former_arr")),
        exact_sum(pl.col("present_arr")),
    )
    return cells.sort([pl.col(name).cast(_TIERS) for name in tiers], nulls_last=True)


def _changed(both: pl.DataFrame) -> pl.DataFrame:
    differs = [pl.col(f"former_{name}").ne_missing(pl.col(f"present_{name}")) for name in ("tier", "base_tier")]
    changed = both.filter(pl.any_horizontal(differs)).with_columns(
        pl.coalesce("present_arr", "former_arr").alias("arr")
    )
    return changed.select(_CHANGED).sort("arr", "account_id", descending=[True, False], nulls_last=True)
