"""The account map: merged accounts, and the ultimate parents of account families."""

from __future__ import annotations

from typing import Literal

import polars as pl

from transforms.errors import DataQualityError, first_few
from transforms.month import Month
from transforms.plurals import pluralize

VERSIONS = {1: "as in 0.1.0"}

TierAt = Literal["account", "ultimate_parent"]
"""Whether each account is tiered for itself, or a whole family as its top account."""


def account_map(accounts: pl.LazyFrame, merges: pl.LazyFrame | None, month: Month, tier_at: TierAt) -> pl.DataFrame:
    """Map each merged account, and each member of a tiered family, to the account that replaces it in a month.

    Chains of merges, and of parents where families are tiered, are followed to the last account that exists
    in ``accounts``, so that a wrong id never makes a customer disappear. The parent of a merged account is
    the account it was merged into. An account that is its own parent is the top of its family.

    Args:
        accounts: Accounts as of the month.
        merges: Known rows of ``account_merges``; None where not configured.
        month: Merges up to its last day count.
        tier_at: Whether parents are followed as well as merges.

    Returns:
        One row per account that is replaced, sorted: account_id, into_account_id. The frame is eager, because
        chains are followed by joining until nothing changes.

    Raises:
        DataQualityError: If a chain never ends.
    """
    links = _links(accounts, merges, month, tier_at)
    if links.is_empty():
        return links.rename({"next_id": "into_account_id"})
    existing = accounts.select("account_id", exists=pl.lit(value=True)).unique().collect()
    walked = _walk(links.join(existing.rename({"account_id": "next_id"}), on="next_id", how="left"))
    itself = pl.when(pl.col("exists")).then(pl.col("account_id"))
    return (
        walked.join(existing, on="account_id", how="left")
        .select("account_id", into_account_id=pl.coalesce("last_existing_id", itself, "next_id"))
        .filter(pl.col("into_account_id") != pl.col("account_id"))
        .sort("account_id")
    )


def mapped(rows: pl.LazyFrame, mapping: pl.DataFrame) -> pl.LazyFrame:
    """Replace the accounts in a source's rows, or in facts, by those they are mapped to.

    Args:
        rows: Rows of any grain with ``account_id``.
        mapping: The account map.

    Returns:
        The same rows in the same columns.
    """
    if mapping.is_empty():
        return rows
    return (
        rows.join(mapping.lazy(), on="account_id", how="left")
        .with_columns(account_id=pl.coalesce("into_account_id", "account_id"))
        .drop("into_account_id")
    )


def _links(accounts: pl.LazyFrame, merges: pl.LazyFrame | None, month: Month, tier_at: TierAt) -> pl.DataFrame:
    """One step from each account that has one: account_id, next_id."""
    links = pl.LazyFrame(schema={"account_id": pl.String, "next_id": pl.String})
    if merges is not None:
        links = (
            merges.filter(pl.col("date") <= month.last_day)
            .sort("date", "into_account_id")
            .unique("from_account_id", keep="last", maintain_order=True)
            .select(account_id="from_account_id", next_id="into_account_id")
        )
    if tier_at == "ultimate_parent":
        has_parent = pl.col("parent_account_id") != pl.col("account_id")
        parents = accounts.filter(has_parent).select("account_id", next_id="parent_account_id")
        links = pl.concat([links, parents.join(links, on="account_id", how="anti")])
    return links.collect()


def _walk(links: pl.DataFrame) -> pl.DataFrame:
    """Follow all chains to their ends, doubling the stride each time.

    Args:
        links: account_id, next_id, exists (whether the next one does).

    Returns:
        account_id, next_id (the chain's end), last_existing_id.
    """
    existing = pl.when(pl.col("exists")).then(pl.col("next_id"))
    walked = links.select("account_id", "next_id", last_existing_id=existing)
    for _ in range(walked.height.bit_length() + 1):
        onward = walked.select(next_id="account_id", onward_id="next_id", onward_existing_id="last_existing_id")
        joined = walked.join(onward, on="next_id", how="left")
        if joined["onward_id"].null_count() == joined.height:
            return walked
        walked = joined.select(
            "account_id",
            next_id=pl.coalesce("onward_id", "next_id"),
            last_existing_id=pl.coalesce("onward_existing_id", "last_existing_id"),
        )
    circling = joined.filter(pl.col("onward_id").is_not_null())["account_id"]
    raise DataQualityError(
        f"account_merges or parent_account_id lead {pluralize(len(circling), 'account')} in a circle "
        f"({first_few(circling)}), expected every chain to end: correct or delete a row of each circle"
    )
