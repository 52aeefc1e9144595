"""Who keeps their owner: everybody whose owner can look after all of theirs, and as many as fit of the others."""

from __future__ import annotations

import polars as pl

from transforms.engagement.handing_over import handed_over


def kept(accounts: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """Find the accounts that stay with their owner of today.

    An owner who can keep all accounts keeps them. One who cannot hands over the fewest that make the others fit, and
    among those the least important.

    Args:
        accounts: The accounts of a pool, sorted by account: account_id, demand and importance (whole numbers), owner
            (today's; null for none).
        owners: The owners of the pool who are there: owner, capacity (whole, in the unit of the demand).

    Returns:
        account_id and owner of each account that stays.
    """
    present = accounts.join(owners.select("owner", "capacity"), on="owner", maintain_order="left")
    load = pl.col("demand").sum().over("owner")
    loaded = present.with_columns((load - pl.col("capacity")).alias("excess"))
    fitting = loaded.filter(pl.col("excess") <= 0).select("account_id", "owner")
    others = loaded.filter(pl.col("excess") > 0).sort("owner", "importance", "account_id")
    stays = [
        of_owner.select("account_id", "owner").with_row_index("place").filter(
            ~pl.col("place").is_in(
                handed_over(of_owner["demand"].to_list(), of_owner["importance"].to_list(), of_owner["excess"][0])
            )
        ).drop("place")
        for of_owner in others.partition_by("owner", maintain_order=True)
    ]  # fmt: skip
    return pl.concat([fitting, *stays])
