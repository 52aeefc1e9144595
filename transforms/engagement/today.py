"""The owners of accounts before the month is planned."""

from __future__ import annotations

import polars as pl

from transforms.engagement.team import UNASSIGNED, Names


def with_owner_of_today(accounts: pl.LazyFrame, former: pl.LazyFrame, names: Names | None) -> pl.LazyFrame:
    """Add ``previous_owner`` and ``previous_technical_owner``; null if there was none.

    The CRM's owner counts if it changed since the month before, or if the account had no plan then; otherwise the
    plan's owner does. Removing an address from the CRM says nothing about the next owner.

    Args:
        accounts: One row per account, with account_id and csm_email.
        former: One row per account of the plan of the month before: account_id, owner, technical_owner, csm_email (as
            the CRM had it then).
        names: Finds the person that a text means; None without a team.
    """
    before = former.select(
        "account_id",
        pl.col("owner").alias("_plan_owner"),
        pl.col("technical_owner").alias("previous_technical_owner"),
        pl.col("csm_email").alias("_former_email"),
    )
    email = pl.col("csm_email")
    names_another = email.is_not_null() & email.ne_missing(pl.col("_former_email"))
    today = pl.when(names_another).then(email).otherwise("_plan_owner")
    owners = ("previous_owner", "previous_technical_owner")
    return (
        accounts.join(before, on="account_id", how="left")
        .with_columns(today.alias("previous_owner"))
        .with_columns(names.named(owner) if names is not None else pl.col(owner) for owner in owners)
        .with_columns(pl.when(pl.col(owner) != UNASSIGNED).then(owner).alias(owner) for owner in owners)
        .drop("_plan_owner", "_former_email")
    )
