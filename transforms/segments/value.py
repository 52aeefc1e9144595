"""Value: what an account pays, the share of available products that it owns, and what more it could buy."""

from __future__ import annotations

import polars as pl

from transforms.exact import divided, exact_sum
from transforms.pillars.growth import eligible_products
from transforms.policy.segments import Segments
from transforms.segments.bands import band_of
from transforms.segments.traits import known_text

_MONTHS_PER_YEAR = 12
_NEW = ("attachment_rate", "arr_potential", "opportunity", "opportunity_amount")


def with_value(accounts: pl.LazyFrame, products: pl.LazyFrame | None, rules: Segments) -> pl.LazyFrame:
    """Add the value of each account and what more it could buy, at list price per year.

    Cross-selling is the list price of the eligible products that the account does not own, times its seats if the
    price is per seat. Upselling is the number of addressable seats that it does not have, times the list price of the
    per-seat products that it owns. If one of the two is unknown, only the other one counts.

    Args:
        accounts: One row per account in scope: arr, plan, seats, addressable_seats, products (those owned).
        products: Source ``products``; None where it is not mapped.
        rules: The policy's bands, and the minimum amount of an opportunity.

    Returns:
        The frame with these columns added: value_band; subscription_level (the plan, else ``unknown``); attachment_rate
        (the share of eligible products that are owned; null if none is eligible); arr_potential (the sum of both
        amounts); opportunity (``upsell`` or ``cross_sell``, whichever is larger, ``none`` below the policy's minimum)
        and opportunity_amount (0 for ``none``). The last three are null if neither amount is known.
    """
    banded = accounts.with_columns(
        band_of(pl.col("arr"), rules.value_bands).alias("value_band"),
        known_text("plan").alias("subscription_level"),
    )
    if products is None:
        nothing = {"opportunity": pl.String}
        return banded.with_columns(pl.lit(None, nothing.get(name, pl.Float64)).alias(name) for name in _NEW)
    upsell, cross_sell = pl.col("_upsell"), pl.col("_cross_sell")
    larger = pl.max_horizontal(upsell, cross_sell)
    is_upsell = upsell.fill_null(-1) >= cross_sell.fill_null(-1)
    is_enough = (larger > 0) & (larger >= rules.opportunity.minimum_amount)
    kind = (
        pl.when(~is_enough).then(pl.lit("none")).when(is_upsell).then(pl.lit("upsell")).otherwise(pl.lit("cross_sell"))
    )
    return (
        banded.join(_offers(accounts, products), on=["plan", "products"], how="left", nulls_equal=True)
        .with_columns(_upsell_amount().alias("_upsell"), _cross_sell_amount().alias("_cross_sell"))
        .with_columns(
            pl.when(pl.col("_eligible") > 0)
            .then(divided(pl.col("_eligible_owned"), pl.col("_eligible")))
            .alias("attachment_rate"),
            pl.when(larger.is_not_null()).then(pl.sum_horizontal(upsell, cross_sell)).alias("arr_potential"),
            pl.when(larger.is_not_null()).then(kind).alias("opportunity"),
            pl.when(is_enough).then(larger).when(larger.is_not_null()).then(0.0).alias("opportunity_amount"),
        )
        .select(*accounts.collect_schema().names(), "value_band", "subscription_level", *_NEW)
    )


def _offers(accounts: pl.LazyFrame, products: pl.LazyFrame) -> pl.LazyFrame:
    """Return counts and monthly prices of what is offered to each plan and set of owned products, which are few."""
    owners = accounts.select("plan", "products").unique()
    eligible = eligible_products(products, owners.select("plan").unique())
    priced = products.select("product", "list_price", is_per_seat=pl.col("is_per_seat").fill_null(value=False))
    is_owned = pl.col("products").list.contains(pl.col("product"))
    is_eligible = pl.col("eligible").list.contains(pl.col("product")).fill_null(value=False)
    is_offered = is_eligible & ~is_owned
    price, is_per_seat = pl.col("list_price"), pl.col("is_per_seat")
    return (
        owners.join(eligible, on="plan", how="left", nulls_equal=True)
        .join(priced, how="cross")
        .group_by("plan", "products")
        .agg(
            is_eligible.sum().cast(pl.Int64).alias("_eligible"),
            (is_eligible & is_owned).sum().cast(pl.Int64).alias("_eligible_owned"),
            exact_sum(pl.when(is_offered & ~is_per_seat).then(price)).alias("_offered"),
            exact_sum(pl.when(is_offered & is_per_seat).then(price)).alias("_offered_per_seat"),
            pl.when(is_owned.any())
            .then(exact_sum(pl.when(is_owned & is_per_seat).then(price)))
            .alias("_owned_per_seat"),
        )
    )


def _upsell_amount() -> pl.Expr:
    """Return the amount; null without seats or addressable seats, or if no owned product is in the price list."""
    free_seats = (pl.col("addressable_seats") - pl.col("seats")).clip(lower_bound=0)
    return free_seats * pl.col("_owned_per_seat") * _MONTHS_PER_YEAR


def _cross_sell_amount() -> pl.Expr:
    """Return the amount; null if a product is offered per seat and seats are null."""
    per_seat = pl.col("_offered_per_seat")
    by_seat = pl.when(per_seat > 0).then(per_seat * pl.col("seats")).otherwise(0.0)
    return (pl.col("_offered") + by_seat) * _MONTHS_PER_YEAR
