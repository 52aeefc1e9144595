"""The owners of accounts before the month is planned."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.engagement.team import UNASSIGNED, Names


def with_owner_of_today(
    accounts: pl.LazyFrame, former: pl.LazyFrame, names: Names | None, pools: Mapping[str, str]
) -> pl.LazyFrame:
    """Add ``previous_owner``, ``preferred_owner``, ``previous_technical_owner`` and ``owner_before_lift``.

    The CRM's owner counts if it changed since the month before, or if the account had no plan then; otherwise the
    plan's owner does. Removing an address from the CRM says nothing about the next owner. Whoever owns an account when
    a lift takes effect has a claim to it and is preferred afterwards, if their pool serves it then; the claim ends if
    the CRM names another or if they leave. All are null if there is nobody.

    Args:
        accounts: One row per account, with account_id, owner_model, csm_email and is_lift_in_effect.
        former: One row per account of the plan of the month before: account_id, owner, technical_owner,
            owner_before_lift, was_lift_in_effect, csm_email (as the CRM had it then).
        names: Finds the person that a text means; None without a team.
        pools: The pool of each person of the team.
    """
    before = former.select(
        "account_id",
        pl.col("owner").alias("_plan_owner"),
        pl.col("technical_owner").alias("previous_technical_owner"),
        pl.col("owner_before_lift").alias("_claimant"),
        pl.col("csm_email").alias("_former_email"),
        "was_lift_in_effect",
    )
    email = pl.col("csm_email")
    names_another = email.is_not_null() & email.ne_missing(pl.col("_former_email"))
    today = pl.when(names_another).then(email).otherwise("_plan_owner")
    claimant = pl.when("was_lift_in_effect").then(pl.when(~names_another).then("_claimant")).otherwise("previous_owner")
    owners = ("previous_owner", "previous_technical_owner")
    is_lifted, claim = pl.col("is_lift_in_effect"), pl.col("_claim")
    claimants_pool = claim.replace_strict(pools, default=None, return_dtype=pl.String)
    goes_back = ~is_lifted & (claimants_pool == pl.col("owner_model"))
    return (
        accounts.join(before, on="account_id", how="left")
        .with_columns(today.alias("previous_owner"))
        .with_columns(names.named(owner) if names is not None else pl.col(owner) for owner in owners)
        .with_columns(pl.when(pl.col(owner) != UNASSIGNED).then(owner).alias(owner) for owner in owners)
        .with_columns(pl.when(claimant.is_in(sorted(pools))).then(claimant).alias("_claim"))
        .with_columns(
            pl.when(is_lifted).then(claim).alias("owner_before_lift"),
            pl.when(goes_back).then(claim).otherwise("previous_owner").alias("preferred_owner"),
        )
        .drop("_plan_owner", "_former_email", "_claimant", "_claim", "was_lift_in_effect")
    )
