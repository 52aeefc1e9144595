"""The owners of accounts before the month is planned."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from transforms.engagement.team import UNASSIGNED, Names


def with_owner_of_today(
    accounts: pl.LazyFrame, former: pl.LazyFrame, names: Names | None, there: Collection[str]
) -> pl.LazyFrame:
    """Add ``previous_owner``, ``previous_technical_owner`` and ``owner_before_lift``; null if there was none.

    The CRM's owner counts if it changed since the month before, or if the account had no plan then; otherwise the
    plan's owner does. Removing an address from the CRM says nothing about the next owner. Whoever owns an account when
    a lift begins to raise its tier has a claim to it, and gets it back afterwards; the claim ends if the CRM names
    another or if they leave.

    Args:
        accounts: One row per account, with account_id, csm_email, is_lift_raising and was_lift_raising (the month
            before).
        former: One row per account of the plan of the month before: account_id, owner, technical_owner,
            owner_before_lift, csm_email (as the CRM had it then).
        names: Finds the person that a text means; None without a team.
        there: The people of the team.
    """
    before = former.select(
        "account_id",
        pl.col("owner").alias("_plan_owner"),
        pl.col("technical_owner").alias("previous_technical_owner"),
        pl.col("owner_before_lift").alias("_claimant"),
        pl.col("csm_email").alias("_former_email"),
    )
    email = pl.col("csm_email")
    names_another = email.is_not_null() & email.ne_missing(pl.col("_former_email"))
    today = pl.when(names_another).then(email).otherwise("_plan_owner")
    claimant = pl.when("was_lift_raising").then(pl.when(~names_another).then("_claimant")).otherwise("previous_owner")
    owners = ("previous_owner", "previous_technical_owner")
    is_raising = pl.col("is_lift_raising")
    return (
        accounts.join(before, on="account_id", how="left")
        .with_columns(today.alias("previous_owner"))
        .with_columns(names.named(owner) if names is not None else pl.col(owner) for owner in owners)
        .with_columns(pl.when(pl.col(owner) != UNASSIGNED).then(owner).alias(owner) for owner in owners)
        .with_columns(pl.when(claimant.is_in(sorted(there))).then(claimant).alias("_claim"))
        .with_columns(
            pl.when(is_raising).then("_claim").alias("owner_before_lift"),
            pl.when(is_raising)
            .then("previous_owner")
            .otherwise(pl.coalesce("_claim", "previous_owner"))
            .alias("previous_owner"),
        )
        .drop("_plan_owner", "_former_email", "_claimant", "_claim")
    )
