"""The events of a month: its changes, and the withdrawal of changes that were announced but did not happen."""

from __future__ import annotations

import polars as pl

_ANNOUNCED = ("tier", "base_tier")
_COLUMNS = ("account_id", "change_id", "kind", "from_tier", "to_tier", "owner", "arr", "is_correction")


def events_of(
    changes: pl.DataFrame,
    former_changes: pl.DataFrame,
    superseded: pl.DataFrame,
    present: pl.DataFrame,
    regions: pl.LazyFrame,
    addresses: pl.LazyFrame,
) -> pl.DataFrame:
    """List the events of a month that may be announced.

    Args:
        changes: tier_changes of the month.
        former_changes: tier_changes of the month in its former revision; empty for the first one.
        superseded: account_tiers of the month in its former revision; empty for the first one.
        present: account_tiers of the month.
        regions: One row per account: account_id and region.
        addresses: One row per owner who has an address: owner and address.

    Returns:
        One row per change, and one per account without a change for which the former revision announced a change or
        another tier (change_id and kind are null, from_tier is the tier announced before, to_tier the present one,
        null if the account is out of scope). A correction of an account whose owner has changed since has a second row
        for the owner of the former revision. Columns: account_id, change_id, kind, from_tier, to_tier, owner, arr,
        is_correction, is_to_former_owner, region and address (null if unknown; the owner itself if it is an address),
        sorted by arr, largest first, then by account and change.
    """
    events = pl.concat(
        [changes.select(_COLUMNS), _taken_back(changes, former_changes, superseded, present)], how="vertical"
    )
    events = pl.concat(
        [events.with_columns(is_to_former_owner=pl.lit(value=False)), _to_former_owners(events, superseded)]
    )
    itself = pl.when(pl.col("owner").str.contains("@", literal=True)).then("owner")
    return (
        events.lazy()
        .join(regions.select("account_id", "region"), on="account_id", how="left")
        .join(addresses.select("owner", "address"), on="owner", how="left")
        .with_columns(pl.coalesce("address", itself).alias("address"))
        .sort(
            "arr", "account_id", "change_id", "is_to_former_owner", descending=[True, False, False, False],
            nulls_last=True,
        )
        .collect()
    )  # fmt: skip


def _to_former_owners(events: pl.DataFrame, superseded: pl.DataFrame) -> pl.DataFrame:
    """Repeat corrections for the owner of the former revision, who was notified of what no longer holds."""
    former = superseded.select("account_id", pl.col("owner").alias("former_owner"))
    return (
        events.filter("is_correction")
        .join(former, on="account_id")
        .filter(pl.col("former_owner").is_not_null(), pl.col("former_owner").ne_missing(pl.col("owner")))
        .with_columns(pl.col("former_owner").alias("owner"), pl.lit(value=True).alias("is_to_former_owner"))
        .select(*events.columns, "is_to_former_owner")
    )


def _taken_back(
    changes: pl.DataFrame, former_changes: pl.DataFrame, superseded: pl.DataFrame, present: pl.DataFrame
) -> pl.DataFrame:
    """List accounts whose change no longer holds; accounts whose exit was announced are not in ``superseded``."""
    former = superseded.select(
        "account_id", "owner", "arr", *(pl.col(name).alias(f"announced_{name}") for name in _ANNOUNCED)
    )
    changed = former_changes.select("account_id", pl.lit(value=True).alias("is_changed")).unique()
    is_another = [pl.col(f"announced_{name}").ne_missing(pl.col(name)) for name in _ANNOUNCED]
    return (
        former.join(changed, on="account_id", how="full", coalesce=True)
        .join(present.select("account_id", *_ANNOUNCED, "owner", "arr"), on="account_id", how="left", suffix="_now")
        .filter(pl.any_horizontal("is_changed", *is_another))
        .join(changes.select("account_id"), on="account_id", how="anti")
        .select(
            "account_id",
            pl.lit(None, pl.String).alias("change_id"),
            pl.lit(None, pl.String).alias("kind"),
            pl.col("announced_tier").alias("from_tier"),
            pl.col("tier").alias("to_tier"),
            pl.coalesce("owner_now", "owner").alias("owner"),
            pl.coalesce("arr_now", "arr").alias("arr"),
            pl.lit(value=True).alias("is_correction"),
        )
    )
