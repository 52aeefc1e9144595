"""Which accounts keep their owner: all of an owner with enough hours, otherwise as many as fit."""

from __future__ import annotations

import polars as pl

from transforms.engagement.handing_over import handed_over


def kept(accounts: pl.DataFrame, owners: pl.LazyFrame) -> pl.DataFrame:
    """Find the accounts that stay with their present owner.

    An owner with enough hours keeps all accounts. Otherwise the owner hands over as few as possible so that the others
    fit, and the least important ones.

    Args:
        accounts: The accounts of a pool, sorted by account: account_id, demand and importance (whole numbers), owner
            (the present one; null for none).
        owners: The owners of the pool who are not away: owner, capacity (whole, in the unit of the demand).

    Returns:
        account_id and owner of each account that stays.
    """
    load = pl.col("demand").sum().over("owner")
    present = (
        accounts.lazy()
        .join(owners.select("owner", "capacity"), on="owner", maintain_order="left")
        .with_columns((load - pl.col("capacity")).alias("excess"))
    )
    fitting, others = pl.collect_all(
        [
            present.filter(pl.col("excess") <= 0).select("account_id", "owner"),
            present.filter(pl.col("excess") > 0).sort("owner", "importance", "account_id"),
        ],
        engine="in-memory",
    )
    if others.is_empty():
        return fitting
    stays = others.lazy().filter(~pl.col("account_id").is_in(_leaving(others))).select("account_id", "owner")
    return pl.concat([fitting.lazy(), stays]).collect(engine="in-memory")


def _leaving(others: pl.DataFrame) -> list[str]:
    """Return the accounts that their overloaded owners hand over.

    Args:
        others: The accounts of overloaded owners, sorted by owner, importance and account, with ``excess``.
    """
    of_owners = others.partition_by("owner", maintain_order=True)
    return [
        of_owner["account_id"][place]
        for of_owner in of_owners
        for place in handed_over(of_owner["demand"].to_list(), of_owner["importance"].to_list(), of_owner["excess"][0])
    ]
