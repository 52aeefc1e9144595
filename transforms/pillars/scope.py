"""The accounts in scope in a month, with their attributes and billing facts."""

from __future__ import annotations

import polars as pl

from transforms.pillars.inputs import MonthInputs

ATTRIBUTES = (
    "name", "industry", "employees", "region", "country", "plan", "declared_objective", "csm_email",
    "addressable_seats", "integrations", "regions", "nps", "nps_date", "brand_rank",
)  # fmt: skip


def accounts_in_scope(inputs: MonthInputs) -> pl.LazyFrame:
    """Return the known accounts with ARR (or in grace) that are not internal, with billing facts and attributes.

    Returns:
        One row per account in scope: ``month``, the columns of ``billing_facts`` and the attributes.
    """
    external = inputs.accounts.filter(~pl.col("is_internal").fill_null(value=False))
    return (
        inputs.billing.filter(pl.col("arr") > 0)
        .join(external.select("account_id", *ATTRIBUTES), on="account_id", how="inner")
        .with_columns(pl.lit(inputs.month.first_day).alias("month"))
    )
